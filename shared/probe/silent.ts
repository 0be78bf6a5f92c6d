import type { Speaker } from '../protocol/speaker.ts';

/** The same protocol up to TLS (ALPN, the upgrade), without a request: for a handshake that only reads the served chain. */
export const silent = (speaker: Speaker): Speaker => ({
  ...speaker,
  window: null,
  writesOften: false,
  start: (_channel, { done }) => {
    done();
    return { begun: false, answer: null, foreign: null };
  },
});
