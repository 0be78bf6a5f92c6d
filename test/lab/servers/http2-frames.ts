/** HTTP/2 frames by hand (RFC 9113 §4.1), on a TLS server that chose h2. */
import type { TLSSocket, TlsOptions } from 'node:tls';
import type { Peer } from '../../helpers/peers.ts';
import { tlsPeer } from '../../helpers/tls-peers.ts';

export const TYPE = { data: 0, headers: 1, rstStream: 3, settings: 4, ping: 6, goaway: 7, continuation: 9 } as const;
export const END_STREAM = 1;
const END_HEADERS = 4;

export const frame = (type: number, flags: number, stream: number, payload: Buffer = Buffer.alloc(0)): Buffer => {
  const header = Buffer.alloc(9);
  header.writeUIntBE(payload.length, 0, 3);
  header.writeUInt8(type, 3);
  header.writeUInt8(flags, 4);
  header.writeUInt32BE(stream, 5);
  return Buffer.concat([header, payload]);
};
const word = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

/** Literals without indexing (RFC 7541 §6.2.2); `:status` is entry 8 of the static table. */
const block = (fields: Readonly<Record<string, string>>): Buffer =>
  Buffer.concat(
    Object.entries(fields).flatMap(([name, value]) => [
      name === ':status' ? Buffer.from([0x08]) : Buffer.from([0, name.length, ...Buffer.from(name)]),
      Buffer.from([value.length, ...Buffer.from(value)]),
    ]),
  );
export const SETTINGS = frame(TYPE.settings, 0, 0);
export const headers = (fields: Readonly<Record<string, string>>, flags = 0): Buffer =>
  frame(TYPE.headers, END_HEADERS | flags, 1, block(fields));
export const rstStream = (code: number): Buffer => frame(TYPE.rstStream, 0, 1, word(code));
export const goaway = (code: number): Buffer => frame(TYPE.goaway, 0, 0, Buffer.concat([word(0), word(code)]));

/** Acts once the request has come. */
export const framePeer = (options: TlsOptions, act: (socket: TLSSocket) => void): Promise<Peer> =>
  tlsPeer({ ...options, ALPNProtocols: ['h2'] }, (socket) => {
    let seen = Buffer.alloc(0);
    let acted = false;
    socket.on('data', (chunk: Buffer) => {
      seen = Buffer.concat([seen, chunk]);
      // The client's preface, its SETTINGS and the headers of stream 1.
      if (
        acted ||
        (!seen.includes(Buffer.from([TYPE.headers, END_HEADERS, 0, 0, 0, 1])) &&
          !seen.includes(Buffer.from([TYPE.headers, END_HEADERS | END_STREAM, 0, 0, 0, 1])))
      )
        return;
      acted = true;
      socket.write(SETTINGS);
      act(socket);
    });
  });
