import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decide, SETTLE, type Version } from '../../../shared/custodian/decide.ts';
import { standingOf } from '../../../shared/custodian/standing.ts';
import type { CertificateFacts } from '../../../shared/model/certificate.ts';
import { FAULTS, type Fault } from '../../../shared/model/names.ts';
import { DAY, HOUR, MINUTE } from '../../../shared/model/time.ts';

const NOW = 1_800_000_000_000;
const CLIENT = ['1.3.6.1.5.5.7.3.2'];
const SERVER = ['1.3.6.1.5.5.7.3.1'];

const facts = (own: Partial<CertificateFacts>): CertificateFacts => ({
  subject: 'CN=payments',
  issuer: 'CN=Issuing',
  serialNumber: '01',
  dnsNames: [],
  ipAddresses: [],
  uris: [],
  extendedKeyUsage: CLIENT,
  ca: false,
  notBefore: NOW - DAY,
  notAfter: NOW + 30 * DAY,
  sha256: '',
  keySha256: '',
  issuerSha256: '',
  der: new Uint8Array(),
  ...own,
});
const like = facts({});
const version = (own: Partial<CertificateFacts>, revoked = false, createdAt = NOW): Version => ({
  leaf: facts(own),
  createdAt,
  issued: { certificateArn: 'arn', revoked },
});
const decided = (fault: Fault, current: Version | null, pending: Version | null, now = NOW) =>
  decide({ current, pending }, { fault, like }, now);

const EXPIRING = { notAfter: NOW + 10 * MINUTE };

describe('expired', () => {
  test('is issued to expire, waited for, and promoted once it has', () => {
    expect(decided('expired', null, null)).toBe('issue');
    expect(decided('expired', null, version(EXPIRING))).toBe('wait');
    expect(decided('expired', null, version(EXPIRING), NOW + HOUR)).toBe('promote');
    expect(decided('expired', version(EXPIRING), null, NOW + HOUR)).toBe('nothing');
  });

  test('one that would not expire soon is replaced', () => {
    expect(decided('expired', null, version({}))).toBe('issue');
  });
});

describe('revoked', () => {
  test('is revoked, left to settle, promoted', () => {
    expect(decided('revoked', null, version({}))).toBe('revoke');
    expect(decided('revoked', null, version({}, true))).toBe('wait');
    expect(decided('revoked', null, version({}, true), NOW + SETTLE)).toBe('promote');
    expect(decided('revoked', version({}, true), null, NOW + SETTLE)).toBe('nothing');
  });

  test('is issued again from half its lifetime on', () => {
    expect(decided('revoked', version({}, true), null, NOW + 15 * DAY)).toBe('issue');
  });

  test('a current one that the custodian did not revoke is not known to be', () => {
    expect(decided('revoked', version({}, false), null)).toBe('issue');
  });
});

describe('the other faults', () => {
  test('wrong usage is renewed from half its lifetime on', () => {
    const current = version({ extendedKeyUsage: SERVER });
    expect(decided('wrong-usage', current, null)).toBe('nothing');
    expect(decided('wrong-usage', current, null, NOW + 15 * DAY)).toBe('issue');
  });

  test('not yet valid is renewed before it becomes valid', () => {
    const current = version({ notBefore: NOW + 60 * DAY, notAfter: NOW + 80 * DAY });
    expect(decided('not-yet-valid', current, null)).toBe('nothing');
    expect(decided('not-yet-valid', current, null, NOW + 51 * DAY)).toBe('issue');
  });

  test('another issuer or other names are replaced, whatever their dates', () => {
    for (const own of [{ issuer: 'CN=Other' }, { subject: 'CN=orders' }])
      expect(decided('wrong-usage', version({ extendedKeyUsage: SERVER, ...own }), null)).toBe('issue');
  });
});

const anyVersion = fc
  .record({
    begins: fc.integer({ min: -90, max: 90 }),
    lasts: fc.integer({ min: 0, max: 90 }),
    usage: fc.constantFrom(null, CLIENT, SERVER),
    issuer: fc.constantFrom('CN=Issuing', 'CN=Other'),
    revoked: fc.boolean(),
    age: fc.integer({ min: -1, max: 60 }),
    own: fc.boolean(),
  })
  .map(({ begins, lasts, usage, issuer, revoked, age, own }): Version => {
    const notBefore = NOW + begins * DAY;
    const leaf = facts({ notBefore, notAfter: notBefore + lasts * DAY, extendedKeyUsage: usage, issuer });
    return { leaf, createdAt: NOW - age * HOUR, issued: own ? { certificateArn: 'arn', revoked } : null };
  });
const anyOrNone = fc.option(anyVersion, { nil: null });

test('only what has its fault now, and is the custodian’s own, is ever promoted', () => {
  fc.assert(
    fc.property(fc.constantFrom(...FAULTS), anyOrNone, anyOrNone, (fault, current, pending) => {
      if (decided(fault, current, pending) !== 'promote') return;
      expect(pending?.issued).not.toBeNull();
      expect(standingOf(pending!.leaf, { fault, like }, NOW)).toBe('good');
      if (fault !== 'revoked') return;
      expect(pending!.issued!.revoked).toBe(true);
      expect(NOW - pending!.createdAt!).toBeGreaterThanOrEqual(SETTLE);
    }),
  );
});

test('what was promoted is left alone', () => {
  fc.assert(
    fc.property(fc.constantFrom(...FAULTS), anyOrNone, anyOrNone, (fault, current, pending) => {
      if (decided(fault, current, pending) === 'promote') expect(decided(fault, pending, null)).toBe('nothing');
    }),
  );
});
