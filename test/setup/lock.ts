/** Two test files may install the same tools at once. */
import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const FOLDER = join(import.meta.dirname, '../../node_modules');
const STALE_MS = 10 * 60_000;

/** Runs `work` while no other process runs work under this name: making a directory is atomic. A lock of ten minutes is broken. */
export const withLock = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
  const lock = join(FOLDER, `.${name}.lock`);
  for (;;) {
    const made = await mkdir(lock).then(
      () => true,
      () => false,
    );
    if (made) break;
    const since = await stat(lock).catch(() => null);
    if (since !== null && Date.now() - since.mtimeMs > STALE_MS) await rm(lock, { recursive: true, force: true });
    await sleep(500);
  }
  try {
    return await work();
  } finally {
    await rm(lock, { recursive: true, force: true });
  }
};
