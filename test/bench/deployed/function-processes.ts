/** The processes in which the emulator runs functions, as the system sees them: peak resident memory and CPU of each. Linux. */
import { readdirSync, readFileSync } from 'node:fs';

const EVERY_MS = 500;
/** Of the times in /proc/PID/stat (`getconf CLK_TCK`). */
const TICKS_A_SECOND = 100;

export type Used = {
  readonly processes: number;
  /** The most that one process had resident at any time, MiB. */
  readonly peak: number;
  /** Of all its processes, seconds, user and system. */
  readonly cpu: number;
};

type Seen = { readonly fn: string; peak: number; cpu: number };

/** Null if it has ended. */
const read = (path: string): string | null => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
};

/** The function that the process runs; null if it is none of this emulator's. */
const functionOf = (pid: string, directory: string): string | null => {
  const environment = read(`/proc/${pid}/environ`)?.split('\0') ?? [];
  if (!environment.includes(`TMPDIR=${directory}`)) return null;
  return environment.find((each) => each.startsWith('AWS_LAMBDA_FUNCTION_NAME='))?.split('=')[1] ?? null;
};

/** Peaks are the system's own (VmHWM): a reading that is late misses nothing but what a process did after the last one. */
const update = (pid: string, seen: Seen): void => {
  const high = /^VmHWM:\s+(\d+) kB$/mu.exec(read(`/proc/${pid}/status`) ?? '')?.[1];
  if (high !== undefined) seen.peak = Math.max(seen.peak, Number(high) / 1024);
  // After the name in parentheses, the 12th and 13th fields are the times.
  const fields = read(`/proc/${pid}/stat`)?.split(') ')[1]?.split(' ') ?? [];
  if (fields.length > 12) seen.cpu = (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
};

/** `directory`: the emulator's. */
export const watchFunctions = (directory: string) => {
  const processes = new Map<string, Seen>();
  const look = () => {
    for (const pid of readdirSync('/proc')) {
      if (!/^\d+$/.test(pid)) continue;
      // A process that has just been forked has its parent's environment still.
      const known = processes.get(pid) ?? null;
      const fn = known === null ? functionOf(pid, directory) : known.fn;
      if (fn === null) continue;
      const seen = known ?? { fn, peak: 0, cpu: 0 };
      processes.set(pid, seen);
      update(pid, seen);
    }
  };
  const timer = setInterval(look, EVERY_MS);
  return {
    stop: () => clearInterval(timer),
    /** Of the functions whose name contains the word. */
    used: (word: string): Used => {
      look();
      const own = [...processes.values()].flatMap((seen) => (seen.fn.includes(word) ? [seen] : []));
      return {
        processes: own.length,
        peak: Math.max(0, ...own.map(({ peak }) => peak)),
        cpu: own.reduce((sum, { cpu }) => sum + cpu, 0),
      };
    },
  };
};
