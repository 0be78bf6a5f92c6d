import { describe, expect, test } from 'vitest';
import type { Code, NotificationKind } from '../../../shared/model/names.ts';
import type { Transition } from '../../../shared/model/state.ts';
import { DAY, HOUR, iso } from '../../../shared/model/time.ts';
import { absorb, NO_INCIDENTS } from '../../../shared/regression/absorb.ts';
import { at } from '../../helpers/transition.ts';

const settings = { now: 0, remindAfter: DAY, keyOf: (parts: readonly string[]) => parts.join('|') };
const END = iso(30 * DAY);

/** Reports, one after the other, of transitions that no report has decided. */
const reports = () => {
  let incidents = NO_INCIDENTS;
  return (...transitions: readonly Transition[]) => {
    const arrivals = transitions.map(({ incident: _, ...transition }) => ({
      key: transition.endpoint === null ? `identity/${transition.subject}` : keyOf(transition),
      transition,
      open: [],
    }));
    const next = absorb(incidents, arrivals, settings);
    incidents = next.incidents;
    return {
      told: next.decisions.map(({ told }) => (told === 'silenced' ? told : (told?.key ?? null))),
      closings: next.closings,
    };
  };
};

const keyOf = ({ endpoint, scenario }: Transition): string =>
  `endpoint/${endpoint}/default/${scenario === 'served-certificate' ? 'certificates' : 'enforcement'}`;

const inRun = (run: number) => ({ runId: `run-${run}`, runStartedAt: run * HOUR });
const served = (endpoint: string, run: number, code: Code, kind: NotificationKind, own: Partial<Transition> = {}) =>
  at(endpoint, 'served-certificate', {
    ...{ code, kind, ...inRun(run), ends: { at: END, certificate: 'c0ffee' } },
    about: 'SERVED_CHAIN_EXPIRES_SOON/certificate/c0ffee',
    ...own,
  });
const soon = (endpoint: string, run: number, own: Partial<Transition> = {}) =>
  served(endpoint, run, 'SERVED_CHAIN_EXPIRES_SOON', 'expiry', { severity: 'warning', ...own });

describe('one certificate that ends', () => {
  test('is one incident at all endpoints of a run, and at one that is found later', () => {
    const report = reports();
    const first = report(soon('a', 1), soon('b', 1), soon('c', 1));
    expect(new Set(first.told).size).toBe(1);
    expect(report(soon('d', 2)).told).toEqual(first.told.slice(0, 1));
  });

  test('another certificate is another incident', () => {
    const other = { ends: { at: END, certificate: 'decaf' }, about: 'SERVED_CHAIN_EXPIRES_SOON/certificate/decaf' };
    expect(new Set(reports()(soon('a', 1), soon('b', 1, other)).told).size).toBe(2);
  });

  test('what came near and has come is one incident, and the closing names what it became', () => {
    const report = reports();
    const was = 'SERVED_CHAIN_EXPIRES_SOON/certificate/c0ffee';
    const [key] = report(soon('a', 1)).told;
    expect(report(soon('a', 2, { was })).told).toEqual([key]);
    expect(report(served('a', 3, 'SERVED_CHAIN_EXPIRED', 'regression', { was })).told).toEqual([key]);
    const { closings } = report(served('a', 4, 'SERVED_CHAIN_OK', 'recovery', { was }));
    expect(closings.map(({ code, incident }) => [code, incident?.key])).toEqual([['SERVED_CHAIN_EXPIRED', key]]);
  });
});

