/** Which stored identities other programs can read as they are. */
import { beforeAll, describe, expect, test } from 'vitest';
import { DAY } from '../../../shared/model/time.ts';
import { type Credentials, credentialsOf } from '../../../shared/pki/identity/identity.ts';
import { isAsPresented, partsOf } from '../../../shared/pki/identity/placed.ts';
import { identityTextOf } from '../../../shared/pki/identity/shapes.ts';
import { issue, issueAuthority } from '../../../shared/pki/mint/issue.ts';

const validity = { notBefore: Date.now() - DAY, notAfter: Date.now() + DAY };
let leaf = '';
let rest = '';
let key = '';
let encrypted = '';

beforeAll(async () => {
  const root = await issueAuthority({ subject: 'CN=Root', validity });
  const intermediate = await issueAuthority({ subject: 'CN=Intermediate', validity }, { parent: root });
  const { certificatePem, privateKey } = await issue({ subject: 'CN=checkout', validity }, intermediate);
  leaf = certificatePem.slice(0, certificatePem.indexOf('-----END CERTIFICATE-----') + 26);
  rest = certificatePem.replace(leaf, '');
  key = String(privateKey.export({ format: 'pem', type: 'pkcs8' }));
  encrypted = String(privateKey.export({ format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'sesame' }));
});

const credentials = async (text: string): Promise<Credentials> => {
  const read = await identityTextOf(text, 'sesame');
  const found = read.ok ? credentialsOf(read.value) : read;
  if (!found.ok) throw new Error(found.reason);
  return found.value;
};

describe('an identity in a secret', () => {
  test.each<[string, () => string, Awaited<ReturnType<typeof partsOf>>]>([
    ['PEM with both', () => key + leaf + rest, null],
    ['PEM with CRLF', () => (leaf + rest + key).replaceAll('\n', '\r\n'), null],
    ['PEM in another order', () => rest + leaf + key, undefined],
    ['PEM with a passphrase', () => leaf + rest + encrypted, undefined],
    [
      'JSON, the chain in one field',
      () => JSON.stringify({ note: 'x', 'tls.crt': leaf + rest, 'tls.key': key }),
      { certificate: ['tls.crt'], privateKey: 'tls.key' },
    ],
    [
      'JSON, the chain apart',
      () => JSON.stringify({ certificateChain: rest, certificate: leaf, privateKey: key }),
      { certificate: ['certificate', 'certificateChain'], privateKey: 'privateKey' },
    ],
    ['base64 in JSON', () => JSON.stringify({ certificate: btoa(leaf + rest), privateKey: btoa(key) }), undefined],
    ['JSON with a passphrase', () => JSON.stringify({ certificate: leaf, privateKey: encrypted }), undefined],
    ['one object deeper', () => JSON.stringify({ data: { certificate: leaf + rest, privateKey: key } }), undefined],
  ])('%s', async (_, text, parts) => {
    expect(partsOf(text(), await credentials(text()))).toEqual(parts);
  });

  test('another certificate than the one that is presented is none of it', async () => {
    const own = await credentials(leaf + rest + key);
    expect(isAsPresented(own, { certificate: leaf + rest, privateKey: key })).toBe(true);
    expect(isAsPresented(own, { certificate: leaf, privateKey: key })).toBe(false);
    expect(isAsPresented(own, { certificate: leaf + rest, privateKey: key + key })).toBe(false);
    expect(partsOf('{"certificate":', own)).toBe(undefined);
  });
});
