/** PostgreSQL: SSLRequest, TLS, StartupMessage, and the first message that answers it (Frontend/Backend Protocol 3.0, Message Formats). */
import type { Answer, Meaning } from '../model/probe.ts';
import { decoded, type PresentingCheck, protocol } from './record.ts';
import { ipAndPort, quoted, seconds, type Way } from './shell.ts';
import { byBytes, firstPacket, type Speaker, shown, type Upgrade } from './speaker.ts';

const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);
const VERSION_3 = Buffer.from([0, 3, 0, 0]);
const MAX_MESSAGE = 16_384;
const AUTHENTICATION_OK = 0;
/** Messages that may come first, and the least length of each: ErrorResponse, NoticeResponse, an authentication request, NegotiateProtocolVersion. */
const LEAST: Readonly<Record<string, number>> = { E: 5, N: 5, R: 8, v: 12 };

const REQUESTS: Readonly<Record<number, string>> = {
  3: 'a password in clear text',
  5: 'a password (md5)',
  7: 'GSSAPI',
  9: 'SSPI',
  10: 'a password (SASL)',
};

const startup = (user: string, database: string): Buffer => {
  const parameters = `user\0${user}\0database\0${database}\0application_name\0mtls-monitor\0\0`;
  const body = Buffer.concat([VERSION_3, Buffer.from(parameters)]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length + 4);
  return Buffer.concat([length, body]);
};

const upgrade: Upgrade = {
  request: SSL_REQUEST,
  // Bytes after the S would be read as if TLS had protected them (CVE-2021-23222).
  read: (reply) => {
    if (reply.length === 0) return null;
    if (reply.length === 1 && reply[0] === 0x53) return 'go-on';
    return { detail: reply[0] === 0x4e ? 'the server offers no TLS' : `no reply to SSLRequest: ${shown(reply)}` };
  },
};

/** Insufficient resources, operator intervention (57P03: it starts or stops), system error, internal error. */
const FAILS = /^(53|57|58|XX)/;

/** PgBouncer and Odyssey have one code for most of what they refuse (08P01, protocol_violation), and say in words that they want TLS. */
const WANTS_TLS = /\b(?:SSL|TLS)(?: connection)?(?: is)? required\b/i;

/**
 * By class of the SQLSTATE (PostgreSQL Error Codes, appendix A); 08004 is "server rejected the connection". The server looks for the database (3D000)
 * only after it has accepted the client.
 */
const meaningOf = (sqlState: string, message: string): Meaning => {
  if (sqlState.startsWith('28') || sqlState === '42501' || sqlState === '08004') return 'refuses';
  if (sqlState === '08P01' && WANTS_TLS.test(message)) return 'refuses';
  if (FAILS.test(sqlState)) return 'fails';
  return sqlState === '3D000' ? 'serves' : 'unclear';
};

const fieldsOf = (body: Buffer): ReadonlyMap<string, string> =>
  new Map(
    body
      .toString('utf8')
      .split('\0')
      .filter((field) => field !== '')
      .map((field) => [field.slice(0, 1), field.slice(1)]),
  );

const answer = (meaning: Meaning, like: string, detail: string, body = detail): Answer => ({
  kind: 'protocol',
  protocol: 'postgres',
  meaning,
  detail,
  like,
  body,
});

const authentication = (method: number): Answer =>
  method === AUTHENTICATION_OK
    ? answer('serves', 'ok', 'AuthenticationOk')
    : answer('asks', `authentication ${method}`, `a request for ${REQUESTS[method] ?? `authentication ${method}`}`);

const failure = (body: Buffer): Answer => {
  const fields = fieldsOf(body);
  const sqlState = /^[0-9A-Z]{5}$/.exec(fields.get('C') ?? '')?.[0] ?? 'none';
  const message = fields.get('M') ?? '';
  return answer(
    meaningOf(sqlState, message),
    `SQLSTATE ${sqlState}`,
    `SQLSTATE ${sqlState} (${shown(message, 80)})`,
    message,
  );
};

type Message = { readonly type: string; readonly body: Buffer; readonly rest: Buffer };