describe('a CA, a CRL or a trust bundle', () => {
  const ca = (endpoint: string, run: number, name: string, own: Partial<Transition> = {}) =>
    at(endpoint, 'served-certificate', {
      ...{ code: 'TRUST_BUNDLE_EXPIRES_SOON', cause: 'TRUST_BUNDLE_EXPIRING', kind: 'expiry', severity: 'warning' },
      ...{ ends: { at: END }, thing: { kind: 'ca', name }, about: `TRUST_BUNDLE_EXPIRING/ca/${name}` },
      ...{ ...inRun(run), ...own },
    });

  test('is one incident for all owners and endpoints that it is found at', () => {
    const { told } = reports()(ca('a', 1, 'c0ffee'), ca('b', 1, 'c0ffee', { owner: 'team-b' }), ca('c', 1, 'c0ffee'));
    expect(new Set(told).size).toBe(1);
  });

  test('another one in the same run is another incident, with the same advice too', () => {
    expect(new Set(reports()(ca('a', 1, 'c0ffee'), ca('b', 1, 'decaf')).told).size).toBe(2);
  });

  test('another one is told while the first is open, at the same endpoint, too', () => {
    const report = reports();
    report(ca('a', 1, 'c0ffee'));
    const thing = { kind: 'crl', name: 'corp.crl' } as const;
    const crl = { code: 'CRL_EXPIRED', cause: 'CRL_STALE', kind: 'regression', thing } as const;
    const second = report(ca('b', 2, 'decaf'), ca('a', 2, 'corp.crl', { ...crl, about: 'CRL_STALE/crl/corp.crl' }));
    expect(new Set(second.told).size).toBe(2);
    expect(second.told).not.toContain(null);
  });

  test('an endpoint that is found later is told to an owner who was told nothing, and to nobody else', () => {
    const report = reports();
    const [key] = report(ca('a', 1, 'c0ffee')).told;
    expect(report(ca('b', 2, 'c0ffee')).told).toEqual([null]);
    expect(report(ca('c', 3, 'c0ffee', { owner: 'team-b' })).told).toEqual([key]);
  });

  test('what came near and has come is one incident', () => {
    const report = reports();
    const was = 'TRUST_BUNDLE_EXPIRING/ca/c0ffee';
    const [key] = report(ca('a', 1, 'c0ffee')).told;
    const has = { code: 'TRUST_BUNDLE_EXPIRED', kind: 'regression', severity: 'critical', was } as const;
    expect(report(ca('a', 2, 'c0ffee', has)).told).toEqual([key]);
    const { closings } = report(ca('a', 3, 'c0ffee', { code: 'SERVED_CHAIN_OK', kind: 'recovery', was }));
    expect(closings.map(({ incident }) => [incident?.key, incident?.thing])).toEqual([
      [key, { kind: 'ca', name: 'c0ffee' }],
    ]);
  });

  test('what an older version told of the endpoint is closed, once', () => {
    const report = reports();
    const was = 'TRUST_BUNDLE_EXPIRING/endpoint/a';
    const { thing: _, ...older } = ca('a', 1, 'c0ffee', { about: was });
    const [key] = report(older).told;
    const next = report(ca('a', 2, 'c0ffee', { was }));
    expect(next.closings.map(({ incident }) => [incident?.key, incident?.closedBecause])).toEqual([[key, 'replaced']]);
    expect(next.told).not.toContain(key);
  });
});

describe('a closing', () => {
  const open = (endpoint: string, owner: string, own: Partial<Transition> = {}) =>
    at(endpoint, 'no-certificate', {
      ...{ cause: 'CLIENT_CERTIFICATE_OPTIONAL', owner, about: `CLIENT_CERTIFICATE_OPTIONAL/endpoint/${endpoint}` },
      ...{ ...inRun(1), ...own },
    });
  const right = { kind: 'recovery', code: 'REJECTED_BY_HTTP_STATUS', ...inRun(2) } as const;

  test('names to each owner one of its own endpoints first, and all of them', () => {
    const report = reports();
    const all = [open('a', 'team-a'), open('b', 'team-b'), open('c', 'team-b'), open('d', 'team-a')];
    report(...all);
    const { closings } = report(
      ...all.map(({ endpoint, owner, about }) =>
        open(endpoint ?? '', owner ?? '', { ...right, ...(about !== undefined && { was: about }) }),
      ),
    );
    expect(closings.map(({ owner, endpoint, endpoints }) => [owner, endpoint, endpoints?.join('')])).toEqual([
      ['team-a', 'a', 'abcd'],
      ['team-b', 'b', 'bacd'],
    ]);
  });
});

describe('an identity that ends', () => {
  const unusable = (endpoint: string, run: number) =>
    at(endpoint, 'valid-identity', {
      ...{ code: 'IDENTITY_UNUSABLE', cause: 'IDENTITY_UNUSABLE', kind: 'blind', subject: 'checkout', ...inRun(run) },
      about: 'IDENTITY_UNUSABLE/identity/checkout',
    });
  const ending = at('a', 'identity-health', {
    ...{ endpoint: null, code: 'IDENTITY_EXPIRES_SOON', kind: 'expiry', subject: 'checkout', severity: 'warning' },
    ...{ about: 'IDENTITY_EXPIRES_SOON/identity/checkout', ...inRun(1) },
  });

  test('and cannot be used is one incident, told at every endpoint that it blinds', () => {
    const report = reports();
    const [key] = report(ending).told;
    expect(report(unusable('a', 2), unusable('b', 2)).told).toEqual([key, key]);
    expect(report(unusable('c', 3)).told).toEqual([null]);
  });
});

describe('a finding that is told already, and gets worse in another suite', () => {
  test('is told under the same key', () => {
    const report = reports();
    const own = { code: 'SERVED_CHAIN_INCOMPLETE', about: 'SERVED_CHAIN_INCOMPLETE/endpoint/a' } as const;
    const blind = at('a', 'resumed-identity', { ...own, ...inRun(1), kind: 'blind', severity: 'warning' });
    const [key] = report(blind).told;
    expect(report(at('a', 'served-certificate', { ...own, ...inRun(2), severity: 'critical' })).told).toEqual([key]);
  });
});

describe('the same change at several endpoints', () => {
  const changed = (endpoint: string, to: string) =>
    at(endpoint, 'served-certificate', {
      ...{ kind: 'change', code: 'SERVED_KEY_CHANGED', severity: 'info', ...inRun(1) },
      message: `${endpoint} serves another certificate: SHA-256 aa before, ${to} now.`,
    });

  test('is one, and another one is not', () => {
    const { told } = reports()(changed('a', 'bb'), changed('b', 'bb'), changed('c', 'cc'));
    expect(told[0]).toBe(told[1]);
    expect(told[2]).not.toBe(told[0]);
  });
});
