/** Served certificates over days: quiet while they are renewed in time, one notice for each change, loud when a renewal is missed. */
import { X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Leaf } from '../../../shared/model/state.ts';
import { DAY, HOUR } from '../../../shared/model/time.ts';
import { integer, pem } from '../../../shared/pki/asn1/der.ts';
import { putTogether } from '../../../shared/pki/mint/assemble.ts';
import { type Authority, issueAuthority } from '../../../shared/pki/mint/issue.ts';
import { takeApart } from '../../../shared/pki/x509/certificate-parts.ts';
import { isByStranger, see } from '../../../shared/regression/leaf-changes.ts';
import { type Found, runsOver, serverLeaf } from '../../helpers/served-runs.ts';

const START = Date.parse('2026-06-01T00:00:00Z');
const hourly = (days: number) => Array.from({ length: days * 24 }, (_, run) => START + run * HOUR);
const validity = { notBefore: START - 100 * DAY, notAfter: START + 3650 * DAY };

let root: Authority;
let next: Authority;
beforeAll(async () => {
  root = await issueAuthority({ subject: 'CN=Root', validity });
  next = await issueAuthority({ subject: 'CN=Next', validity });
});

/** A leaf of 24 hours every `share` of its life, the last of them renewed before `until`. */
const mesh = async (share: number, until: number, authority = () => root) => {
  const leaves: { from: number; pem: string }[] = [];
  for (let from = START; from < until; from += 24 * HOUR * share)
    leaves.push({ from, pem: await serverLeaf(authority(), { notBefore: from - 60_000, notAfter: from + DAY }) });
  return (now: number): Found => ({
    served: [leaves.findLast(({ from }) => from <= now)!.pem],
    bundle: root.certificatePem + next.certificatePem,
  });
};

describe('24-hour certificates of a mesh', () => {
  test.each([
    ['a third', 1 / 3],
    ['half', 1 / 2],
    ['two thirds', 2 / 3],
    ['seven tenths (Linkerd)', 0.7],
  ])('renewed at %s of their life: not a word in five days', async (_, share) => {
    const { told, results } = runsOver(hourly(5), await mesh(share, START + 5 * DAY));
    expect(told).toEqual([]);
    expect(new Set(results.map(({ code }) => code))).toEqual(new Set(['SERVED_CHAIN_OK']));
  });

  test.each([1 / 3, 1 / 2, 2 / 3])(
    'a renewal at %f of their life is missed: told before the end, nearer it again, and at it',
    async (share) => {
      const last = START + 2 * DAY;
      const { told } = runsOver(hourly(4), await mesh(share, last));
      const leafEnds = START + 24 * HOUR * share * (Math.ceil((2 / share) * 1) - 1) + DAY;
      expect(told.map(({ kind, code, severity }) => [kind, code, severity])).toEqual([
        ['expiry', 'SERVED_CHAIN_EXPIRES_SOON', 'warning'],
        ['expiry', 'SERVED_CHAIN_EXPIRES_SOON', 'critical'],
        ['regression', 'SERVED_CHAIN_EXPIRED', 'critical'],
      ]);
      expect(leafEnds - told[0]!.at).toBeGreaterThan(4 * HOUR);
      expect(leafEnds - told[0]!.at).toBeLessThanOrEqual(6 * HOUR);
    },
  );

  test('of a CA that gets a new key all the time, as SPIRE’s does', async () => {
    const keys: Authority[] = [];
    for (const serial of ['1', '2', '3', '4'])
      keys.push(await issueAuthority({ subject: `serialNumber=${serial}, O=SPIRE`, validity }));
    let issued = 0;
    const found = await mesh(1 / 2, START + 2 * DAY, () => {
      issued += 1;
      return keys[issued % 4]!;
    });
    const bundle = keys.map(({ certificatePem }) => certificatePem).join('');
    const { told } = runsOver(hourly(2), (now) => ({ ...found(now), bundle }));
    expect(told).toEqual([]);
  });

  test('another CA issues them: told', async () => {
    let issued = 0;
    const found = await mesh(1 / 2, START + 2 * DAY, () => {
      issued += 1;
      return issued > 2 ? next : root;
    });
    const { told } = runsOver(hourly(2), found);
    expect(told.map(({ kind, code }) => [kind, code])).toEqual([['change', 'SERVED_ISSUER_CHANGED']]);
  });
});

