/** MQTT over TLS: CONNECT, and the code of the CONNACK (MQTT 3.1.1 §3.2.2.3, MQTT 5 §3.2.2.2). */
import { randomBytes } from 'node:crypto';
import type { Answer, Meaning } from '../model/probe.ts';
import type { MqttVersion } from '../model/registry.ts';
import { byBytes, firstPacket, type Speaker } from './speaker.ts';

const CONNACK = 0x20;
const KEEP_ALIVE_S = 10;

const CODES: Readonly<Record<number, readonly [Meaning, string]>> = {
  0: ['serves', 'accepted'],
  1: ['unclear', 'unacceptable protocol version: set mqtt.version'],
  2: ['unclear', 'identifier rejected'],
  3: ['unclear', 'server unavailable'],
  4: ['doubts', 'bad user name or password'],
  5: ['doubts', 'not authorized'],
  132: ['unclear', 'unsupported protocol version: set mqtt.version'],
  134: ['doubts', 'bad user name or password'],
  135: ['doubts', 'not authorized'],
  138: ['refuses', 'banned'],
  140: ['refuses', 'bad authentication method'],
};

const text = (value: string): Buffer => {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);
};

/** A random client id: a real client's would be thrown out (MQTT 3.1.1 §3.1.4). Nothing is kept of the session. */
const connect = (version: MqttVersion): Buffer => {
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
    // The flags and the code at the least.
    if (byte < 0x80) return at === 1 && byte < 2 ? 'foreign' : at + 1;
  }
  return 'foreign';
};

/** Fixed header, remaining length, flags (0, or 1 for a session that was kept), code, properties. */
const read = (bytes: Buffer): Answer | 'incomplete' | 'foreign' => {
  if (bytes.length > 0 && bytes[0] !== CONNACK) return 'foreign';
  const start = variableHeader(bytes);
  if (typeof start === 'string') return start;
  if ((bytes[start] ?? 0) > 1) return 'foreign';
  const code = bytes[start + 1];
  if (code === undefined) return 'incomplete';
  const [meaning, words] = CODES[code] ?? ['unclear', 'no code that this knows'];
  const detail = `CONNACK ${code} ${words}`;
  return { kind: 'protocol', protocol: 'mqtt', meaning, detail, like: String(code), body: detail };
};

export const mqtt = (version: MqttVersion): Speaker => {
  const start = byBytes(
    () => connect(version),
    () => firstPacket(read, 64),
  );
  const spoken = { window: null, start };
  return { alpn: [], upgrade: null, writesOften: false, ...spoken, plaintext: spoken };
};
