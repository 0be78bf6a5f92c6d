import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NOTIFICATION_KINDS, SCENARIO_NAMES, SEVERITIES } from '../../../shared/model/names.ts';
import { notificationSchema } from '../../../shared/model/notification.ts';
import type { Transition } from '../../../shared/model/state.ts';
import { HOUR, iso } from '../../../shared/model/time.ts';
import { digest, groupDue } from '../../../shared/publish/groups.ts';
import { composeMessage, type Message } from '../../../shared/publish/notification.ts';
import { aGroup, aMark, aTransition, at, decided, NO_ORIGIN } from '../../helpers/transition.ts';

const parts = ({ body }: Message) => JSON.parse(body) as { default: string; email: string; sms: string };
const documentOf = (message: Message) => notificationSchema.parse(JSON.parse(parts(message).default));
const links = { dashboard: 'https://console.test/dashboard', run: 'https://console.test/run', runbook: null };
const message = (transitions: readonly Transition[], own = {}) =>
  composeMessage('id-1', aGroup(transitions, own), { ...NO_ORIGIN, links });
/** SNS counts the body and the attributes' names, types and values. */
const sizeOf = ({ body, attributes, subject }: Message) =>
  Buffer.byteLength(body) +
  Buffer.byteLength(subject) +
  Object.entries(attributes).reduce((sum, [name, { type, value }]) => sum + Buffer.byteLength(name + type + value), 0);

