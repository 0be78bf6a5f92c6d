/** Ways in which bytes go wrong: flipped, cut, spliced with others, with lengths that are not there. */
import { randomInt } from 'node:crypto';

const at = (bytes: Buffer): number => randomInt(Math.max(1, bytes.length));
export const any = <T>(list: readonly T[]): T => list[randomInt(list.length)] as T;
const overwritten = (bytes: Buffer, position: number, by: readonly number[]): Buffer => {
  const copy = Buffer.from(bytes);
  by.forEach((value, index) => {
    if (position + index < copy.length) copy[position + index] = value;
  });
  return copy;
};

export const DAMAGES: readonly ((bytes: Buffer, seeds: readonly Buffer[]) => Buffer)[] = [
  (bytes) => overwritten(bytes, at(bytes), [randomInt(256)]),
  (bytes) => overwritten(bytes, at(bytes), [(bytes[at(bytes)] ?? 0) ^ (1 << randomInt(8))]),
  (bytes) => bytes.subarray(0, at(bytes)),
  (bytes) => bytes.subarray(at(bytes)),
  (bytes, seeds) => Buffer.concat([bytes.subarray(0, at(bytes)), any(seeds).subarray(at(bytes))]),
  (bytes) => Buffer.concat([bytes.subarray(0, at(bytes)), bytes.subarray(at(bytes))]),
  // Lengths that are not there, lengths left open, large numbers where rounds of key derivation are.
  (bytes) => overwritten(bytes, at(bytes), [0x84, 0xff, 0xff, 0xff, 0xff]),
  (bytes) => overwritten(bytes, at(bytes), [0x30, 0x80]),
  (bytes) => overwritten(bytes, Math.max(0, bytes.lastIndexOf(Buffer.from([0x02, 0x02]))), [0x02, 0x02, 0x7f, 0xff]),
  (bytes) =>
    Buffer.from(bytes.toString('latin1').replaceAll('-----END', () => any(['-----END', '-----BEGIN', '----']))),
  (bytes) =>
    Buffer.from(
      bytes.toString('latin1').replaceAll(/["{}:,]/g, (each) => any([each, each, each, '"', '{', ''])),
      'latin1',
    ),
];
