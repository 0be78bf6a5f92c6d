/** Shares of a CPU profile: who the program's own time belongs to. Pure. */
import type { Profiler, Runtime } from 'node:inspector';

type Frame = Pick<Runtime.CallFrame, 'functionName' | 'url'>;
type Profile = Pick<Profiler.Profile, 'nodes' | 'samples' | 'timeDeltas'>;

/** Functions of node:tls that run OpenSSL: `readBuffer` takes what came from the server, and writes the client's flight. */
const OPENSSL = new Set([
  'readBuffer',
  'start',
  'destroySSL',
  'verifyError',
  'wrap',
  'getSharedSigalgs',
  'finishWrite',
]);
/** Functions that are system calls. */
const KERNEL = new Set([
  'writeBuffer',
  'writeUtf8String',
  'writev',
  'close',
  'connect',
  'bind',
  'readStart',
  'shutdown',
]);

const ROOM = /\/(shared|functions)\/([^/]+)\//u;

/** The part of the program or of its platform that a sample is in, by its innermost function. */
export const roomOf = ({ functionName, url }: Frame): string => {
  if (functionName === '(garbage collector)') return 'garbage collection';
  if (url === '' && KERNEL.has(functionName)) return 'the kernel: connect, write, close';
  if (url === '' && OPENSSL.has(functionName)) return 'OpenSSL in node:tls: handshakes and records';
  if (url.startsWith('node:internal/crypto')) return 'node:crypto: hashes, and records that are opened';
  if (url === 'node:inspector') return 'the measurement itself';
  if (url.startsWith('node:') || url === '') return 'the rest of Node: streams, sockets, events, timers, V8';
  const [, , room] = ROOM.exec(url) ?? [];
  return room === undefined ? 'the measurement itself' : `shared/${room}`;
};

/** Share of each group in the time that is not idle, the largest first. */
export const sharesOf = (
  { nodes, samples = [], timeDeltas = [] }: Profile,
  groupOf: (frame: Frame) => string,
): readonly (readonly [group: string, share: number])[] => {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const spent = new Map<string, number>();
  let busy = 0;
  for (const [at, id] of samples.entries()) {
    const frame = frames.get(id);
    const time = Math.max(0, timeDeltas[at] ?? 0);
    if (frame === undefined || frame.functionName === '(idle)') continue;
    busy += time;
    const group = groupOf(frame);
    spent.set(group, (spent.get(group) ?? 0) + time);
  }
  return [...spent].map(([group, time]) => [group, time / busy] as const).toSorted(([, one], [, other]) => other - one);
};