describe('one message', () => {
  const both = [at('payments', 'no-certificate'), at('ledger', 'expired', { severity: 'warning' })];

  test('the document repeats the attributes, the worst first', () => {
    const document = documentOf(message(both));
    expect(document).toMatchObject({
      id: 'id-1',
      runId: 'run-1',
      kind: 'regression',
      severity: 'critical',
      owner: 'team-payments',
      endpoints: ['payments', 'ledger'],
      links,
    });
    expect(document.items.map(({ endpoint }) => endpoint)).toEqual(['payments', 'ledger']);
    expect(document).not.toHaveProperty('omitted');
    expect(message(both).attributes).toEqual({
      kind: { type: 'String', value: 'regression' },
      severity: { type: 'String', value: 'critical' },
      owner: { type: 'String', value: 'team-payments' },
      endpoints: { type: 'String.Array', value: '["payments","ledger"]' },
    });
  });

  test('nobody’s is unowned; nothing about an endpoint carries no list of them', () => {
    const { attributes } = message([
      aTransition({ endpoint: null, owner: null, check: 'identity-health/early', scenario: 'identity-health' }),
    ]);
    expect([attributes['owner']?.value, attributes['endpoints']]).toEqual(['unowned', undefined]);
  });

  test('its members are the transitions it tells, with their items’ keys', () => {
    expect(message(both).members).toEqual([
      { key: 'endpoint/payments', transition: 'run-1/payments/no-certificate/regression' },
      { key: 'endpoint/ledger', transition: 'run-1/ledger/expired/regression' },
    ]);
  });

  test('the mail: what, where, since when, what to do, how to see it, where to look', () => {
    const { email } = parts(message([aTransition()]));
    for (const part of [
      'payments: accepted no certificate',
      'payments answered 200 to a client without a certificate.',
      'payments/no-certificate',
      '2026-11-23 07:00 UTC',
      'Require a client certificate.',
      'curl https://payments.test/',
      'https://console.test/dashboard',
      'https://console.test/run',
    ]) {
      expect(email).toContain(part);
    }
    expect(email).not.toContain('null');
  });

  test.each([
    ['right', 'right again'],
    ['waived', 'waived'],
    ['removed', 'no longer in the registry'],
    ['replaced', 'replaced by another finding'],
    ['not-applicable', 'does not apply any more'],
  ] as const)('a closing names what was open, and why it is over: %s', (closedBecause, words) => {
    const incident = aMark({ closedBecause });
    const own = { kind: 'recovery', severity: 'info', incident } as const;
    const [one] = both;
    const { subject } = message([{ ...(one as Transition), ...own }], own);
    expect(subject).toBe(`mTLS recovery, info: payments: accepted no certificate: ${words}`);
  });

  test.each([
    ['SERVED_CHAIN_EXPIRES_SOON', 19.5 * 24, 'payments: served chain expires 2026-12-20 (in 19 days)'],
    ['SERVED_CHAIN_EXPIRES_SOON', 47.9, 'payments: served chain expires 2026-12-20 (in 47 hours)'],
    ['SERVED_CHAIN_EXPIRES_SOON', 0.4, 'payments: served chain expires 2026-12-20 (in less than an hour)'],
    ['SERVED_CHAIN_EXPIRED', -0.4, 'payments: served chain expired 2026-12-20 (less than an hour ago)'],
    ['SERVED_CHAIN_EXPIRED', -50, 'payments: served chain expired 2026-12-20 (2 days ago)'],
  ] as const)('a date is in the subject and the SMS: %s, %d hours before', (code, hours, words) => {
    const end = Date.UTC(2026, 11, 20, 11);
    const ending = aTransition({ code, ends: { at: iso(end) }, runStartedAt: end - hours * HOUR });
    const told = message([ending]);
    expect(told.subject).toBe(`mTLS regression, critical: ${words}`);
    expect(parts(told).sms).toBe(`mTLS regression, critical: ${words}`);
  });

  test('a CRL has ended, or ends', () => {
    const end = Date.UTC(2026, 11, 20, 11);
    const crl = { code: 'CRL_EXPIRES_SOON', cause: 'CRL_STALE', ends: { at: iso(end) } } as const;
    const subjectAt = (hours: number) => message([aTransition({ ...crl, runStartedAt: end - hours * HOUR })]).subject;
    expect(subjectAt(72)).toContain('payments: crl stale, ends 2026-12-20 (in 3 days)');
    expect(subjectAt(-25)).toContain('payments: crl stale, ended 2026-12-20 (25 hours ago)');
  });

  test('an identity is named before the endpoints that it blinds', () => {
    const thing = { kind: 'identity', name: 'checkout' } as const;
    const own = { code: 'IDENTITY_UNUSABLE', incident: aMark({ thing }) } as const;
    expect(message([aTransition(own)]).subject).toContain('identity checkout (payments): identity unusable');
    expect(message([aTransition({ ...own, endpoint: null })]).subject).toContain(
      'identity checkout: identity unusable',
    );
  });

  test.each([
    [{ kind: 'ca', name: 'c0ffee', label: 'Old Root' }, 'CA Old Root (payments): trust bundle expiring'],
    [{ kind: 'crl', name: 'corp.crl' }, 'CRL corp.crl (payments): trust bundle expiring'],
    [{ kind: 'trust-bundle', name: 'corp' }, 'trust bundle corp (payments): trust bundle expiring'],
  ] as const)('what has to be mended is named before the endpoints: %o', (thing, words) => {
    const own = { code: 'TRUST_BUNDLE_EXPIRED', cause: 'TRUST_BUNDLE_EXPIRING', incident: aMark({ thing }) } as const;
    const told = message([aTransition(own)]);
    expect([told.subject, parts(told).sms]).toEqual([
      `mTLS regression, critical: ${words}`,
      `mTLS regression, critical: ${words}`,
    ]);
  });

  test('a finding at some of the addresses says at how many', () => {
    const share = { alike: 1, addresses: 3 };
    const { subject } = message([aTransition({ code: 'UNREACHABLE', cause: 'ENDPOINT_DOWN', share })]);
    expect(subject).toContain('payments: endpoint down at 1 of 3 addresses');
  });

  test('an incident’s key is in the document, in its item and in an attribute; several have none in common', () => {
    const one = message(both.slice(0, 1));
    const { key } = both[0]?.incident ?? aMark();
    expect(documentOf(one)).toMatchObject({ incident: { key }, items: [{ incident: { key, members: 1 } }] });
    expect(one.attributes['incident']).toEqual({ type: 'String', value: key });
    expect(documentOf(message(both)).incident).toBeNull();
    expect(message(both).attributes).not.toHaveProperty('incident');
  });

  test('subject and text message', () => {
    const one = message([...both, at('orders', 'plaintext', { cause: 'PLAINTEXT_ACCEPTED', endpoint: 'orders' })]);
    expect(one.subject).toBe('mTLS regression, critical: payments: accepted no certificate (+2)');
    expect(parts(one).sms).toBe(one.subject);
    const many = ['a', 'b', 'c'].map((name) => at(name, 'valid-identity', { cause: 'ENDPOINT_DOWN' }));
    expect(message(decided(many)).subject).toBe('mTLS regression, critical: a and 2 others: endpoint down');
  });
});

