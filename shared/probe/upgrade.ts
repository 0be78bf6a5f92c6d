/** Conducts a protocol’s upgrade on a connection before TLS. */
import type { Socket } from 'node:net';
import type { Upgrade } from '../protocol/speaker.ts';

/** Bytes of the longest reply that is read. */
const LONGEST = 256;

type Then = {
  readonly goOn: () => void;
  readonly refused: (detail: string) => void;
  readonly ended: () => void;
};

/** Writes the request and reads the reply. The socket is paused afterwards, and no byte of TLS was read. */
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