describe('a rotation: no regression, one notice', () => {
  const year = (from: number) => ({ notBefore: from - HOUR, notAfter: from + 365 * DAY });
  const switched = (before: Found, after: Found, days = 10) =>
    runsOver(hourly(days), (now) => (now < START + 5 * DAY ? before : after));

  test('of the certificate, with a new key', async () => {
    const bundle = root.certificatePem;
    const { told, writes } = switched(
      { served: [await serverLeaf(root, year(START - 300 * DAY))], bundle },
      { served: [await serverLeaf(root, year(START + 5 * DAY))], bundle },
    );
    expect(told).toEqual([{ at: START + 5 * DAY, kind: 'change', code: 'SERVED_KEY_CHANGED', severity: 'info' }]);
    expect(writes).toBeLessThanOrEqual(3);
  });

  test('of its CA: both roots in the bundle first, then the leaf, then the old root is dropped', async () => {
    const [old, renewed] = [await serverLeaf(root, year(START)), await serverLeaf(next, year(START))];
    const both = root.certificatePem + next.certificatePem;
    const { told } = runsOver(hourly(12), (now) => {
      const day = (now - START) / DAY;
      return {
        served: [day < 6 ? old : renewed],
        bundle: day < 3 ? root.certificatePem : day < 9 ? both : next.certificatePem,
      };
    });
    expect(told).toEqual([{ at: START + 6 * DAY, kind: 'change', code: 'SERVED_ISSUER_CHANGED', severity: 'warning' }]);
  });

  test('a forgotten side (the bundle) is found in the first run after it', async () => {
    const bundle = root.certificatePem;
    const { told } = switched(
      { served: [await serverLeaf(root, year(START))], bundle },
      { served: [await serverLeaf(next, year(START))], bundle },
    );
    expect(told.map(({ at, kind, code, severity }) => [at, kind, code, severity])).toEqual([
      [START + 5 * DAY, 'regression', 'SERVED_CHAIN_INCOMPLETE', 'critical'],
    ]);
  });

  test('for the key that it had: news, and no more', async () => {
    const bundle = root.certificatePem;
    const first = await serverLeaf(root, year(START));
    const parts = takeApart(new X509Certificate(first).raw);
    const again = pem('CERTIFICATE', putTogether({ ...parts, serial: integer(7) }, root.privateKey));
    const { told } = switched({ served: [first], bundle }, { served: [again], bundle });
    expect(told).toEqual([
      { at: START + 5 * DAY, kind: 'change', code: 'SERVED_CERTIFICATE_REISSUED', severity: 'info' },
    ]);
  });

  test('of several backends one after the other: both are new once', async () => {
    const bundle = root.certificatePem;
    const [a, b, fresh] = [
      await serverLeaf(root, year(START)),
      await serverLeaf(root, year(START)),
      await serverLeaf(root, year(START)),
    ];
    const { told } = runsOver(hourly(10), (now) => {
      const day = (now - START) / DAY;
      return { served: day < 4 ? [a, b] : day < 6 ? [a, fresh] : [fresh], bundle };
    });
    expect(told.map(({ kind, code }) => [kind, code])).toEqual([['change', 'SERVED_KEY_CHANGED']]);
  });
});

