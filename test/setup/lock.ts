/** Two test files may install the same tools at once. */
import { mkdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const FOLDER = join(import.meta.dirname, '../../node_modules');
/** Whoever holds a lock touches it this often, in milliseconds; one that nobody has touched for so long is a dead process’s. */
const TIMES = { touchedEvery: 20_000, deadAfter: 5 * 60_000, askedEvery: 500 };

/** Runs `work` while no other process runs work under this name, however long it takes: making a directory is atomic. A dead process’s lock is broken. */
export const withLock = async <T>(name: string, work: () => Promise<T>, times = TIMES): Promise<T> => {
  const lock = join(FOLDER, `.${name}.lock`);
  while (!(await made(lock))) {
    const since = await stat(lock).catch(() => null);
    if (since !== null && Date.now() - since.mtimeMs > times.deadAfter)
      await rm(lock, { recursive: true, force: true });
    await sleep(times.askedEvery);
  }
  const touching = setInterval(() => void touch(lock), times.touchedEvery);
  try {
    return await work();
  } finally {
    clearInterval(touching);
    await rm(lock, { recursive: true, force: true });
  }
};

const made = (lock: string): Promise<boolean> =>
  mkdir(lock).then(
    () => true,
    () => false,
  );

const touch = (lock: string): Promise<void> => utimes(lock, new Date(), new Date()).catch(() => {});
