/** MQTT over TLS: CONNECT, and the code of the CONNACK (MQTT 3.1.1 §3.2.2.3, MQTT 5 §3.2.2.2). */
import { randomBytes } from 'node:crypto';
import type { Answer, Meaning } from '../model/probe.ts';
import type { Protocol } from '../model/protocol.ts';
import { protocol } from './record.ts';
import { ipAndPort, withFiles } from './shell.ts';
import { byBytes, firstPacket, type Speaker } from './speaker.ts';

type Version = Protocol<'mqtt'>['version'];

const CONNACK = 0x20;
const KEEP_ALIVE_S = 10;

const CODES: Readonly<Record<number, readonly [Meaning, string]>> = {
  0: ['serves', 'accepted'],
  1: ['unclear', 'unacceptable protocol version: set mqtt.version'],
  2: ['unclear', 'identifier rejected'],
  3: ['fails', 'server unavailable'],
  4: ['doubts', 'bad user name or password'],
  5: ['doubts', 'not authorized'],
  132: ['unclear', 'unsupported protocol version: set mqtt.version'],
  134: ['doubts', 'bad user name or password'],
  135: ['doubts', 'not authorized'],
  136: ['fails', 'server unavailable'],
  137: ['fails', 'server busy'],
  138: ['refuses', 'banned'],
  140: ['refuses', 'bad authentication method'],
  151: ['fails', 'quota exceeded'],
  159: ['fails', 'connection rate exceeded'],
};

const text = (value: string): Buffer => {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);
};

/** A random client id: with a real client's id the broker would disconnect that client (MQTT 3.1.1 §3.1.4). The broker keeps no session (clean start). */
const connect = (version: Version): Buffer => {
  const header = [version === '5' ? 5 : 4, 0b10, 0, KEEP_ALIVE_S, ...(version === '5' ? [0] : [])];
  const packet = Buffer.concat([
    text('MQTT'),
    Buffer.from(header),
    text(`mtls-monitor-${randomBytes(4).toString('hex')}`),
  ]);
  return Buffer.concat([Buffer.from([0x10, packet.length]), packet]);
};

/** Where the variable header starts: after the remaining length, one to four bytes of which all but the last have the high bit (MQTT 5 §1.5.5). */
const variableHeader = (bytes: Buffer): number | 'incomplete' | 'foreign' => {
  for (let at = 1; at <= 4; at += 1) {
    const byte = bytes[at];
    if (byte === undefined) return 'incomplete';
    // At least the flags and the code.
    if (byte < 0x80) return at === 1 && byte < 2 ? 'foreign' : at + 1;
  }
  return 'foreign';
};

/**
 * Reads a CONNACK: fixed header, remaining length, flags (0, or 1 for a session that the broker kept), code. Not supported: properties, and any other
 * packet in its place (AUTH, DISCONNECT), which is `foreign`.
 */
const read = (bytes: Buffer): Answer | 'incomplete' | 'foreign' => {
  if (bytes.length > 0 && bytes[0] !== CONNACK) return 'foreign';
  const start = variableHeader(bytes);
  if (typeof start === 'string') return start;
  if ((bytes[start] ?? 0) > 1) return 'foreign';
  const code = bytes[start + 1];
  if (code === undefined) return 'incomplete';
  const [meaning, words] = CODES[code] ?? ['unclear', 'an unknown code'];
  const detail = `CONNACK ${code} ${words}`;
  return { kind: 'protocol', protocol: 'mqtt', meaning, detail, like: String(code), body: detail };
};

const speak = (version: Version): Speaker => {
  const start = byBytes(
    () => connect(version),
    () => firstPacket(read, 64),
  );
  const spoken = { window: null, start };
  return { alpn: [], upgrade: null, writesOften: false, ...spoken, plaintext: spoken };
};

export const mqtt = protocol({
  name: 'mqtt',
  schemes: { mqtts: 8883 },
  fields: ({ z }) => ({
    mqtt: z
      .strictObject({
        version: z
          .enum(['3.1.1', '5'])
          .optional()
          .meta({ description: 'The MQTT version of the CONNECT packet, in quotes. Default: "3.1.1".' }),
      })
      .optional()
      .meta({ description: 'How an mqtts:// endpoint is probed.' }),
  }),
  resolve: ({ mqtt: own }) => ({ kind: 'mqtt', version: own?.version ?? '3.1.1' }),
  speak: ({ version }) => speak(version),
  spoken: true,
  alike: 'code',
  // MQTT 3.1.1 §3.1.4: a broker may close on a client id that it does not know, and the probe’s id is random.
  closesFor: 'the broker’s policy (it may require a client id that it knows; the probe’s id is random)',
  starttls: null,
  namesServerTwice: false,
  carriesHeaders: false,
  reproduce: ({ version }, check, endpoint, way) => {
    // It names the server by the address that it connects to, and by nothing else.
    if (endpoint.serverName !== null || (!way.isSound && check.presented.kind !== 'plaintext')) return null;
    const { ip, port } = ipAndPort(way);
    const forced = check.tls === null ? '' : ` --tls-version tlsv${check.tls}`;
    const trust = way.bundle === null ? ' --tls-use-os-certs' : ` --cafile ${way.bundle}`;
    const tls = `${trust} --insecure${withFiles(way, ' --cert {} --key {}')}${forced}`;
    const how = check.presented.kind === 'plaintext' ? '' : tls;
    return `mosquitto_sub -h ${ip} -p ${port}${how} -V ${version === '5' ? 'mqttv5' : 'mqttv311'} -t probe -W 2 -E`;
  },
});
