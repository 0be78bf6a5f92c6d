/**
 * Keeps the parts of a report until it is written, packed: an endpoint of twenty checks takes some 600 bytes in place of 60 KB as objects. Evidence that
 * several checks share is packed to next to nothing, and so is what a part has in common with the first one that was kept (RFC 1950 §2.3 calls that a
 * preset dictionary).
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { PartStore, ReportPart } from '../../shared/model/report.ts';

/** Packed parts lie behind one another in pieces of memory of this size: small ones of their own would leave gaps. */
const PIECE = 1_048_576;
/** Bytes of a dictionary that deflate can refer to (RFC 1951 §2). */
const WINDOW = 32_768;
/** With a dictionary no slower than 1, and a third smaller. */
const LEVEL = 3;
const NOTHING: ReportPart = { checks: [], servedChains: [] };

/** `tidy`: called with each part that is packed or unpacked. */
export const packedParts = (tidy: () => void): PartStore => {
  const places: Buffer[] = [];
  let piece = Buffer.alloc(0);
  let used = 0;
  let dictionary: Buffer | null = null;
  return {
    keep: (index, part) => {
      const text = Buffer.from(JSON.stringify(part));
      dictionary ??= Buffer.from(text.subarray(-WINDOW));
      const packed = deflateRawSync(text, { level: LEVEL, dictionary });
      if (used + packed.length > piece.length) {
        piece = Buffer.allocUnsafeSlow(Math.max(PIECE, packed.length));
        used = 0;
      }
      packed.copy(piece, used);
      places[index] = piece.subarray(used, used + packed.length);
      used += packed.length;
      tidy();
    },
    part: (index) => {
      tidy();
      const packed = places[index];
      if (packed === undefined || dictionary === null) return NOTHING;
      return JSON.parse(inflateRawSync(packed, { dictionary }).toString());
    },
  };
};
