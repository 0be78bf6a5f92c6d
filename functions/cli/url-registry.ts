/** A registry of one endpoint, made of a URL and the options beside it: a check without a file. */
import { resolve } from 'node:path';
import type { Registry } from '../../shared/model/registry.ts';
import type { GivenUrl } from '../../shared/model/whereabouts.ts';
import { parseEndpointUrl } from '../../shared/protocol/endpoint-url.ts';
import { parseRegistry } from '../../shared/registry/parse.ts';
import { UsageError } from './exit.ts';

export type UrlOptions = {
  /** CA certificates of the server. Default: the public CAs. */
  readonly ca?: string;
  /** The client certificate that must be accepted. */
  readonly cert?: string;
  /** Its private key. Default: in the file of the certificate. */
  readonly key?: string;
  readonly serverName?: string;
  readonly tls?: readonly string[];
};

const OPTIONS = { ca: '--ca', cert: '--cert', key: '--key', serverName: '--server-name', tls: '--tls' } as const;

export const isUrl = (text: string): boolean => /^[a-z][a-z0-9+.-]*:\/\//i.test(text);

/** Throws a `UsageError` for options that only a URL takes. */
export const refuseUrlOptions = (command: string, file: string, options: UrlOptions): void => {
  const given = Object.entries(OPTIONS).find(([name]) => options[name as keyof UrlOptions] !== undefined);
  if (given === undefined) return;
  throw new UsageError(
    `${given[1]} goes with a URL (${command} https://host:port ${given[1]} …); ${file} says it for each endpoint`,
  );
};

/** The endpoint’s name is its host and port: `payments-corp-example-8443`. Throws a `UsageError` that says what is missing or wrong. */
export const registryOfUrl = (url: string, options: UrlOptions): Registry => {
  const read = parseEndpointUrl(url);
  if (typeof read === 'string') throw new UsageError(`${url}: ${read}`);
  const { ca, cert, key = cert, serverName, tls } = options;
  if (cert === undefined)
    throw new UsageError(
      [
        `${url} needs a client certificate that the server must accept: without one, no refusal proves anything.`,
        '  --cert FILE   the certificate and its intermediates',
        '  --key FILE    its private key (default: in the file of the certificate)',
        '  --ca FILE     the CA of the server’s certificate (default: the public CAs)',
      ].join('\n'),
    );
  const endpoint = {
    ...{ name: nameOf(read.host.name, read.port), url, admits: ['client'] },
    ...(ca !== undefined && { trustBundle: 'server-ca' }),
    ...(serverName !== undefined && { serverName }),
    ...(tls !== undefined && { tlsVersions: tls }),
  };
  const document = {
    version: 1,
    identities: { client: { certificate: cert, privateKey: key } },
    ...(ca !== undefined && { trustBundles: { 'server-ca': { file: ca } } }),
    endpoints: [endpoint],
  };
  const parsed = parseRegistry(JSON.stringify(document), resolve('registry.yaml'));
  if (parsed.ok) return parsed.value.registry;
  throw new UsageError(parsed.errors.map((error) => `${url}: ${optionOf(error.path)}: ${error.message}`).join('\n'));
};

/** The same options, from whatever folder. */
export const givenUrl = (url: string, { ca, cert, key, serverName, tls }: UrlOptions): GivenUrl => ({
  url,
  options: [
    ...Object.entries({ ca, cert, key }).flatMap(([name, file]) =>
      file === undefined ? [] : [`--${name}`, resolve(file)],
    ),
    ...(serverName === undefined ? [] : [OPTIONS.serverName, serverName]),
    ...(tls === undefined ? [] : [OPTIONS.tls, ...tls]),
  ],
});

const nameOf = (host: string, port: number): string => {
  const end = `-${port}`;
  const name = host.replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-|-$/g, '');
  return `${name.slice(0, 64 - end.length).replace(/-$/, '')}${end}`;
};

/** The option that a field was made of. */
const optionOf = (path: string): string => {
  if (path.startsWith('identities')) return path.includes('privateKey') ? OPTIONS.key : OPTIONS.cert;
  if (path.startsWith('trustBundles')) return OPTIONS.ca;
  return path.includes('tlsVersions') ? OPTIONS.tls : path.includes('serverName') ? OPTIONS.serverName : 'the URL';
};
