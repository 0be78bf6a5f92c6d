/** Measures `mtls-monitor check` on fleets of any size: its peak resident memory as the system counts it (ru_maxrss). */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type PkiOnDisk, pkiOnDisk } from '../helpers/pki.ts';
import { freePort } from '../helpers/ports.ts';
import { fleetRegistry } from './memory-registry.ts';

const PROGRAM = process.env['PROGRAM'] ?? join(import.meta.dirname, '../../bin/mtls-monitor.mjs');
const MEASURE = join(import.meta.dirname, 'memory-child.mjs');

export type Measured = {
  /** MiB. */
  readonly peak: number;
  /** Seconds. */
  readonly wall: number;
  readonly cpu: number;
  readonly exitCode: number;
};
export type Fleet = {
  readonly check: (count: number, ...options: readonly string[]) => Promise<Measured>;
  readonly stop: () => void;
};

/** `largest`: endpoints that are served; null for none: each endpoint then costs refused connections, and its whole report. */
export const startFleet = async (largest: number | null): Promise<Fleet> => {
  const lab = await pkiOnDisk();
  const port = await freePort();
  const server = largest === null ? null : await startServer(lab, port, largest);
  return {
    check: (count, ...options) => measured(lab, port, count, options),
    stop: () => {
      server?.kill();
      lab.remove();
    },
  };
};

const startServer = async ({ files }: PkiOnDisk, port: number, count: number) => {
  const { certificate, privateKey } = files.server('good');
  const program = join(import.meta.dirname, 'memory-server.ts');
  const child = spawn(
    process.execPath,
    [program, String(port), String(count), certificate, privateKey, files.ca, files.crl],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  await once(child.stdout, 'data');
  return child;
};

const measured = async (
  { files }: PkiOnDisk,
  port: number,
  count: number,
  options: readonly string[],
): Promise<Measured> => {
  const registry = join(files.directory, `fleet-${count}.yaml`);
  writeFileSync(registry, fleetRegistry(files, count, port));
  const out = openSync(join(files.directory, 'fleet.out'), 'w');
  const child = spawn(process.execPath, ['--import', MEASURE, PROGRAM, 'check', registry, ...options], {
    stdio: ['ignore', out, 'inherit', 'ipc'],
  });
  const since = performance.now();
  const [[figures], [exitCode]] = await Promise.all([once(child, 'message'), once(child, 'exit')]);
  closeSync(out);
  const { maxRSS, cpu } = figures as { readonly maxRSS: number; readonly cpu: number };
  return { peak: maxRSS / 1024, wall: (performance.now() - since) / 1000, cpu, exitCode };
};
