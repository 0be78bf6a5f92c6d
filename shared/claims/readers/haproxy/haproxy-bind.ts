/** A `bind` line and the lines of a `crt-list` (docs.haproxy.org/3.2/configuration.html, 5.1). */

import type { Place } from '../../../model/place.ts';
import { knownWord } from '../../known-word.ts';
import { portOfText } from '../../port-text.ts';
import type { Line } from './haproxy-parse.ts';

export type Address = { readonly host: string; readonly port: number | null };
export type Options = {
  readonly verify: 'none' | 'optional' | 'required' | null;
  readonly caFile: string | null;
  readonly crlFile: string | null;
  /** Errors that are forgiven, of the client’s certificate and of those above it; `all` for every one. */
  readonly forgiven: { readonly leaf: readonly string[]; readonly above: readonly string[] };
  readonly crt: readonly string[];
};
export type Bind = {
  readonly addresses: readonly Address[];
  readonly isTls: boolean;
  readonly options: Options;
  readonly crtList: string | null;
  readonly at: Place;
  /** Words that nobody knows. */
  readonly unread: readonly string[];
};
/** A line of a crt-list: options for the names that it gives; none for every name of its certificate. */
export type ListedOptions = { readonly options: Options; readonly names: readonly string[]; readonly at: Place };

const VALUED: ReadonlySet<string> = new Set([
  ...['accept-netscaler-cip', 'alpn', 'backlog', 'ca-file', 'ca-ignore-err', 'ca-sign-file', 'ca-sign-pass'],
  ...['ca-verify-file', 'ciphers', 'ciphersuites', 'client-sigalgs', 'crl-file', 'crt', 'crt-ignore-err', 'crt-list'],
  ...['curves', 'default-crt', 'ecdhe', 'expose-fd', 'gid', 'group', 'guid-prefix', 'id', 'idle-ping', 'interface'],
  ...[
    'level',
    'maxconn',
    'mode',
    'mss',
    'name',
    'namespace',
    'nbconn',
    'nice',
    'npn',
    'ocsp',
    'ocsp-update',
    'process',
    'proto',
  ],
  ...[
    'quic-cc-algo',
    'quic-socket',
    'severity-output',
    'shards',
    'sigalgs',
    'ssl-max-ver',
    'ssl-min-ver',
    'tcp-md5sig',
  ],
  ...['tcp-ut', 'thread', 'tls-ticket-keys', 'uid', 'user', 'verify', 'issuer', 'key', 'sctl'],
]);
const FLAGS: ReadonlySet<string> = new Set([
  ...['accept-frontend', 'allow-0rtt', 'defer-accept', 'force-sslv3', 'force-tlsv10', 'force-tlsv11', 'force-tlsv12'],
  ...['force-tlsv13', 'generate-certificates', 'no-alpn', 'no-ca-names', 'no-sslv3', 'no-strict-sni', 'no-tls-tickets'],
  ...[
    'no-tlsv10',
    'no-tlsv11',
    'no-tlsv12',
    'no-tlsv13',
    'prefer-client-ciphers',
    'quic-force-retry',
    'ssl',
    'strict-sni',
  ],
  ...['tfo', 'tls-tickets', 'transparent', 'v4v6', 'v6only', 'ech'],
]);

type Read = {
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly flags: readonly string[];
  readonly unread: readonly string[];
};

const read = (words: readonly string[]): Read => {
  const values = new Map<string, string[]>();
  const flags: string[] = [];
  const unread: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (VALUED.has(word)) {
      at += 1;
      values.set(word, [...(values.get(word) ?? []), words[at] ?? '']);
    } else (FLAGS.has(word) ? flags : unread).push(word);
  }
  return { values, flags, unread };
};

const optionsOf = ({ values }: Read): Options => {
  const last = (name: string): string | null => values.get(name)?.at(-1) ?? null;
  const verify = last('verify');
  const errors = (name: string): readonly string[] =>
    last(name)
      ?.split(',')
      .map((each) => knownWord(ERRORS, each) ?? each) ?? [];
  return {
    verify: verify === 'none' || verify === 'optional' || verify === 'required' ? verify : null,
    caFile: last('ca-file'),
    crlFile: last('crl-file'),
    forgiven: { leaf: errors('crt-ignore-err'), above: errors('ca-ignore-err') },
    crt: values.get('crt') ?? [],
  };
};

