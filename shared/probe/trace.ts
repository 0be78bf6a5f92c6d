/** What went over one connection, as its own bytes show it: TLS records, the handshake messages and alerts that are in clear, and what the client wrote in them. */
import type { Exchange, Speaker } from '../protocol/speaker.ts';
import type { Peek } from './tap.ts';
import { tlsAlert } from './tls-alert.ts';
import { messagesOf, RECORD } from './tls-records.ts';

export type TracedRecord = {
  readonly from: 'client' | 'server';
  /** `bytes`: they are no TLS records. */
  readonly type: 'change_cipher_spec' | 'alert' | 'handshake' | 'application_data' | 'bytes';
  /** With the record's header. */
  readonly length: number;
  readonly isEncrypted: boolean;
  /** Names of the handshake messages that end in it, or of the alert; empty where it is encrypted. */
  readonly holds: readonly string[];
};

const TYPES: Readonly<Record<number, TracedRecord['type']>> = {
  [RECORD.changeCipherSpec]: 'change_cipher_spec',
  21: 'alert',
  [RECORD.handshake]: 'handshake',
  [RECORD.applicationData]: 'application_data',
};

/** RFC 8446 §4, RFC 5246 §7.4. */
const MESSAGES: Readonly<Record<number, string>> = {
  0: 'HelloRequest',
  1: 'ClientHello',
  2: 'ServerHello',
  4: 'NewSessionTicket',
  8: 'EncryptedExtensions',
  11: 'Certificate',
  12: 'ServerKeyExchange',
  13: 'CertificateRequest',
  14: 'ServerHelloDone',
  15: 'CertificateVerify',
  16: 'ClientKeyExchange',
  20: 'Finished',
  22: 'CertificateStatus',
  25: 'CompressedCertificate',
};

const HEADER = 5;
/** RFC 5246 §6.2.3. */
const LONGEST = 2 ** 14 + 2_048;
const MOST_RECORDS = 100;
/** Of a handshake in clear: no real one is longer. */
const MOST_HANDSHAKE = 262_144;
const LEVELS: Readonly<Record<number, string>> = { 1: 'warning', 2: 'fatal' };

type Keep = (record: TracedRecord) => void;

/** One direction. */
class Direction {
  readonly #from: TracedRecord['from'];
  readonly #keep: Keep;
  #waiting: Buffer = Buffer.alloc(0);
  #handshake: Buffer = Buffer.alloc(0);
  #isEncrypted = false;
  #isTls = true;

  constructor(from: TracedRecord['from'], keep: Keep) {
    this.#from = from;
    this.#keep = keep;
  }

  add(chunk: Buffer): void {
    this.#waiting = this.#waiting.length === 0 ? chunk : Buffer.concat([this.#waiting, chunk]);
    while (this.#waiting.length > 0) {
      const length = this.#nextLength();
      if (length === null || length > this.#waiting.length) return;
      this.#record(this.#waiting.subarray(0, length));
      this.#waiting = this.#waiting.subarray(length);
    }
  }

  /** Of the record that begins here; null before its header has come. What is no TLS once is none later. */
  #nextLength(): number | null {
    const { length } = this.#waiting;
    if (this.#isTls && length < HEADER) return null;
    const type = this.#waiting.readUInt8(0);
    this.#isTls &&= TYPES[type] !== undefined && this.#waiting[1] === 3 && this.#waiting.readUInt16BE(3) <= LONGEST;
    return this.#isTls ? HEADER + this.#waiting.readUInt16BE(3) : length;
  }

  #record(bytes: Buffer): void {
    const type = this.#isTls ? (TYPES[bytes.readUInt8(0)] ?? 'bytes') : 'bytes';
    const isEncrypted = type === 'application_data' || (this.#isEncrypted && type !== 'change_cipher_spec');
    const holds = isEncrypted ? [] : this.#holds(type, bytes.subarray(HEADER));
    this.#keep({ from: this.#from, type, length: bytes.length, isEncrypted: isEncrypted && type !== 'bytes', holds });
    if (type === 'change_cipher_spec') this.#isEncrypted = true;
  }

  #holds(type: TracedRecord['type'], fragment: Buffer): readonly string[] {
    if (type === 'alert' && fragment.length === 2) {
      const [level = 0, number = 0] = fragment;
      return [`${LEVELS[level] ?? level} ${tlsAlert(number).alert} (${number})`];
    }
    if (type !== 'handshake' || this.#handshake.length > MOST_HANDSHAKE) return [];
    this.#handshake = Buffer.concat([this.#handshake, fragment]);
    const messages = messagesOf(this.#handshake);
    const names: string[] = [];
    let next = messages.next();
    for (; next.done !== true; next = messages.next())
      names.push(MESSAGES[next.value.type] ?? `message ${next.value.type}`);
    this.#handshake = this.#handshake.subarray(next.value);
    return names;
  }
}

const MOST_SAID = 2_048;
const HIDDEN = '…';

export class Trace {
  readonly #records: TracedRecord[] = [];
  #count = 0;
  #said = '';
  readonly #keep: Keep = (record) => {
    this.#count += 1;
    if (this.#records.length < MOST_RECORDS) this.#records.push(record);
  };
  readonly #client = new Direction('client', this.#keep);
  readonly #server = new Direction('server', this.#keep);

  /** In the order in which they went and came, the first hundred. */
  get records(): readonly TracedRecord[] {
    return this.#records;
  }

  /** Records after those. */
  get more(): number {
    return this.#count - this.#records.length;
  }

  /** What the client wrote when its turn came, without the values that are secret; at most 2,048 characters, unescaped. */
  get said(): string {
    return this.#said.slice(0, MOST_SAID);
  }

  /** The same peek, and the trace sees its bytes too. */
  over(peek: Peek): Peek {
    return {
      see: (chunk) => {
        this.#server.add(chunk);
        return peek.see(chunk);
      },
      rest: () => peek.rest(),
      wrote: (chunk) => {
        this.#client.add(chunk);
        peek.wrote?.(chunk);
      },
    };
  }

  /** The same speaker, heard. What node:http2 frames goes past the channel's `write`. */
  of({ start, plaintext, ...speaker }: Speaker): Speaker {
    return {
      ...speaker,
      start: this.#hearing(start),
      plaintext: { ...plaintext, start: this.#hearing(plaintext.start) },
    };
  }

  #hearing(start: Exchange): Exchange {
    return (channel, call) => {
      const write = channel.write.bind(channel);
      const hide = (text: string) =>
        Object.values(call.secrets).reduce(
          (rest, value) => (value === '' ? rest : rest.replaceAll(value, HIDDEN)),
          text,
        );
      const heard = (chunk: Buffer): boolean => {
        this.#said += hide(chunk.toString('utf8'));
        return write(chunk);
      };
      channel.write = heard as typeof channel.write;
      return start(channel, call);
    };
  }
}