describe('limits', () => {
  test('ten thousand findings: the worst, and the rest counted', () => {
    const many = Array.from({ length: 10_000 }, (_, n) =>
      at(`endpoint-${n}`, 'expired', {
        severity: n < 3 ? 'critical' : 'warning',
        message: `endpoint-${n} ${'"'.repeat(200)}`,
      }),
    );
    const large = message(many.toReversed());
    const document = documentOf(large);
    expect(sizeOf(large)).toBeLessThan(262_144);
    expect(document.items.length).toBeGreaterThan(50);
    expect(document.items.slice(0, 3).map(({ endpoint }) => endpoint)).toEqual([
      'endpoint-0',
      'endpoint-1',
      'endpoint-2',
    ]);
    expect(document.items.length + (document.omitted ?? 0)).toBe(10_000);
    const numbers = [...parts(large).email.matchAll(/(?:at|And) (\d+) more/gu)].map(([, number]) => Number(number));
    expect(parts(large).email.match(/^\d+\. /gmu)).toHaveLength(6);
    expect(numbers).toEqual([document.items.length - 6, document.omitted]);
  });

  test('an e-mail has three of the findings that are alike in full and counts the others; chat keeps its links', () => {
    const expired = (name: string) =>
      at(name, 'served-certificate', { code: 'SERVED_CHAIN_EXPIRED', severity: 'critical', endpoint: name });
    const named = Array.from({ length: 40 }, (_, n) => `shop-${n}`);
    const { email } = parts(message([...named.map(expired), at('ledger', 'expired', { endpoint: 'ledger' })]));
    expect(email.match(/^\d+\. .*/gmu)).toHaveLength(4);
    expect(email).toContain('The same (SERVED_CHAIN_EXPIRED) at 37 more: ');
    expect(email).toMatch(/ and 27 more\.$/mu);
    expect(email).not.toMatch(/^And/mu);
    expect(email.length).toBeLessThan(8_000);
  });

  test('one cause at ten thousand endpoints: one item that says so', () => {
    const many = Array.from({ length: 10_000 }, (_, n) => at(`endpoint-${n}`, 'expired', { cause: 'ENDPOINT_DOWN' }));
    const document = documentOf(message(decided(many)));
    expect(document.items).toHaveLength(1);
    expect(document.items[0]?.message).toContain('9999 more endpoints');
    expect(document.items[0]?.endpoints).toHaveLength(100);
    const line = /Endpoints: .*/u.exec(parts(message(decided(many))).email)?.[0] ?? '';
    expect([line.split(', ').length, line.endsWith(' and more')]).toEqual([10, true]);
  });

  /** Any UTF-16 code unit: lone surrogates, controls, bidirectional marks. */
  const hostile = fc
    .array(fc.oneof(fc.integer({ min: 0, max: 0xffff }), fc.constantFrom(0, 10, 13, 27, 0x22, 0x5c, 0x202e, 0xd83d)), {
      maxLength: 40,
    })
    .map((units) => String.fromCharCode(...units));
  const long = fc.tuple(hostile, fc.constantFrom(1, 1, 2000)).map(([text, times]) => text.repeat(times));
  const transition = fc
    .record({
      check: long,
      endpoint: fc.option(long),
      owner: fc.option(long),
      scenario: fc.option(fc.constantFrom(...SCENARIO_NAMES)),
      severity: fc.constantFrom(...SEVERITIES),
      cause: fc.constantFrom(null, 'ENDPOINT_DOWN' as const),
      message: long,
      advice: fc.option(long),
      reproduce: fc.option(long),
      since: fc.integer({ min: 0, max: 4e12 }),
      evidence: fc.array(
        long.map((reason) => ({
          presented: reason,
          address: reason,
          tls: null,
          durationMs: 1,
          certificateRequested: null,
          ended: { kind: 'not-tls' as const, phase: 'handshake' as const, reason },
        })),
        { maxLength: 20 },
      ),
    })
    .map((own) => aTransition(own));

  test('whatever endpoints send', () => {
    fc.assert(
      fc.property(
        fc.array(transition, { minLength: 1, maxLength: 12 }),
        fc.constantFrom(...NOTIFICATION_KINDS),
        (transitions, kind) => {
          const one = composeMessage(
            'id-1',
            aGroup(transitions, { kind, owner: transitions[0]?.owner ?? null }),
            NO_ORIGIN,
          );
          const document = documentOf(one);
          expect(document.items.length).toBeGreaterThan(0);
          expect(sizeOf(one)).toBeLessThan(262_144);
          expect(one.subject).toMatch(/^[A-Za-z0-9][\x20-\x7e]{0,99}$/);
          expect(parts(one).sms).toMatch(/^[\x20-\x7e]{1,140}$/);
          expect(parts(one).email.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
          expect(one.attributes['owner']?.value).not.toBe('');
          expect(Buffer.byteLength(JSON.stringify(one.attributes))).toBeLessThan(20_000);
          expect(JSON.parse(one.attributes['endpoints']?.value ?? '[]')).toEqual(document.endpoints);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('which messages', () => {
  const member = (own: Partial<Transition>) => ({ key: 'k', transition: aTransition(own) });

  test('one per run, kind and owner', () => {
    const groups = groupDue([
      member({ check: 'a' }),
      member({ check: 'b', owner: null }),
      member({ check: 'c', kind: 'recovery' }),
      member({ check: 'd' }),
      member({ check: 'e', runId: 'run-2' }),
    ]);
    expect(groups.map(({ members }) => members.map(({ transition }) => transition.check).join(''))).toEqual([
      'ad',
      'b',
      'e',
      'c',
    ]);
  });

  test('earlier runs first; in one run the change of leaf before the verdict on it', () => {
    const groups = groupDue([
      member({ runId: 'run-2', runStartedAt: 2, kind: 'recovery' }),
      member({ runId: 'run-2', runStartedAt: 2, kind: 'change' }),
      member({ runId: 'run-1', runStartedAt: 1 }),
    ]);
    expect(groups.map(({ runId, kind }) => `${runId} ${kind}`)).toEqual([
      'run-1 regression',
      'run-2 change',
      'run-2 recovery',
    ]);
  });

  test('more than one record can name are split, in order, and none is lost', () => {
    const all = Array.from({ length: 5000 }, (_, n) => member({ check: `c${n}`, cause: 'ENDPOINT_DOWN' }));
    const groups = groupDue(all);
    expect(groups.length).toBeGreaterThan(1);
    expect(groups.flatMap(({ members }) => members)).toEqual(all);
  });

  test('one message and its members fit into a DynamoDB item, whatever they hold', () => {
    const all = Array.from({ length: 3000 }, (_, n) =>
      member({ check: `c${n}/"\\ü😀`, endpoint: `e${n}`, message: '"\\'.repeat(500) }),
    );
    for (const group of groupDue(all)) {
      const record = JSON.stringify(composeMessage('id-1', group, { ...NO_ORIGIN, links }));
      expect(Buffer.byteLength(record)).toBeLessThan(390_000);
    }
  });

  test('an id depends on every part and on nothing else', () => {
    expect(digest(['a', 'b'])).toBe(digest(['a', 'b']));
    expect(new Set([digest(['a', 'b']), digest(['ab']), digest(['b', 'a'])]).size).toBe(3);
  });
});
