import ora from 'ora';
import type { Instant, Milliseconds } from '../../shared/model/time.ts';

export type Progress = {
  readonly begin: (name: string) => void;
  readonly done: (name: string) => void;
  readonly stop: () => void;
};

/** An endpoint that is asked for longer is named. */
const SLOW: Milliseconds = 3_000;
const REDRAWN: Milliseconds = 1_000;

export type Asked = {
  readonly total: number;
  readonly finished: number;
  /** The endpoint that ended last; null before the first. */
  readonly last: string | null;
  /** By endpoint, in the order of their beginnings: since when it is asked. */
  readonly since: ReadonlyMap<string, Instant>;
};

/** Names the endpoint that is being asked for the longest, with its host (`hosts`, by endpoint). */
export const progressText = (asked: Asked, hosts: ReadonlyMap<string, string>, now: Instant): string => {
  const { total, finished, last, since } = asked;
  const count = `${finished} of ${total} endpoints`;
  const [slowest] = since;
  if (slowest === undefined || now - slowest[1] < SLOW) return last === null ? count : `${count}, last ${last}`;
  const [name, begun] = slowest;
  const host = hosts.get(name);
  return `${count}, ${Math.floor((now - begun) / 1000)} s at ${name}${host === undefined ? '' : ` (${host})`}`;
};

/** Shows progress on stderr, only if it is a terminal with a width: on a terminal of zero columns redrawing never ends. */
export const startProgress = (total: number, hosts: ReadonlyMap<string, string> = new Map()): Progress => {
  const shown = process.stderr.isTTY === true && process.stderr.columns > 0;
  const spinner = ora({
    stream: process.stderr,
    isEnabled: shown,
    isSilent: !shown,
    discardStdin: false,
  });
  const since = new Map<string, Instant>();
  let finished = 0;
  let last: string | null = null;
  const say = () => {
    spinner.text = progressText({ total, finished, last, since }, hosts, Date.now());
  };
  say();
  spinner.start();
  const redraw = shown ? setInterval(say, REDRAWN).unref() : undefined;
  return {
    begin: (name) => {
      since.set(name, Date.now());
    },
    done: (name) => {
      since.delete(name);
      finished += 1;
      last = name;
      say();
    },
    stop: () => {
      clearInterval(redraw);
      spinner.stop();
    },
  };
};
