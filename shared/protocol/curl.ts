/** An HTTP check as a command line of curl, and of openssl where a session is resumed. */
import type { Check } from '../model/check.ts';
import type { Presented } from '../model/probe.ts';
import type { Bypass, Endpoint } from '../model/registry.ts';
import type { PresentingCheck } from './record.ts';
import { bracketed, filesOf, quoted, sClient } from './shell.ts';

const certificate = (presented: Presented): string => {
  const files = filesOf(presented);
  return files === null ? '' : ` --cert ${files.certificate} --key ${files.key}`;
};

const version = ({ tls }: Check): string => (tls === null ? '' : tls === '1.2' ? ' --tls-max 1.2' : ' --tlsv1.3');

const request = ({ http }: Endpoint): string =>
  [
    http.method === 'GET' ? '' : ` -X ${http.method}`,
    ...Object.entries(http.headers).map(
      ([name, value]) => ` -H ${quoted(`${name}: ${typeof value === 'string' ? value : '…'}`)}`,
    ),
    http.body === null ? '' : ` --data-binary ${quoted(http.body)}`,
  ].join('');

/** `forged`: options that add the headers of `forged-header`. */
const curl = (check: Check, presented: Presented, endpoint: Endpoint, forged = ''): string => {
  const { host, port, serverName, hostHeader, path, protocol } = endpoint;
  const plain = presented.kind === 'plaintext';
  const named = serverName ?? host;
  const shown = bracketed(named);
  const url = `${plain ? 'http' : 'https'}://${shown}${port === 443 && !plain ? '' : `:${port}`}${path}`;
  const natural = port === 443 ? shown : `${shown}:${port}`;
  return [
    'curl',
    plain ? '' : ' --cacert ca.pem',
    certificate(presented),
    version(check),
    protocol.kind === 'http' && protocol.version === 2 && !plain ? ' --http2' : '',
    named === host ? '' : ` --connect-to ${shown}:${port}:${host}:${port}`,
    hostHeader === natural ? '' : ` -H ${quoted(`Host: ${hostHeader}`)}`,
    forged,
    request(endpoint),
    ` ${quoted(url)}`,
  ].join('');
};

const FORGED = ` -H ${quoted('X-SSL-Client-Verify: SUCCESS')} -H ${quoted('X-SSL-Client-S-DN: …')}`;

/** curl takes SNI from the URL's name, and sends none for an address. */
const bySni = (check: Check, serverName: string | null, endpoint: Endpoint): string => {
  const { host, port, hostHeader, path } = endpoint;
  // An address sends no SNI (RFC 6066 §3).
  const named = serverName ?? (/^[\d.]+$|:/.test(host) ? bracketed(host) : 'ADDRESS');
  const to = serverName === null ? '' : ` --connect-to ${named}:${port}:${bracketed(host)}:${port}`;
  return `curl -k${version(check)}${to} -H ${quoted(`Host: ${hostHeader}`)}${request(endpoint)} ${quoted(`https://${named}:${port}${path}`)}`;
};

const atBypass = (check: Check, { url }: Bypass, endpoint: Endpoint): string =>
  `curl -k${url.startsWith('http:') ? '' : version(check)}${request(endpoint)} ${quoted(url)}`;

const bySession = ({ tls }: Check, { host, port, serverName, siblings }: Endpoint): string => {
  const to = `openssl s_client -connect ${bracketed(host)}:${port}${tls === null ? '' : ` -tls${tls.replace('.', '_')}`}`;
  const there = siblings[0]?.serverName ?? serverName;
  const named = (name: string | null) => (name === null ? ' -noservername' : ` -servername ${name}`);
  return `${to}${named(there)} -cert neighbour.pem -key neighbour.key -sess_out session.pem; ${to}${named(serverName)} -sess_in session.pem`;
};

const byOwnSession = (check: PresentingCheck, endpoint: Endpoint): string => {
  const line = sClient(check, endpoint);
  return `${line} -sess_out session.pem; ${line} -sess_in session.pem`;
};

/** With the check's detour. */
export const curlLine = (check: PresentingCheck, endpoint: Endpoint): string => {
  const { presented, detour } = check;
  switch (detour?.kind) {
    case 'sni-bypass':
      return bySni(check, detour.serverName, endpoint);
    case 'bypass-address':
      return atBypass(check, detour.bypass, endpoint);
    case 'resumption':
      return bySession(check, endpoint);
    case 'resumed-identity':
      return byOwnSession(check, endpoint);
    case 'forged-header':
      return curl(check, presented, endpoint, FORGED);
    case undefined:
    case 'missing-intermediate':
    case 'rotation':
      return curl(check, presented, endpoint);
    default:
      return detour satisfies never;
  }
};
