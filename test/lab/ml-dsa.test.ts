// Identities with ML-DSA keys (FIPS 204, RFC 9881), before a relying party that takes them and one that does not.

import type { TlsOptions } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAY } from '../../shared/model/time.ts';
import { type Issued, issue } from '../../shared/pki/mint/issue.ts';
import { type PkiOnDisk, pkiOnDisk } from '../helpers/pki.ts';
import { type Checked, checkLab, labRegistry } from '../helpers/registry.ts';
import { keeper, tlsPeer } from '../helpers/tls-peers.ts';

const LOOPBACK = [{ dns: 'localhost' }, { ip: '127.0.0.1' }] as const;
/** What a relying party without ML-DSA offers (OpenSSL before 3.5, Go). */
const CLASSICAL = 'ecdsa_secp256r1_sha256:rsa_pss_rsae_sha256:ed25519';

const MINTED = ['untrusted-issuer', 'self-signed', 'lookalike-issuer'];
const FAULTY = ['expired', 'not-yet-valid', 'revoked', 'wrong-usage'];
const of = (verdict: string, ...checks: readonly string[]) => Object.fromEntries(checks.map((each) => [each, verdict]));

const keep = keeper();
let lab: PkiOnDisk;
let checked: Checked;

const answering = async (own: TlsOptions): Promise<string> => {
  const root = lab.pki.root.certificatePem;
  const { port } = await keep(
    tlsPeer({ requestCert: true, rejectUnauthorized: true, ca: root, crl: lab.pki.crlPem, ...own }, (socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok')),
    ),
  );
  return `https://localhost:${port}/`;
};
const pem = ({ privateKey }: Issued) => String(privateKey.export({ type: 'pkcs8', format: 'pem' }));

beforeAll(async () => {
  lab = await pkiOnDisk(Date.now(), 'ml-dsa-65');
  const { good } = lab.pki.servers;
  const validity = { notBefore: Date.now() - DAY, notAfter: Date.now() + 90 * DAY };
  const classical = await issue(
    { subject: 'CN=localhost', validity, altNames: LOOPBACK, extendedKeyUsage: ['serverAuth'] },
    lab.pki.root,
  );
  const endpoints = [
    { name: 'takes', url: await answering({ cert: good.certificatePem, key: pem(good) }), tlsVersions: ['1.3'] },
    {
      name: 'open',
      url: await answering({ cert: good.certificatePem, key: pem(good), rejectUnauthorized: false }),
      tlsVersions: ['1.3'],
    },
    {
      name: 'classical',
      url: await answering({ cert: classical.certificatePem, key: pem(classical), sigalgs: CLASSICAL }),
      tlsVersions: ['1.2', '1.3'],
    },
  ];
  checked = await checkLab(labRegistry(lab.files, endpoints), lab.files);
});
afterAll(() => lab.remove());

const codesOf = (endpoint: string, ...scenarios: readonly string[]) =>
  Object.fromEntries(
    checked.report.checks
      .filter((check) => check.endpoint === endpoint && scenarios.includes(check.scenario))
      .map(({ scenario, subject, tls, verdict, code }) => [
        [scenario, subject, tls].filter((each) => each !== null).join(' '),
        `${verdict} ${code}`,
      ]),
  );

test('what must be refused is refused beside an accepted control', () => {
  expect(codesOf('takes', 'valid-identity', ...MINTED, ...FAULTY, 'no-certificate', 'served-certificate')).toEqual({
    'valid-identity payments 1.3': 'pass ACCEPTED',
    'no-certificate 1.3': 'pass REJECTED_BY_TLS_ALERT',
    // node:tls closes without a TLS alert where it cannot verify.
    ...of('pass REJECTED_BY_CLOSE', ...MINTED.map((scenario) => `${scenario} 1.3`)),
    ...of('pass REJECTED_BY_CLOSE', ...FAULTY.map((fault) => `${fault} ${fault} 1.3`)),
    'served-certificate 1.3': 'pass SERVED_CHAIN_OK',
  });
});

test('minted in their likeness they open what verifies nothing', () => {
  expect(codesOf('open', ...MINTED)).toEqual({
    'untrusted-issuer 1.3': 'fail ACCEPTED_UNTRUSTED_ISSUER',
    'self-signed 1.3': 'fail ACCEPTED_SELF_SIGNED',
    'lookalike-issuer 1.3': 'fail ACCEPTED_LOOKALIKE_ISSUER',
  });
});

test('they sign a copy of the control, and are served again', () => {
  expect(codesOf('takes', 'leaf-as-issuer', 'resumed-identity')).toEqual({
    ...of('pass REJECTED_BY_CLOSE', 'leaf-as-issuer 1.3', 'leaf-as-issuer orders 1.3'),
    // Both leaves are part of the session: node:tls hands out none above 10 KiB.
    'resumed-identity 1.3': 'pass SESSION_NOT_RESUMED',
  });
  expect(codesOf('open', 'leaf-as-issuer')).toMatchObject({ 'leaf-as-issuer 1.3': 'fail ACCEPTED_LEAF_AS_ISSUER' });
});

test.each(['1.2', '1.3'])('where none can be proven nothing was refused: TLS %s', (version) => {
  expect(codesOf('classical', 'valid-identity', ...MINTED, 'no-certificate', 'served-certificate')).toMatchObject({
    [`valid-identity payments ${version}`]: 'inconclusive IDENTITY_UNUSABLE',
    [`no-certificate ${version}`]: 'inconclusive CONTROL_NOT_ACCEPTED',
    ...of('inconclusive IDENTITY_UNUSABLE', ...MINTED.map((scenario) => `${scenario} ${version}`)),
    // An ECDSA key in a certificate that an ML-DSA key signed.
    [`served-certificate ${version}`]: 'pass SERVED_CHAIN_OK',
  });
});

test('why: the version, or the other side', () => {
  const endings = checked.report.checks
    .filter(({ endpoint, scenario }) => endpoint === 'classical' && scenario === 'valid-identity')
    .map(({ tls, evidence }) => [tls, evidence[0]?.ended.kind]);
  expect(endings).toEqual([
    ['1.2', 'unusable'],
    ['1.3', 'alerted'],
  ]);
});

test('a relying party that cannot take it is named so', () => {
  const own = checked.report.checks.filter(
    ({ endpoint, scenario, tls }) => endpoint === 'classical' && tls === '1.3' && MINTED.includes(scenario),
  );
  const all = [
    ...own,
    ...checked.report.checks.filter(
      ({ endpoint, id, tls }) => endpoint === 'classical' && tls === '1.3' && id.includes('valid-identity'),
    ),
  ];
  expect(all.map(({ message, advice }) => [message.includes('ML-DSA'), advice?.includes('OpenSSL 3.5')])).toEqual(
    Array(MINTED.length + 1).fill([true, true]),
  );
});

test('the CAs that it names hold an issuer of the control', () => {
  const named = checked.report.servedChains.flatMap(({ endpoint, acceptableCas }) =>
    endpoint === 'takes' && acceptableCas !== undefined ? [acceptableCas] : [],
  );
  expect(named.map(({ total, includesControlIssuer }) => [total, includesControlIssuer])).toEqual([[1, true]]);
});

test('each identity is fit for use', () => {
  const health = checked.report.checks.filter(({ scenario }) => scenario === 'identity-health');
  expect(new Set(health.map(({ code }) => code))).toEqual(new Set(['IDENTITY_OK']));
});
