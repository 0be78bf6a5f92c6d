/** What a protocol says on a connection before TLS. */
import type { Socket } from 'node:net';
import type { Upgrade } from '../protocol/speaker.ts';

/** The longest reply that is looked at. */
const LONGEST = 256;

type Then = {
  readonly goOn: () => void;
  readonly refused: (detail: string) => void;
  readonly ended: () => void;
};

/** Leaves the socket paused, with nothing read that belongs to TLS. */
export const upgrade = (raw: Socket, { request, read }: Upgrade, { goOn, refused, ended }: Then): void => {
  let reply: Buffer = Buffer.alloc(0);
  const onData = (chunk: Buffer): void => {
    reply = Buffer.concat([reply, chunk]).subarray(0, LONGEST);
    const verdict = read(reply);
    if (verdict === null) return;
    raw.off('data', onData).off('end', ended).pause();
    if (verdict === 'go-on') goOn();
    else refused(verdict.detail);
  };
  raw.on('data', onData).on('end', ended);
  raw.write(request);
};