test('the CA of the bundle ends: told before, at each step of the ladder, and at the end', async () => {
  const old = await issueAuthority({
    subject: 'CN=Old',
    validity: { notBefore: START - 3000 * DAY, notAfter: START + 40 * DAY },
  });
  const found = { served: [await serverLeaf(old, validity)], bundle: old.certificatePem };
  const { told } = runsOver(
    Array.from({ length: 45 }, (_, day) => START + day * DAY),
    () => found,
  );
  expect(told.map(({ at, kind, code, severity }) => [(at - START) / DAY, kind, code, severity])).toEqual([
    [11, 'expiry', 'TRUST_BUNDLE_EXPIRES_SOON', 'warning'],
    [27, 'expiry', 'TRUST_BUNDLE_EXPIRES_SOON', 'warning'],
    [34, 'expiry', 'TRUST_BUNDLE_EXPIRES_SOON', 'critical'],
    [38, 'expiry', 'TRUST_BUNDLE_EXPIRES_SOON', 'critical'],
    [40, 'expiry', 'TRUST_BUNDLE_EXPIRES_SOON', 'critical'],
    [41, 'regression', 'TRUST_BUNDLE_EXPIRED', 'critical'],
  ]);
});

describe('a leaf without what signed it', () => {
  const year = { notBefore: START - HOUR, notAfter: START + 365 * DAY };
  let issuing: Authority;
  beforeAll(async () => {
    issuing = await issueAuthority({ subject: 'CN=Issuing', validity }, { parent: root });
  });
  const severities = (before: Found, after: Found) =>
    runsOver(hourly(4), (now) => (now < START + 2 * DAY ? before : after))
      .told.filter(({ kind }) => kind === 'regression')
      .map(({ code, severity }) => `${code} ${severity}`);
  const bare = (pem: string) => `${pem.split('-----END CERTIFICATE-----')[0]}-----END CERTIFICATE-----\n`;

  test('from a CA that was never trusted here: as critical as one that sends its root', async () => {
    const sound = { served: [await serverLeaf(issuing, year)], bundle: root.certificatePem };
    const stranger = await serverLeaf(next, year);
    const found = (served: string) => severities(sound, { ...sound, served: [served] });
    expect(found(bare(stranger))).toEqual(['SERVED_CHAIN_INCOMPLETE critical']);
    expect(found(bare(stranger) + next.certificatePem)).toEqual(['SERVED_CHAIN_UNTRUSTED critical']);
    const below = await issueAuthority({ subject: 'CN=Issuing', validity }, { parent: next });
    const namesake = await serverLeaf(below, year);
    expect(found(bare(namesake))).toEqual(['SERVED_CHAIN_INCOMPLETE critical']);
    expect(found(bare(namesake) + bare(below.certificatePem))).toEqual(['SERVED_CHAIN_UNTRUSTED critical']);
    const beside = { ...sound, served: [...sound.served, bare(stranger)] };
    expect(severities(sound, beside)).toEqual(['SERVED_CHAIN_INCOMPLETE critical']);
  });

  test('from the CA that was: a forgotten intermediate', async () => {
    const served = await serverLeaf(issuing, year);
    const sound = { served: [served], bundle: root.certificatePem };
    expect(severities(sound, { ...sound, served: [bare(served)] })).toEqual(['SERVED_CHAIN_INCOMPLETE warning']);
    const renewed = await serverLeaf(issuing, year);
    expect(severities(sound, { ...sound, served: [bare(renewed)] })).toEqual(['SERVED_CHAIN_INCOMPLETE warning']);
  });

  test('without anything that was trusted before, nothing tells', async () => {
    const first = { served: [bare(await serverLeaf(issuing, year))], bundle: root.certificatePem };
    expect(severities(first, first)).toEqual(['SERVED_CHAIN_INCOMPLETE warning']);
  });

  test('what is not known of a leaf proves nothing', () => {
    const facts = (sha256: string, issuer: string) => ({ sha256, key: 'k', issuer, shortLived: false });
    const strange = { ...facts('b', 'i2'), trusted: false };
    expect(isByStranger([{ ...facts('a', 'i1'), trusted: true }], [strange])).toBe(true);
    expect(isByStranger([facts('a', 'i1')], [strange])).toBe(false);
    expect(isByStranger([{ ...facts('a', 'i1'), trusted: false }], [strange])).toBe(false);
    expect(isByStranger([{ ...facts('a', 'i1'), trusted: true }], [facts('b', 'i2')])).toBe(false);
  });
});

