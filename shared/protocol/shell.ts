/** Words of a command line. Keys and secrets are names of files, never values. */
import type { Check } from '../model/check.ts';
import type { Endpoint } from '../model/registry.ts';

/** What a line uses of this check and this run. Paths are words of a shell, quoted where they must be. */
export type Way = {
  /** The address that was connected to, `ip:port` or `[ip6]:port`; where the name has none, the host. */
  readonly address: string;
  /** Null where the check presents no certificate. */
  readonly files: {
    readonly certificate: string;
    readonly key: string;
    /** Whether the certificate's file has more than the leaf. */
    readonly chained: boolean;
  } | null;
  /** The trust bundle, PEM; null: the system's. */
  readonly bundle: string | null;
  /** Whether the served chain and name are sound by the bundle: a client that verifies them goes on. */
  readonly isSound: boolean;
  /** The SNI of the connection; null: none. Absent: the endpoint's own. */
  readonly sni?: string | null;
  /** A file of header lines with secret values; null for none. */
  readonly headers: string | null;
};

/** Quoted for a POSIX shell. */
export const quoted = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

/** The format of a `printf` that writes this text: in one line, whatever the text holds. */
export const printf = (text: string): string => {
  const bytes = [...Buffer.from(text, 'utf8')];
  const written = bytes.map((byte) => {
    const character = String.fromCharCode(byte);
    if (character === '%') return '%%';
    if (character === '\\') return '\\\\';
    return /^[ -~]$/.test(character) ? character : `\\${byte.toString(8).padStart(3, '0')}`;
  });
  return `printf ${quoted(written.join(''))}`;
};

/** `{}` in `template` stands for the certificate's file and then for its key's; empty where nothing is presented. */
export const withFiles = ({ files }: Way, template: string): string =>
  files === null ? '' : template.replace('{}', () => files.certificate).replace('{}', () => files.key);

/** An IPv6 address in brackets. */
export const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host);

/** The address in two, without brackets. */
export const ipAndPort = ({ address }: Way): { readonly ip: string; readonly port: string } => {
  const at = address.lastIndexOf(':');
  return { ip: address.slice(0, at).replace(/^\[|\]$/g, ''), port: address.slice(at + 1) };
};

/** Seconds, at least one. */
export const seconds = ({ timeout }: Pick<Endpoint, 'timeout'>): number => Math.max(1, Math.ceil(timeout / 1000));

const connecting = ({ address }: Pick<Way, 'address'>, name: string | null): string =>
  ` -connect ${address}${name === null ? ' -noservername' : ` -servername ${quoted(name)}`}`;

/** Shows the leaf that is served, and what OpenSSL does not like of its chain by the bundle. `starttls`: the protocol that TLS is asked for in; null: TLS comes first. */
export const servedLine = (
  { tls }: Pick<Check, 'tls'>,
  name: string | null,
  way: Pick<Way, 'address' | 'bundle'>,
  starttls: string | null,
): string =>
  [
    `openssl s_client -showcerts${connecting(way, name)}`,
    starttls === null ? '' : ` -starttls ${starttls}`,
    way.bundle === null ? '' : ` -CAfile ${way.bundle}`,
    tls === null ? '' : ` -tls${tls.replace('.', '_')}`,
    ' </dev/null | openssl x509 -noout -subject -issuer -dates -fingerprint -sha256',
  ].join('');

/** A TLS client for any protocol: it writes what it is given, and shows what is answered. It verifies the server, says so, and goes on. */
export const sClient = ({ tls }: Pick<Check, 'tls'>, { serverName }: Endpoint, way: Way): string =>
  [
    `openssl s_client -quiet -no_ign_eof${connecting(way, serverName)}`,
    way.bundle === null || !way.isSound ? '' : ` -CAfile ${way.bundle}`,
    // Of `-cert` it sends the first certificate only.
    way.files?.chained === true ? ` -cert_chain ${way.files.certificate}` : '',
    withFiles(way, ' -cert {} -key {}'),
    tls === null ? '' : ` -tls${tls.replace('.', '_')}`,
  ].join('');
