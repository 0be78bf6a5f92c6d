/**
 * Keeps the parts of a report until it is written, packed: an endpoint of twenty checks takes some 3 KB in place of 60 KB as objects. Evidence that
 * several checks share is packed to next to nothing.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { PartStore, ReportPart } from '../../shared/model/report.ts';

/** Packed parts lie behind one another in pieces of memory of this size: small ones of their own would leave gaps. */
const PIECE = 1_048_576;
const QUICKLY = { level: 1 } as const;
const NOTHING: ReportPart = { checks: [], servedChains: [] };

/** `tidy`: called with each part that is packed or unpacked. */
export const packedParts = (tidy: () => void): PartStore => {
  const places: Buffer[] = [];
  let piece = Buffer.alloc(0);
  let used = 0;
  return {
    keep: (index, part) => {
      const packed = deflateRawSync(JSON.stringify(part), QUICKLY);
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
      return packed === undefined ? NOTHING : JSON.parse(inflateRawSync(packed).toString());
    },
  };
};
