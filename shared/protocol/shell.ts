/** Words of a command line. Keys and secrets are file names to fill in, never values. */
import type { Presented } from '../model/probe.ts';
import type { Endpoint } from '../model/registry.ts';
import type { PresentingCheck } from './record.ts';

/** Quoted for a POSIX shell. */
export const quoted = (text: string): string =>
  /^[\w@%+=:,./?&-]*$/.test(text) && !/[?&]/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

/** The names of the files with the presented certificate and key; null where the check presents none. */
export const filesOf = (presented: Presented): { readonly certificate: string; readonly key: string } | null => {
  switch (presented.kind) {
    case 'none':
    case 'plaintext':
      return null;
    case 'identity':
      return { certificate: `${presented.identity}.pem`, key: `${presented.identity}.key` };
    case 'minted':
      return { certificate: `${presented.scenario}.pem`, key: `${presented.scenario}.key` };
    default:
      return presented satisfies never;
  }
};

/** `{}` in `template` stands for the certificate's file and then for its key's; empty where nothing is presented. */
export const withFiles = (presented: Presented, template: string): string => {
  const files = filesOf(presented);
  return files === null ? '' : template.replace('{}', files.certificate).replace('{}', files.key);
};

/** An IPv6 address in brackets. */
export const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host);

/** A TLS client for any protocol. */
export const sClient = ({ tls, presented }: PresentingCheck, { host, port, serverName }: Endpoint): string =>
  [
    'openssl s_client',
    ` -connect ${bracketed(host)}:${port}`,
    serverName === null ? ' -noservername' : ` -servername ${serverName}`,
    ' -CAfile ca.pem',
    withFiles(presented, ' -cert {} -key {}'),
    tls === null ? '' : ` -tls${tls.replace('.', '_')}`,
  ].join('');
