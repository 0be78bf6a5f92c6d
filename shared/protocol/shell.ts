/** Words of a command line. */
import type { Presented } from '../model/probe.ts';

/** As a POSIX shell reads it back. */
export const quoted = (text: string): string =>
  /^[\w@%+=:,./?&-]*$/.test(text) && !/[?&]/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

/** Where whoever repeats it keeps what a check presents; null for nothing. */
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
