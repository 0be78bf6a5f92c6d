/** One TLS record sealed with a server's own keys (RFC 8446 §5.2 and §7.3, RFC 5246 §6.3, RFC 5288, RFC 7905): for what no TLS library would send. */
import { type CipherGCMTypes, createCipheriv, createDecipheriv, createHmac } from 'node:crypto';

export type Suite = { readonly version: '1.2' | '1.3'; readonly cipher: string };
/** What is known of a connection: its hellos' randoms, its key log, the sealed records that its server has written. */
export type Known = {
  readonly randoms: { readonly client: Buffer; readonly server: Buffer };
  readonly secrets: ReadonlyMap<string, Buffer>;
  readonly written: readonly Buffer[];
};

const TAG = 16;
const isChaCha = ({ cipher }: Suite) => cipher.includes('CHACHA');
const hashOf = ({ cipher }: Suite) => (cipher.includes('SHA384') ? 'sha384' : 'sha256');
const keyLength = ({ cipher }: Suite) => (cipher.includes('128') ? 16 : 32);
const algorithm = (suite: Suite) =>
  (isChaCha(suite) ? 'chacha20-poly1305' : `aes-${keyLength(suite) * 8}-gcm`) as CipherGCMTypes;
const hmac = (hash: string, key: Buffer, ...parts: Buffer[]) =>
  parts.reduce((made, part) => made.update(part), createHmac(hash, key)).digest();

const expandLabel = (suite: Suite, secret: Buffer, label: string, length: number): Buffer => {
  const name = Buffer.from(`tls13 ${label}`);
  const info = Buffer.concat([Buffer.from([0, length, name.length]), name, Buffer.from([0, 1])]);
  return hmac(hashOf(suite), secret, info).subarray(0, length);
};

const keyBlock = (suite: Suite, master: Buffer, { client, server }: Known['randoms']): Buffer => {
  const seed = Buffer.concat([Buffer.from('key expansion'), server, client]);
  let step = seed;
  const blocks: Buffer[] = [];
  for (let at = 0; at < 5; at += 1) {
    step = hmac(hashOf(suite), master, step);
    blocks.push(hmac(hashOf(suite), master, step, seed));
  }
  return Buffer.concat(blocks);
};

const keysOf = (suite: Suite, { secrets, randoms }: Known, during: 'handshake' | 'application') => {
  const size = keyLength(suite);
  if (suite.version === '1.3') {
    const name = during === 'handshake' ? 'SERVER_HANDSHAKE_TRAFFIC_SECRET' : 'SERVER_TRAFFIC_SECRET_0';
    const secret = secrets.get(name) ?? Buffer.alloc(0);
    return { key: expandLabel(suite, secret, 'key', size), iv: expandLabel(suite, secret, 'iv', 12) };
  }
  const block = keyBlock(suite, secrets.get('CLIENT_RANDOM') ?? Buffer.alloc(0), randoms);
  const fixed = isChaCha(suite) ? 12 : 4;
  return { key: block.subarray(size, 2 * size), iv: block.subarray(2 * size + fixed, 2 * size + 2 * fixed) };
};

const numbered = (iv: Buffer, sequence: number): Buffer => {
  const nonce = Buffer.from(iv);
  nonce.writeUInt32BE((nonce.readUInt32BE(8) ^ sequence) >>> 0, 8);
  return nonce;
};
const header = (type: number, length: number) => Buffer.from([type, 3, 3, length >> 8, length & 0xff]);

/** How many of the written records are under this key: each opens with the next number. */
const countOf = (suite: Suite, { key, iv }: { key: Buffer; iv: Buffer }, written: readonly Buffer[]): number => {
  let sequence = 0;
  for (const record of written) {
    const opened = createDecipheriv(algorithm(suite), key, numbered(iv, sequence), { authTagLength: TAG });
    opened.setAAD(record.subarray(0, 5), { plaintextLength: record.length - 5 - TAG });
    opened.setAuthTag(record.subarray(-TAG));
    opened.update(record.subarray(5, -TAG));
    try {
      opened.final();
      sequence += 1;
    } catch {}
  }
  return sequence;
};

export const sealRecord = (
  suite: Suite,
  known: Known,
  { type, content, during }: { type: number; content: Buffer; during: 'handshake' | 'application' },
): Buffer => {
  const { key, iv } = keysOf(suite, known, during);
  const newer = suite.version === '1.3';
  const sequence = newer ? countOf(suite, { key, iv }, known.written) : known.written.length;
  const counter = Buffer.alloc(8);
  counter.writeUInt32BE(sequence, 4);
  const explicit = newer || isChaCha(suite) ? Buffer.alloc(0) : counter;
  const nonce = explicit.length > 0 ? Buffer.concat([iv, explicit]) : numbered(iv, sequence);
  const inner = newer ? Buffer.concat([content, Buffer.from([type])]) : content;
  const outer = header(newer ? 23 : type, explicit.length + inner.length + TAG);
  const cipher = createCipheriv(algorithm(suite), key, nonce, { authTagLength: TAG });
  cipher.setAAD(newer ? outer : Buffer.concat([counter, header(type, inner.length)]), {
    plaintextLength: inner.length,
  });
  const sealed = Buffer.concat([cipher.update(inner), cipher.final()]);
  return Buffer.concat([outer, explicit, sealed, cipher.getAuthTag()]);
};
