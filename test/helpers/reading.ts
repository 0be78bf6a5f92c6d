import { Duplex } from 'node:stream';
import type { Answer } from '../../shared/model/probe.ts';
import type { Speaker } from '../../shared/protocol/speaker.ts';

export type Read = {
  readonly answer: Answer | null;
  readonly isForeign: boolean;
  readonly begun: boolean;
  readonly done: boolean;
};

/** What a speaker makes of the bytes in these chunks, without a connection. */
export const readBytes = ({ start }: Pick<Speaker, 'start'>, chunks: readonly Buffer[]): Read => {
  const channel = new Duplex({ read: () => {}, write: (_chunk, _encoding, done) => done() });
  let done = false;
  const call = {
    secrets: {},
    turn: (write: () => void) => write(),
    done: () => {
      done = true;
    },
  };
  const reading = start(channel, call);
  for (const chunk of chunks) if (!done && chunk.length > 0) channel.emit('data', chunk);
  return { answer: reading.answer, isForeign: reading.foreign !== null, begun: reading.begun, done };
};

/** Cuts bytes where told; places beyond the end cut nothing. */
export const cut = (bytes: Buffer, places: readonly number[]): readonly Buffer[] => {
  const inside = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((one, other) => one - other);
  return [0, ...inside].map((from, at) => bytes.subarray(from, inside[at] ?? bytes.length));
};
