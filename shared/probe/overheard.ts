/** Answers of a server to a client without TLS that are the same for every protocol: TLS alerts and HTTP. */
import { AnswerReader } from '../protocol/http1-answer.ts';
import type { Peek } from './tap.ts';
import { type TlsAlert, tlsAlert } from './tls-alert.ts';

/** A TLS server's reply to plaintext: a record of type alert (RFC 8446 §5.1 and §6): type, version, length 2, level, description. */
const ALERT = { type: 0x15, major: 0x03, length: 2, size: 7 } as const;
const HTTP = 'HTTP/1.';

const isAlert = (head: Buffer): boolean =>
  head.length >= ALERT.size &&
  head[0] === ALERT.type &&
  head[1] === ALERT.major &&
  head.readUInt16BE(3) === ALERT.length;

/** Whether more bytes could still make it a TLS alert or an HTTP answer. */
const undecided = (head: Buffer): boolean =>
  head.length < ALERT.size &&
  (HTTP.startsWith(head.toString('latin1')) ||
    (head[0] === ALERT.type && (head.length < 2 || head[1] === ALERT.major)));

export type Heard = {
  readonly alert: (alert: TlsAlert) => void;
  /** An HTTP/1 answer, whatever was asked; `done` once it is whole. */
  readonly http: (reading: AnswerReader) => void;
  readonly done: () => void;
};

/** Consumes TLS alerts and HTTP answers: HTTP servers answer 400 to all bytes that are not TLS. */
export class Overheard implements Peek {
  readonly #heard: Heard;
  #head: Buffer | null = Buffer.alloc(0);
  #answer: AnswerReader | null = null;

  constructor(heard: Heard) {
    this.#heard = heard;
  }

  /** Whether bytes came that may still become an alert, an HTTP answer or neither. */
  get begun(): boolean {
    return this.#head !== null && this.#head.length > 0;
  }

  see(chunk: Buffer): Buffer {
    if (this.#head === null) return this.#take(chunk);
    const head = Buffer.concat([this.#head, chunk]);
    this.#head = undecided(head) ? head : null;
    if (this.#head !== null) return Buffer.alloc(0);
    if (isAlert(head)) {
      this.#heard.alert(tlsAlert(head.readUInt8(ALERT.size - 1)));
      return Buffer.alloc(0);
    }
    if (head.toString('latin1', 0, HTTP.length) === HTTP) {
      this.#answer = new AnswerReader('GET');
      this.#heard.http(this.#answer);
    }
    return this.#take(head);
  }

  rest(): Buffer {
    const head = this.#head ?? Buffer.alloc(0);
    this.#head = null;
    return head;
  }

  #take(chunk: Buffer): Buffer {
    if (this.#answer === null) return chunk;
    if (this.#answer.push(chunk)) this.#heard.done();
    return Buffer.alloc(0);
  }
}
