import { X509Certificate } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { DAY } from '../../../shared/model/time.ts';
import { type Credentials, credentialsOf } from '../../../shared/pki/identity/identity.ts';
import { haveSameIssuer, haveSameNames, withIssuers } from '../../../shared/pki/identity/issuer.ts';
import { type Authority, issue, issueAuthority } from '../../../shared/pki/mint/issue.ts';
import { certificateFacts } from '../../../shared/pki/x509/certificate.ts';

const validity = { notBefore: Date.now() - DAY, notAfter: Date.now() + 90 * DAY };
let intermediate: Authority;
let namesake: Authority;
let control: Credentials;

const identity = async (authority: Authority, own: { alone: boolean }): Promise<Credentials> => {
  const { certificatePem, privateKey } = await issue({ subject: 'CN=payments', validity }, authority);
  const certificate = own.alone ? certificatePem.slice(0, certificatePem.indexOf('-----END') + 30) : certificatePem;
  const text = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const read = credentialsOf({ certificate, privateKey: text, passphrase: null });
  if (!read.ok) throw new Error(read.reason);
  return read.value;
};

beforeAll(async () => {
  const root = await issueAuthority({ subject: 'CN=Root', validity });
  intermediate = await issueAuthority({ subject: 'CN=Issuing', validity }, { parent: root });
  namesake = await issueAuthority({ subject: 'CN=Issuing', validity }, { parent: root });
  control = await identity(intermediate, { alone: false });
});

test('a CA that was replaced under its old name is another issuer', async () => {
  const [same, other] = [await identity(intermediate, { alone: true }), await identity(namesake, { alone: true })];
  const like = ({ chain: [leaf] }: Credentials) => haveSameIssuer(control.chain[0]!, leaf!);
  expect([like(same), like(other)]).toEqual([true, false]);
});

test('an intermediate that a file leaves out comes from one that has it, where it signed', async () => {
  const known = control.chain.slice(1);
  const [alone, other] = [await identity(intermediate, { alone: true }), await identity(namesake, { alone: true })];
  const completed = withIssuers(alone, known);
  expect(completed.chain.map(({ subject }) => subject)).toEqual(['CN=payments', 'CN=Issuing']);
  expect(completed.certificatePem.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
  // The same object each time: secure contexts are cached by it.
  expect(withIssuers(alone, [...known])).toBe(completed);
  expect(withIssuers(alone, [])).toBe(alone);
  expect(withIssuers(control, known)).toBe(control);
  expect(withIssuers(other, known)).toBe(other);
});

test('the same subject with another URI is another name: a mesh goes by the URI', async () => {
  const facts = async (uri: string) => {
    const { der } = await issue({ subject: 'O=mesh', validity, altNames: [{ uri }] }, intermediate);
    return certificateFacts(new X509Certificate(der));
  };
  const [a, again, b] = [await facts('spiffe://lab/a'), await facts('spiffe://lab/a'), await facts('spiffe://lab/b')];
  expect([haveSameNames(a, again), haveSameNames(a, b)]).toEqual([true, false]);
});
