import type { Check } from '../model/check.ts';
import type { Presented } from '../model/probe.ts';
import type { Endpoint } from '../model/registry.ts';

const presentedAs = (presented: Presented): string => {
  switch (presented.kind) {
    case 'none':
    case 'plaintext':
      return '';
    case 'identity':
      return ` --cert ${presented.identity}.pem --key ${presented.identity}.key`;
    case 'minted':
      return ` --cert ${presented.scenario}.pem --key ${presented.scenario}.key`;
    default:
      return presented satisfies never;
  }
};

const quoted = (text: string): string =>
  /^[\w@%+=:,./?&-]*$/.test(text) && !/[?&]/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

/** One line for a shell. Keys and secrets are file names to fill in, never values. */
export const reproduceText = ({ presented, tls }: Check, endpoint: Endpoint): string | null => {
  if (presented === null) return null;
  const { http, host, port, serverName, hostHeader, path } = endpoint;
  const plain = presented.kind === 'plaintext';
  const named = serverName ?? host;
  const bracketed = named.includes(':') ? `[${named}]` : named;
  const url = `${plain ? 'http' : 'https'}://${bracketed}${port === 443 && !plain ? '' : `:${port}`}${path}`;
  const natural = port === 443 ? bracketed : `${bracketed}:${port}`;
  const parts = [
    'curl',
    plain ? '' : ' --cacert ca.pem',
    presentedAs(presented),
    tls === null ? '' : tls === '1.2' ? ' --tls-max 1.2' : ' --tlsv1.3',
    named === host ? '' : ` --connect-to ${bracketed}:${port}:${host}:${port}`,
    hostHeader === natural ? '' : ` -H ${quoted(`Host: ${hostHeader}`)}`,
    http.method === 'GET' ? '' : ` -X ${http.method}`,
    ...Object.entries(http.headers).map(
      ([name, value]) => ` -H ${quoted(`${name}: ${typeof value === 'string' ? value : '…'}`)}`,
    ),
    http.body === null ? '' : ` --data-binary ${quoted(http.body)}`,
    ` ${quoted(url)}`,
  ];
  return parts.join('');
};
