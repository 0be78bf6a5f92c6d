/** A flaky verdict is a wrong verdict: the whole lab again and again, on a busy machine, and over a slow network. */
import { type ChildProcess, spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type PkiOnDisk, pkiOnDisk } from '../helpers/pki.ts';
import { checkLab, labRegistry } from '../helpers/registry.ts';
import { mismatches, rows, type StartedLab, startLab } from '../lab/lab.ts';
import { distant } from '../lab/servers/distant.ts';

const TIMES = 20;
const BUSY = 8;
const ADDED_LATENCY_MS = 50;
const repeatable = rows.filter(({ mode }) => mode.once === undefined && mode.open === undefined);

let lab: PkiOnDisk;
let near: StartedLab;
beforeAll(async () => {
  lab = await pkiOnDisk();
  near = await startLab(lab.files, repeatable);
});
afterAll(async () => {
  await near.stop();
  lab.remove();
});

const wrongIn = async ({ endpoints }: StartedLab, defaults: object = {}): Promise<readonly string[]> => {
  const { report } = await checkLab(labRegistry(lab.files, endpoints, defaults), lab.files);
  return mismatches(report, repeatable);
};

describe('the lab’s table is right', () => {
  test.each(Array.from({ length: TIMES }, (_, index) => index + 1))(`time %i of ${TIMES}`, async () => {
    expect(await wrongIn(near)).toEqual([]);
  });

  test(`with ${BUSY} busy loops beside it`, async () => {
    const loops: readonly ChildProcess[] = Array.from({ length: BUSY }, () =>
      spawn(process.execPath, ['-e', 'const end = Date.now() + 600_000; while (Date.now() < end);'], {
        stdio: 'ignore',
      }),
    );
    try {
      // A server that answers one client at a time, on a tenth of a core, with four at its door.
      expect(await wrongIn(near, { timeout: '60s' })).toEqual([]);
    } finally {
      for (const loop of loops) loop.kill('SIGKILL');
    }
  });

  test(`with ${ADDED_LATENCY_MS} ms of added latency`, async () => {
    const far = await startLab(lab.files, repeatable, (server) => distant(server, ADDED_LATENCY_MS));
    try {
      expect(await wrongIn(far)).toEqual([]);
    } finally {
      await far.stop();
    }
  });
});
