/** What OpenSSL thinks of certificates. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export const openssl = async (...args: readonly string[]): Promise<string> =>
  (await run('openssl', [...args], { env: { ...process.env, LC_ALL: 'C' } })).stdout;

export type Trusted = { readonly ca: string; readonly crl: string };

/** `openssl verify` as a relying party asks it: OK, or the number of the leaf's error. What the file holds beside the leaf may be used. */
export const opensslVerify = async (
  role: 'sslclient' | 'sslserver',
  certificate: string,
  { ca, crl }: Trusted,
  ...extra: readonly string[]
): Promise<string | undefined> => {
  const options = ['-purpose', role, '-CAfile', ca, '-untrusted', certificate, '-CRLfile', crl];
  const { stdout, stderr } = await run('openssl', ['verify', ...options, ...extra, certificate]).catch(
    (error) => error,
  );
  return /: OK/.test(stdout) ? 'OK' : /error (\d+) at 0/.exec(stderr)?.[1];
};
