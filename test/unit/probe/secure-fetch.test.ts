/** CRLs over https: the chain is verified, and the name is checked without Node's object of the certificate. */
import type { X509Certificate } from 'node:crypto';
import { createServer } from 'node:https';
import { getCACertificates, setDefaultCACertificates, TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Authority } from '../../../shared/pki/mint/issue.ts';
import { issue, issueAuthority } from '../../../shared/pki/mint/issue.ts';
import { fetchCrl } from '../../../shared/probe/fetch-crl.ts';
import { nameFault } from '../../../shared/probe/secure-fetch.ts';
import { listen } from '../../helpers/peers.ts';
import { keeper, VALIDITY } from '../../helpers/tls-peers.ts';

const keep = keeper();
const usual = getCACertificates('default');
let root: Authority;
beforeAll(async () => {
  root = await issueAuthority({ subject: 'CN=Root', validity: VALIDITY });
  setDefaultCACertificates([...usual, root.certificatePem]);
});
afterAll(() => setDefaultCACertificates(usual));

const ALL = [{ dns: 'localhost' }, { dns: '*.lab.test' }, { ip: '127.0.0.1' }] as const;
const serving = async (subject: string, altNames: readonly ({ dns: string } | { ip: string })[] = ALL, by = root) => {
  const { certificatePem, privateKey } = await issue(
    { subject, validity: VALIDITY, extendedKeyUsage: ['serverAuth'], ...(altNames.length > 0 && { altNames }) },
    by,
  );
  const names: string[] = [];
  const server = createServer(
    { cert: certificatePem, key: String(privateKey.export({ format: 'pem', type: 'pkcs8' })) },
    (_, response) => response.end('crl'),
  );
  server.on('secureConnection', ({ servername }: TLSSocket & { servername: string }) => names.push(servername));
  server.on('tlsClientError', () => {});
  const { port } = await keep(listen(server));
  const fetching = (host: string) =>
    fetchCrl(`https://${host}:${port}/corp.crl`, { resolve: async () => ({ ok: true, ips: ['127.0.0.1'] }) });
  return { fetching, names };
};
const CRL = { ok: true, bytes: new Uint8Array(Buffer.from('crl')) };
const failed = (code: string) => ({ ok: false, fault: 'not-reached', reason: expect.stringContaining(code) });

describe('a CRL over https', () => {
  test('is fetched by a name or address of the certificate, with SNI for names; Node makes no object of the certificate', async () => {
    const made = vi.spyOn(TLSSocket.prototype, 'getPeerCertificate');
    const { fetching, names } = await serving('CN=server');
    for (const host of ['localhost', 'localhost.', 'crl.lab.test', '127.0.0.1'])
      expect(await fetching(host)).toEqual(CRL);
    expect(names.map((name) => name || null)).toEqual(['localhost', 'localhost', 'crl.lab.test', null]);
    expect(made).not.toHaveBeenCalled();
    made.mockRestore();
  });

  test('is not fetched by another name or address, nor from a CA that is not trusted', async () => {
    const { fetching } = await serving('CN=localhost', [{ dns: 'crl*.lab.test' }, { ip: '127.0.0.2' }]);
    for (const host of ['localhost', 'crl1.lab.test', '127.0.0.1'])
      expect(await fetching(host)).toEqual(failed('ERR_TLS_CERT_ALTNAME_INVALID'));
    const other = await issueAuthority({ subject: 'CN=Other', validity: VALIDITY });
    const stranger = await serving('CN=server', ALL, other);
    expect(await stranger.fetching('localhost')).toEqual(failed('UNABLE_TO_VERIFY_LEAF_SIGNATURE'));
  });

  test('the common name counts where the certificate has no other names', async () => {
    const { fetching } = await serving('CN=localhost', []);
    expect(await fetching('localhost')).toEqual(CRL);
  });
});

test('a certificate that cannot be read is an error with a code, and nothing is thrown', () => {
  const unreadable = (): X509Certificate => {
    throw new RangeError('no certificate');
  };
  for (const read of [unreadable, () => undefined])
    expect(nameFault(read, 'localhost')).toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
});
