/** A TLS server that also says what no TLS library would, at any moment: alerts of every number, records cut short, ends of every kind. */
import { createServer, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { createServer as createTlsServer, type TLSSocket, type TlsOptions } from 'node:tls';
import { listen, type Peer } from '../../helpers/peers.ts';
import { type Known, type Suite, sealRecord } from './sealed-record.ts';

const SEALED = 23;
const CHANGE_CIPHER_SPEC = 20;
const ALERT = 21;

/** What the server's TLS library writes passes here, record by record. */
class Wire extends Duplex {
  readonly #raw: Socket;
  readonly #pass: (record: Buffer, nth: number) => boolean;
  #rest: Buffer = Buffer.alloc(0);
  #nth = 0;
  #changed = false;
  readonly written: Buffer[] = [];
  readonly randoms = { client: Buffer.alloc(32), server: Buffer.alloc(32) };

  constructor(raw: Socket, pass: (record: Buffer, nth: number) => boolean) {
    super({ allowHalfOpen: true });
    this.#raw = raw;
    this.#pass = pass;
    let first = true;
    raw.on('data', (chunk: Buffer) => {
      if (first) chunk.copy(this.randoms.client, 0, 11, 43);
      first = false;
      this.push(chunk);
    });
    raw.on('end', () => this.push(null)).on('close', () => this.destroy());
  }

  override _read(): void {}
  override _final(done: () => void): void {
    this.#raw.end();
    done();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    const out: Buffer[] = [];
    while (this.#rest.length >= 5 && this.#rest.length >= 5 + this.#rest.readUInt16BE(3)) {
      const record = this.#rest.subarray(0, 5 + this.#rest.readUInt16BE(3));
      this.#rest = this.#rest.subarray(record.length);
      const passed = this.#pass(record, this.#nth);
      if (passed) out.push(record);
      this.#note(record, passed);
      this.#nth += 1;
    }
    if (out.length > 0 && this.#raw.writable) this.#raw.write(Buffer.concat(out));
    done();
  }

  #note(record: Buffer, passed: boolean): void {
    if (this.#nth === 0) record.copy(this.randoms.server, 0, 11, 43);
    if (passed && (this.#changed || record[0] === SEALED)) this.written.push(record);
    if (record[0] === CHANGE_CIPHER_SPEC) this.#changed = record[1] === 3 && this.#nth > 1;
  }
}

export type Forge = {
  readonly raw: Socket;
  /** One sealed record: a TLS alert, fatal but for close_notify and user_canceled. */
  readonly alert: (number: number, during?: 'handshake' | 'application') => Buffer;
};
export type Behaviour = {
  /** Whether a record of the handshake goes out; by default all do. */
  readonly pass?: (record: Buffer, nth: number, forge: Forge) => boolean;
  /** Its handshake is over. */
  readonly secured?: (forge: Forge, socket: TLSSocket) => void;
};

export const forgingTls = (
  options: TlsOptions,
  suite: Suite,
  { pass = () => true, secured = () => {} }: Behaviour,
): Promise<Peer> => {
  const version = suite.version === '1.3' ? ('TLSv1.3' as const) : ('TLSv1.2' as const);
  return listen(
    createServer({ noDelay: true }, (raw) => {
      raw.on('error', () => {});
      const secrets = new Map<string, Buffer>();
      const wire = new Wire(raw, (record, nth) => pass(record, nth, forge));
      const known = (): Known => ({ randoms: wire.randoms, secrets, written: wire.written });
      const alert: Forge['alert'] = (number, during = 'application') => {
        const content = Buffer.from([number === 0 || number === 90 ? 1 : 2, number]);
        return sealRecord(suite, known(), { type: ALERT, content, during });
      };
      const forge: Forge = { raw, alert };
      wire.on('error', () => {});
      const server = createTlsServer({
        ecdhCurve: 'X25519',
        ...options,
        ciphers: suite.cipher,
        minVersion: version,
        maxVersion: version,
      });
      server.on('keylog', (line: Buffer) => {
        const [label = '', , secret = ''] = line.toString().trim().split(' ');
        secrets.set(label, Buffer.from(secret, 'hex'));
      });
      server.on('tlsClientError', () => {});
      server.on('secureConnection', (socket) => {
        socket.on('error', () => {});
        // Under TLS 1.2 its own Finished is still to be written.
        const act = () => {
          if (wire.written.length === 0 && !raw.destroyed) setImmediate(act);
          else secured(forge, socket);
        };
        act();
      });
      server.emit('connection', wire);
    }),
  );
};
