/** An HTTP check as a command line of curl: one connection, to the address in question, and the status that was answered. */
import type { Check } from '../model/check.ts';
import type { Bypass, Endpoint } from '../model/registry.ts';
import type { PresentingCheck } from './record.ts';
import { bracketed, printf, quoted, seconds, type Way, withFiles } from './shell.ts';

/** Whether curl would verify the server's name as the registry says. */
const isNamedBy = ({ serverIdentity, host, serverName }: Endpoint): boolean =>
  (serverIdentity.kind === 'dns' && serverIdentity.name === (serverName ?? host)) ||
  (serverIdentity.kind === 'ip' && serverIdentity.address === (serverName ?? host));

const trust = (endpoint: Endpoint, way: Way): string =>
  way.isSound && isNamedBy(endpoint) ? (way.bundle === null ? '' : ` --cacert ${way.bundle}`) : ' -k';

const version = ({ tls }: Check): string => (tls === null ? '' : tls === '1.2' ? ' --tls-max 1.2' : ' --tlsv1.3');

const request = ({ http }: Endpoint, { headers }: Way): string =>
  [
    http.method === 'GET' ? '' : ` -X ${http.method}`,
    ...Object.entries(http.headers).map(([name, value]) =>
      typeof value === 'string' ? ` -H ${quoted(`${name}: ${value}`)}` : '',
    ),
    headers === null ? '' : ` -H @${headers}`,
    http.body === null ? '' : ' --data-binary @-',
  ].join('');

/** The status is enough where the registry names no text of an answer. What a server says moves no cursor. */
const shownBy = ({ accepts, rejects }: Endpoint): { readonly how: string; readonly pipe: string } =>
  accepts.body === null && rejects.body === null
    ? { how: ` -o /dev/null -w ${quoted('%{http_code}\\n')}`, pipe: '' }
    : { how: ' -i', pipe: ' | cat -v' };

/** `options`: those of TLS and of the request. */
const curl = (options: string, url: string, endpoint: Endpoint, way: Way): string => {
  const { how, pipe } = shownBy(endpoint);
  const body = endpoint.http.body === null ? '' : `${printf(endpoint.http.body)} | `;
  const literal = `${/[{}[\]]/.test(url) ? ' -g' : ''}${/\/\./.test(url) ? ' --path-as-is' : ''}`;
  const direct = ` --noproxy '*' --connect-to ::${way.address} --max-time ${seconds(endpoint)}`;
  return `${body}curl -sS${how}${direct}${options}${literal} ${quoted(url)}${pipe}`;
};

const http = ({ protocol }: Endpoint, plain: boolean): string =>
  protocol.kind === 'http' && protocol.version === 2 && !plain ? ' --http2' : ' --http1.1';

const hasSecrets = ({ http: { headers } }: Endpoint): boolean =>
  Object.values(headers).some((value) => typeof value !== 'string');

/** What curl would send by itself needs no option. */
const hostHeader = (named: string, usual: number, endpoint: Endpoint): string => {
  const natural = endpoint.port === usual ? bracketed(named) : `${bracketed(named)}:${endpoint.port}`;
  return endpoint.hostHeader === natural ? '' : ` -H ${quoted(`Host: ${endpoint.hostHeader}`)}`;
};

const byName = (check: PresentingCheck, endpoint: Endpoint, way: Way): string | null => {
  const { host, port, serverName, path } = endpoint;
  const plain = check.presented.kind === 'plaintext';
  const tls = plain ? '' : `${trust(endpoint, way)}${withFiles(way, ' --cert {} --key {}')}${version(check)}`;
  // Secrets go to verified servers only: not in clear either.
  if (way.headers !== null && (plain || tls.startsWith(' -k'))) return null;
  const named = serverName ?? host;
  const url = `${plain ? 'http' : 'https'}://${bracketed(named)}${port === 443 && !plain ? '' : `:${port}`}${path}`;
  return curl(
    `${tls}${http(endpoint, plain)}${hostHeader(named, plain ? 80 : 443, endpoint)}${request(endpoint, way)}`,
    url,
    endpoint,
    way,
  );
};

/** curl takes SNI from the URL's name, and sends none for an address (RFC 6066 §3). */
const bySni = (check: PresentingCheck, serverName: string | null, endpoint: Endpoint, way: Way): string | null => {
  if (hasSecrets(endpoint)) return null;
  const named = serverName ?? way.address.slice(0, way.address.lastIndexOf(':'));
  const { port, path, hostHeader: host } = endpoint;
  const options = ` -k${withFiles(way, ' --cert {} --key {}')}${version(check)}${http(endpoint, false)}`;
  return curl(
    `${options} -H ${quoted(`Host: ${host}`)}${request(endpoint, way)}`,
    `https://${named}:${port}${path}`,
    endpoint,
    way,
  );
};

/** Under its own name, or under the endpoint's: as it was asked. */
const atBypass = (check: PresentingCheck, bypass: Bypass, endpoint: Endpoint, way: Way): string | null => {
  if (hasSecrets(endpoint)) return null;
  const { plaintext, port, path } = bypass;
  const {
    serverName,
    host,
    hostHeader: named,
  } = way.sni === undefined || way.sni === bypass.serverName ? bypass : endpoint;
  const tls = plaintext ? '' : ` -k${withFiles(way, ' --cert {} --key {}')}${version(check)}`;
  const url = `${plaintext ? 'http' : 'https'}://${bracketed(serverName ?? host)}:${port}${path}`;
  const options = `${tls}${http(endpoint, plaintext)} -H ${quoted(`Host: ${named}`)}${request(endpoint, way)}`;
  return curl(options, url, endpoint, way);
};

/** With the check's detour; null where curl cannot take it, or would send a secret to a server that is not verified. */
export const curlLine = (check: PresentingCheck, endpoint: Endpoint, way: Way): string | null => {
  const { detour } = check;
  switch (detour?.kind) {
    case 'sni-bypass':
      return bySni(check, detour.serverName, endpoint, way);
    case 'bypass-address':
      return atBypass(check, detour.bypass, endpoint, way);
    case 'resumption':
    case 'resumed-identity':
    case 'forged-header':
      return null;
    case undefined:
    case 'missing-intermediate':
    case 'rotation':
      return byName(check, endpoint, way);
    default:
      return detour satisfies never;
  }
};
