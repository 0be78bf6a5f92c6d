import type { Speaker } from '../protocol/speaker.ts';

/** The same protocol up to TLS (ALPN, what comes before it), and no word of its own: for a handshake that only reads what is served. */
export const silent = (speaker: Speaker): Speaker => ({
  ...speaker,
  window: null,
  writesOften: false,
  start: (_channel, { done }) => {
    done();
    return { begun: false, answer: null, foreign: null };
  },
});
