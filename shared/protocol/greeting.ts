/** Protocols whose server speaks first and in clear: on such a port TLS begins later, by a command (STARTTLS and its like), if at all. */
import type { Greeting } from '../model/names.ts';

/** Upgrades: after its greeting the same connection can turn to TLS. */
type Greeter = { readonly named: string; readonly upgrades: boolean };
export const GREETERS: Readonly<Record<Greeting, Greeter>> = {
  smtp: { named: 'SMTP', upgrades: true },
  ftp: { named: 'FTP', upgrades: true },
  'smtp-or-ftp': { named: 'SMTP or FTP', upgrades: true },
  imap: { named: 'IMAP', upgrades: true },
  pop3: { named: 'POP3', upgrades: true },
  nats: { named: 'NATS', upgrades: true },
  mysql: { named: 'MySQL or MariaDB', upgrades: true },
  nntp: { named: 'NNTP', upgrades: true },
  ssh: { named: 'SSH', upgrades: false },
  http: { named: 'plain HTTP', upgrades: false },
};

/** RFC 5321 §4.2 and RFC 959 §4.2, RFC 3501 §7.1, RFC 1939 §4, NATS client protocol, RFC 3977 §5.1, RFC 4253 §4.2, RFC 9112 §4. */
const LINES: readonly (readonly [RegExp, Greeting])[] = [
  [/^[245]\d\d[ -][^\n]*SMTP/i, 'smtp'],
  [/^[245]\d\d[ -][^\n]*FTP/i, 'ftp'],
  [/^(220|421|500|530|554)[ -]/, 'smtp-or-ftp'],
  [/^\* (OK|PREAUTH|BYE)\b/, 'imap'],
  [/^\+OK\b/, 'pop3'],
  [/^INFO \{/, 'nats'],
  [/^20[01][ -]/, 'nntp'],
  [/^SSH-\d/, 'ssh'],
  [/^HTTP\/1\.[01] /, 'http'],
];

/** MySQL's first packet (Protocol::HandshakeV10): length, sequence number 0, version 10, the server's version as digits. */
const MYSQL = { header: 4, sequence: 3, version: 4, protocol: 10 } as const;
const isMysql = (head: Buffer): boolean =>
  head.length > MYSQL.version + 1 &&
  head.readUIntLE(0, 3) >= 16 &&
  head.readUIntLE(0, 3) < 1024 &&
  head[MYSQL.sequence] === 0 &&
  head[MYSQL.version] === MYSQL.protocol &&
  /^\d+\.\d/.test(head.toString('latin1', MYSQL.version + 1, MYSQL.version + 8));

/** The protocol whose greeting a server’s first bytes are; null for any other bytes. Only the protocols of `GREETERS` are recognised. */
export const greetingOf = (head: Buffer): Greeting | null => {
  if (isMysql(head)) return 'mysql';
  const text = head.toString('latin1', 0, 256);
  return LINES.find(([pattern]) => pattern.test(text))?.[1] ?? null;
};

/** IMAP's untagged first line (RFC 3501 §7.1), NATS's INFO, and every line of a 220, which answers no command but an upgrade (RFC 5321 §4.2.2). */
const OPENING = /^(?:\* (?:OK|PREAUTH)\b[^\n]*(?:\n|$)|INFO \{[^\n]*(?:\n|$)|(?:220[ -][^\n]*(?:\n|$))+)/;

/** The first lines of a text that a server sends unasked, whatever the client has written meanwhile; empty where they may be an answer. */
export const greetingLines = (text: string): string => OPENING.exec(text)?.[0] ?? '';