/** Of OpenSSL’s x509_vfy.h, those that matter here. */
const ERRORS: Readonly<Record<string, string>> = {
  X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT: '2',
  X509_V_ERR_CERT_HAS_EXPIRED: '10',
  X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT: '18',
  X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN: '19',
  X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY: '20',
  X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE: '21',
  X509_V_ERR_CERT_REVOKED: '23',
  X509_V_ERR_CERT_UNTRUSTED: '27',
};
/** An unknown issuer, as OpenSSL finds it at a client’s certificate or above it. */
const OF_ISSUER = ['all', '2', '18', '19', '20', '21', '27'];

export const forgivesIssuer = ({ forgiven: { leaf, above } }: Options): boolean =>
  [...leaf, ...above].some((error) => OF_ISSUER.includes(error));
export const forgivesExpiry = ({ forgiven: { leaf } }: Options): boolean => leaf.includes('all') || leaf.includes('10');
export const forgivesRevocation = ({ forgiven: { leaf } }: Options): boolean =>
  leaf.includes('all') || leaf.includes('23');

export const bindOf = ({ words: [, where = '', ...words], at }: Line): Bind => {
  const all = read(words);
  const addresses = where.split(',').flatMap(addressOf);
  return {
    ...{ addresses, at, options: optionsOf(all), unread: all.unread },
    isTls: all.flags.includes('ssl') || where.startsWith('quic'),
    crtList: all.values.get('crt-list')?.at(-1) ?? null,
  };
};

/** Of `ipv4@192.0.2.1:443`, `:443`, `[::]:443`, `::443`. Sockets of this machine only lead nobody here. A range has no port. */
export const addressOf = (where: string): readonly Address[] => {
  if (/^(unix@|abns|fd@|sockpair@|\/)/.test(where)) return [];
  const plain = where.replace(/^(ipv4|ipv6|quic4|quic6|tcp4?6?|udp4?6?|mptcp4?6?)@/, '');
  const colon = plain.lastIndexOf(':');
  const port = colon === -1 ? '' : plain.slice(colon + 1);
  const host = (colon === -1 ? plain : plain.slice(0, colon)).replaceAll(/^\[|\]$/g, '');
  const isAny = ['', '*', '0.0.0.0', ':', '::'].includes(host);
  return [{ host: isAny ? '*' : host, port: portOfText(port) }];
};

const LISTED = /^(?<file>\S+)(?:\s+\[(?<options>[^\]]*)\])?(?<names>(?:\s+[^\s[\]#]+)*)\s*(?:#.*)?$/;

/** Whether each line names a certificate, and one has options. */
export const isCrtList = (text: string): boolean => {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.startsWith('#'));
  return (
    lines.some((line) => /^\S+\s+\[/.test(line)) &&
    lines.every((line) => /^\S*\.(pem|crt|cer|cert|bundle)(:\d+)?(\s|$)/.test(line) && LISTED.test(line))
  );
};

export const listedOptions = (file: string | null, text: string): readonly ListedOptions[] =>
  text.split(/\r?\n/).flatMap((line, index) => {
    const found = line.trim() === '' || line.startsWith('#') ? null : LISTED.exec(line);
    if (found === null) return [];
    const { file: crt = '', options = '', names = '' } = found.groups ?? {};
    const words = options.split(/\s+/).filter((word) => word !== '');
    return [
      {
        options: { ...optionsOf(read(words)), crt: [crt.replace(/:\d+$/, '')] },
        names: names.split(/\s+/).filter((name) => name !== ''),
        at: { file, line: index + 1, object: null },
      },
    ];
  });

/** Those of a line replace those of its `bind`. */
export const mergedOptions = (bind: Options, own: Options): Options => ({
  verify: own.verify ?? bind.verify,
  caFile: own.caFile ?? bind.caFile,
  crlFile: own.crlFile ?? bind.crlFile,
  forgiven: bind.forgiven,
  crt: own.crt,
});
