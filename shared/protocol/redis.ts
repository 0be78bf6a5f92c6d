/** Redis over TLS: PING, and the first line of the reply (RESP, Redis serialization protocol specification). */
import type { Answer, Meaning } from '../model/probe.ts';
import { protocol } from './record.ts';
import { ipAndPort, printf, quoted, sClient, withFiles } from './shell.ts';
import { byBytes, firstPacket, type Speaker, shown } from './speaker.ts';

const PING = Buffer.from('*1\r\n$4\r\nPING\r\n');
const MAX_LINE = 1024;

const ERRORS: Readonly<Record<string, Meaning>> = {
  NOAUTH: 'withholds',
  NOPERM: 'withholds',
  WRONGPASS: 'withholds',
  // Protected mode: refused for its source address.
  DENIED: 'refuses',
  LOADING: 'fails',
  BUSY: 'fails',
  MASTERDOWN: 'fails',
  CLUSTERDOWN: 'fails',
  MISCONF: 'fails',
  OOM: 'fails',
};
/** maxclients is reached: the only overload without an error word of its own. */
const FULL = /^-ERR max number of clients/;

const meaningOf = (line: string, error: string | null): Meaning => {
  if (error === null) return 'serves';
  return FULL.test(line) ? 'fails' : (ERRORS[error] ?? 'unclear');
};

/** Reads the first line of a reply, 1024 bytes at most; later lines of an aggregate or a bulk string are not read. */
const read = (bytes: Buffer): Answer | 'incomplete' | 'foreign' => {
  if (bytes.length > 0 && !'+-:$*_#,(!=%~>'.includes(String.fromCharCode(bytes[0] ?? 0))) return 'foreign';
  const end = bytes.indexOf('\r\n');
  if (end < 0) return 'incomplete';
  const line = bytes.toString('utf8', 0, end);
  const error = line.startsWith('-') ? (/^-(\w+)/.exec(line)?.[1] ?? '') : null;
  return {
    kind: 'protocol',
    protocol: 'redis',
    meaning: meaningOf(line, error),
    detail: shown(line),
    like: error === null ? 'reply' : error,
    body: line,
  };
};

const speak = (): Speaker => {
  const start = byBytes(
    () => PING,
    () => firstPacket(read, MAX_LINE),
  );
  const spoken = { window: null, start };
  return { alpn: [], upgrade: null, writesOften: false, ...spoken, plaintext: spoken };
};

export const redis = protocol({
  name: 'redis',
  schemes: { rediss: 6379 },
  fields: () => ({}),
  resolve: () => ({ kind: 'redis' }),
  speak,
  spoken: true,
  alike: 'code',
  closesFor: null,
  starttls: null,
  namesServerTwice: false,
  carriesHeaders: false,
  reproduce: (_settings, check, endpoint, way) => {
    const { ip, port } = ipAndPort(way);
    const to = `redis-cli -e -h ${ip} -p ${port}`;
    if (check.presented.kind === 'plaintext') return `${to} PING`;
    // redis-cli can force no version of TLS.
    if (check.tls !== null) return `{ ${printf('PING\r\n')}; sleep 2; } | ${sClient(check, endpoint, way)}`;
    const named = endpoint.serverName === null ? '' : ` --sni ${quoted(endpoint.serverName)}`;
    const trust = way.bundle === null ? '' : ` --cacert ${way.bundle}`;
    return `${to} --tls${way.isSound ? trust : ' --insecure'}${named}${withFiles(way, ' --cert {} --key {}')} PING`;
  },
});
