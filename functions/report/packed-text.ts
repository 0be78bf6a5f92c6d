import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { createGzip } from 'node:zlib';

/** As gzip (RFC 1952), packed piece by piece: the text of a large report is never in memory as a whole. Rejects if a piece cannot be made. */
export const packedText = (pieces: Iterable<string>): Promise<Buffer> => {
  const { promise, reject } = Promise.withResolvers<never>();
  const packed = Readable.from(pieces, { objectMode: true }).on('error', reject).pipe(createGzip());
  return Promise.race([buffer(packed), promise]);
};
