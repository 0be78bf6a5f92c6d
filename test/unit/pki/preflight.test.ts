import { X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { DAY } from '../../../shared/model/time.ts';
import { type Credentials, credentialsOf } from '../../../shared/pki/identity/identity.ts';
import { chainProblem, knownIssuers } from '../../../shared/pki/identity/incomplete-chain.ts';
import { preflight } from '../../../shared/pki/identity/preflight.ts';
import { type Authority, issue, issueAuthority } from '../../../shared/pki/mint/issue.ts';
import { certificatesOfPem } from '../../../shared/pki/x509/certificate.ts';
import { identityCheck } from '../../../shared/plan/plan.ts';
import { judgeIdentity } from '../../../shared/verdict/judge/health.ts';
import { anEndpoint } from '../../helpers/endpoint.ts';

const NOW = Date.parse('2026-06-01T12:00:00Z');
const validity = { notBefore: NOW - 100 * DAY, notAfter: NOW + 200 * DAY };
let root: Authority;
let intermediate: Authority;
let full: Credentials;
let alone: Credentials;

const read = (
  certificate: string,
  issued: { privateKey: import('node:crypto').KeyObject },
  roots = '',
): Credentials => {
  const privateKey = String(issued.privateKey.export({ format: 'pem', type: 'pkcs8' }));
  const credentials = credentialsOf({ certificate, privateKey, passphrase: null, roots });
  if (!credentials.ok) throw new Error(credentials.reason);
  return credentials.value;
};

beforeAll(async () => {
  root = await issueAuthority({ subject: 'CN=Root', validity });
  intermediate = await issueAuthority({ subject: 'CN=Intermediate', validity }, { parent: root });
  const one = await issue({ subject: 'CN=one', validity }, intermediate);
  const other = await issue({ subject: 'CN=other', validity }, intermediate);
  full = read(one.certificatePem, one);
  alone = read(String(new X509Certificate(other.certificatePem)), other, root.certificatePem);
});

describe('an issuer that is not valid yet', () => {
  const later = { ...validity, notBefore: NOW + 2 * DAY };
  test('is named, though the leaf is valid', async () => {
    const ahead = await issueAuthority({ subject: 'CN=Ahead', validity: later }, { parent: root });
    const one = await issue({ subject: 'CN=one', validity }, ahead);
    const problems = preflight(
      read(one.certificatePem, one),
      { principal: null, fault: null },
      anEndpoint().expiry,
      NOW,
    );
    expect(problems).toEqual([
      {
        code: 'IDENTITY_ISSUER_NOT_YET_VALID',
        message: 'has an issuer, CN=Ahead, that is not valid before 2026-06-03T12:00:00.000Z',
      },
    ]);
  });
  test('a root in the file is nobody’s business', async () => {
    const ahead = await issueAuthority({ subject: 'CN=Ahead', validity: later });
    const one = await issue({ subject: 'CN=one', validity }, ahead);
    const own = read(one.certificatePem + ahead.certificatePem, one);
    expect(preflight(own, { principal: null, fault: null }, anEndpoint().expiry, NOW)).toEqual([]);
  });
});

describe('a chain', () => {
  const anchors = () => certificatesOfPem(root.certificatePem).slice(0, 1);
  test('that leads to the bundle is complete', () => {
    expect(chainProblem(full, { anchors: anchors(), known: [] })).toBeNull();
  });
  test('without an intermediate that another has is not', () => {
    expect(chainProblem(alone, { anchors: anchors(), known: knownIssuers([full]) })?.message).toMatch(
      /^comes without CN=Intermediate: its chain ends at CN=other/,
    );
  });
  test('also where only its own secret has the root', () => {
    expect(chainProblem(alone, { anchors: [], known: knownIssuers([full]) })?.code).toBe('IDENTITY_CHAIN_INCOMPLETE');
  });
  test('with another CA of its issuer’s name does not lead there', async () => {
    const namesake = await issueAuthority({ subject: 'CN=Intermediate', validity }, { parent: root });
    const one = await issue({ subject: 'CN=one', validity }, intermediate);
    const [leaf] = certificatesOfPem(one.certificatePem);
    const [wrong] = certificatesOfPem(namesake.certificatePem);
    const problem = chainProblem(read(`${leaf}${wrong}`, one), { anchors: anchors(), known: [] });
    expect(problem).toEqual({
      code: 'IDENTITY_CHAIN_INCOMPLETE',
      message: 'comes with a CN=Intermediate that did not sign CN=one: another CA of the same name did',
    });
  });
  test('is no fault where nobody knows its issuer, or where the bundle has the intermediate', () => {
    const trusted = [...anchors(), ...knownIssuers([full])];
    expect([
      chainProblem(alone, { anchors: anchors(), known: [] }),
      chainProblem(alone, { anchors: trusted, known: knownIssuers([full]) }),
    ]).toEqual([null, null]);
  });
});

test('several problems are one message, the most urgent first, and its code', async () => {
  const soon = { ...validity, notAfter: NOW + 10 * DAY };
  const issued = await issue({ subject: 'CN=soon', validity: soon }, root);
  const subject = { principal: 'spiffe://a/b', fault: null };
  const problems = preflight(read(issued.certificatePem, issued), subject, anEndpoint().expiry, NOW);
  const check = judgeIdentity(identityCheck('soon'), { kind: 'fit', problems, notes: [] }, 'here');
  expect(check).toMatchObject({ verdict: 'fail', severity: 'warning', code: 'IDENTITY_EXPIRES_SOON' });
  expect(check.message).toMatch(
    /^soon expires in 10\.0 days, at 2026-06-11T12:00:00\.000Z; it also has no URI SAN \(§2\)/,
  );
});