describe('which change it is', () => {
  const leaf = (sha256: string, key: string, issuer: string, shortLived = false): Leaf => ({
    sha256,
    key,
    issuer,
    shortLived,
  });
  const a = leaf('a', 'k1', 'i1');
  test.each<[string, Leaf[], Leaf[], string | null]>([
    ['the first ones ever', [], [a, leaf('b', 'k2', 'i2')], null],
    ['a known one', [a], [a], null],
    ['the same key, the same issuer', [a], [leaf('b', 'k1', 'i1')], 'reissued'],
    ['a new key', [a], [leaf('b', 'k2', 'i1')], 'key'],
    ['a new issuer', [a], [leaf('b', 'k2', 'i2')], 'issuer'],
    ['the same key under another issuer', [a], [leaf('b', 'k1', 'i2')], 'issuer'],
    ['what was stored by an older version', [{ sha256: 'a' }], [leaf('b', 'k1', 'i1')], 'unknown'],
    ['of two backends the one with that key', [a, leaf('z', 'k9', 'i1')], [leaf('b', 'k1', 'i1')], 'reissued'],
    ['a short-lived one', [leaf('a', 'k1', 'i1', true)], [leaf('b', 'k2', 'i1', true)], null],
    ['a short-lived one after a long one', [a], [leaf('b', 'k2', 'i1', true)], 'key'],
    ['two new ones: the worse is told', [a], [leaf('b', 'k1', 'i1'), leaf('c', 'k3', 'i3')], 'issuer'],
  ])('%s', (_, known, served, kind) => {
    expect(see(known, served).change?.kind ?? null).toBe(kind);
  });
  test('what an older version stored learns its key and issuer when it is seen again', () => {
    expect(see([{ sha256: 'a' }], [a])).toEqual({ known: [a], change: null });
  });
  test('whatever is served: nothing known is told, what is told is known after it, and no more than sixteen are kept', () => {
    const leaves = fc.array(
      fc.integer({ min: 0, max: 30 }).map((n) => leaf(`l${n}`, `k${n % 7}`, `i${n % 3}`)),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(fc.array(leaves, { maxLength: 40 }), (runs) => {
        let known: readonly Leaf[] = [];
        for (const served of runs) {
          const seen = see(known, served);
          if (seen.change !== null) {
            expect(known.map(({ sha256 }) => sha256)).not.toContain(seen.change.to.sha256);
            expect(known).toContainEqual(seen.change.from);
          }
          known = seen.known;
          expect(known.length).toBeLessThanOrEqual(16);
          expect(new Set(known.map(({ sha256 }) => sha256)).size).toBe(known.length);
          for (const each of served) expect(known).toContainEqual(each);
          expect(see(known, served).change).toBeNull();
        }
      }),
    );
  });
});

test('an endpoint that names other acceptable CAs: told once, also where it asks for no certificate in between', async () => {
  const leaf = await serverLeaf(root, validity);
  const [first, second] = [root, next].map(
    ({ certificatePem }) => takeApart(new X509Certificate(certificatePem).raw).subject,
  );
  const lists = [[first!], [first!], undefined, [second!, first!], [first!, second!], [first!]];
  const { told } = runsOver(
    lists.map((_, run) => START + run * HOUR),
    (now) => {
      const named = lists[(now - START) / HOUR];
      return { served: [leaf], bundle: root.certificatePem, ...(named !== undefined && { named }) };
    },
  );
  expect(told).toEqual([{ at: START + 3 * HOUR, kind: 'change', code: 'ACCEPTABLE_CAS_CHANGED', severity: 'warning' }]);
});