/** One message: its type (1 byte), its length (4 bytes, which it includes), its body. */
const messageOf = (bytes: Buffer): Message | 'incomplete' | 'foreign' => {
  if (bytes.length === 0) return 'incomplete';
  const type = bytes.toString('latin1', 0, 1);
  const least = LEAST[type];
  if (least === undefined) return 'foreign';
  if (bytes.length < 5) return 'incomplete';
  const length = bytes.readUInt32BE(1);
  if (length < least || length > MAX_MESSAGE) return 'foreign';
  if (bytes.length < length + 1) return 'incomplete';
  return { type, body: bytes.subarray(5, length + 1), rest: bytes.subarray(length + 1) };
};

/** Reads the first answer to a StartupMessage. Not supported: messages of protocol 2, and any message after an authentication request. */
const read = (bytes: Buffer): Answer | 'incomplete' | 'foreign' => {
  let message = messageOf(bytes);
  // A notice or a negotiation of the version comes before the answer.
  while (typeof message !== 'string' && 'Nv'.includes(message.type)) message = messageOf(message.rest);
  if (typeof message === 'string') return message;
  return message.type === 'R' ? authentication(message.body.readUInt32BE(0)) : failure(message.body);
};

const speak = (user: string, database: string): Speaker => {
  const start = byBytes(
    () => startup(user, database),
    () => firstPacket(read, MAX_MESSAGE * 2),
  );
  const spoken = { window: null, start };
  return { alpn: [], upgrade, writesOften: false, ...spoken, plaintext: spoken };
};

/** libpq takes files in the user's home for what is not named. */
const NO_FILE = '/nonexistent';

const trustOf = ({ isSound, bundle }: Way): Readonly<Record<string, string>> => {
  if (!isSound) return { PGSSLMODE: 'require', PGSSLROOTCERT: NO_FILE };
  return bundle === null
    ? { PGSSLMODE: 'verify-full', PGSSLROOTCERT: 'system' }
    : { PGSSLMODE: 'verify-ca', PGSSLROOTCERT: bundle };
};

const tlsOf = ({ tls }: PresentingCheck, way: Way): Readonly<Record<string, string>> => ({
  ...trustOf(way),
  PGSSLCERT: way.files?.certificate ?? NO_FILE,
  ...(way.files === null ? {} : { PGSSLKEY: way.files.key }),
  ...(tls === null ? {} : { PGSSLMINPROTOCOLVERSION: `TLSv${tls}`, PGSSLMAXPROTOCOLVERSION: `TLSv${tls}` }),
});

export const postgres = protocol({
  name: 'postgres',
  schemes: { postgres: 5432 },
  fields: () => ({}),
  resolve: (_written, { path }) => {
    const [name = '', query = ''] = path.slice(1).split('?');
    const user = new URLSearchParams(query).get('user') ?? 'postgres';
    // The default database has the user's name (Frontend/Backend Protocol, StartupMessage).
    return { kind: 'postgres', user, database: decoded(name) || user };
  },
  speak: ({ user, database }) => speak(user, database),
  spoken: true,
  alike: 'code',
  closesFor: null,
  starttls: 'postgres',
  namesServerTwice: false,
  carriesHeaders: false,
  reproduce: ({ user, database }, check, endpoint, way) => {
    const { host, serverName } = endpoint;
    if (serverName !== null && serverName !== host) return null;
    const { ip, port } = ipAndPort(way);
    const to = {
      PGHOST: quoted(host),
      PGHOSTADDR: ip,
      PGPORT: port,
      PGDATABASE: quoted(database),
      PGUSER: quoted(user),
    };
    const tls = check.presented.kind === 'plaintext' ? { PGSSLMODE: 'disable' } : tlsOf(check, way);
    const all = { ...to, PGGSSENCMODE: 'disable', PGCONNECT_TIMEOUT: seconds(endpoint), ...tls };
    return `${Object.entries(all)
      .map(([name, value]) => `${name}=${value}`)
      .join(' ')} psql -w -X -c 'SELECT 1'`;
  },
});
