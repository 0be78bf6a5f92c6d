/**
 * `node test/bench/memory.ts [closed] [COUNT…] [--OPTION…]`: peak resident memory of `mtls-monitor check` at fleets of several sizes, as the system
 * counts it (ru_maxrss), with wall time and CPU. `closed`: no port is open, so that each endpoint costs two refused connections and its whole report.
 * Options go to `check`. `PROGRAM`: another build's bin/mtls-monitor.mjs.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PkiFiles } from '../../functions/cli/demo/pki.ts';
import { freePort } from '../helpers/peers.ts';
import { pkiOnDisk } from '../helpers/pki.ts';
import { fleetRegistry } from './memory-registry.ts';

const PROGRAM = process.env['PROGRAM'] ?? join(import.meta.dirname, '../../bin/mtls-monitor.mjs');
const MEASURE = join(import.meta.dirname, 'memory-child.mjs');

const given = process.argv.slice(2);
const closed = given.includes('closed');
const options = given.filter((each) => !/^(?:\d+|closed)$/.test(each));
const sizes = given.filter((each) => /^\d+$/.test(each)).map(Number);
const counts = sizes.length === 0 ? [300, 1_000, 3_000, 10_000] : sizes;

const startServer = async (files: PkiFiles, port: number, count: number) => {
  const { certificate, privateKey } = files.server('good');
  const child = spawn(
    process.execPath,
    [
      join(import.meta.dirname, 'memory-server.ts'),
      ...[port, count].map(String),
      certificate,
      privateKey,
      files.ca,
      files.crl,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  await once(child.stdout, 'data');
  return child;
};

const measured = async (files: PkiFiles, port: number, count: number) => {
  const registry = join(files.directory, `fleet-${count}.yaml`);
  const output = join(files.directory, `fleet-${count}.out`);
  writeFileSync(registry, fleetRegistry(files, count, port));
  const out = openSync(output, 'w');
  const child = spawn(
    process.execPath,
    [
      '--import',
      MEASURE,
      PROGRAM,
      'check',
      registry,
      ...options,
    ],
    {
      stdio: ['ignore', out, 'inherit', 'ipc'],
    },
  );
  const since = performance.now();
  const [[figures], [code]] = await Promise.all([once(child, 'message'), once(child, 'exit')]);
  closeSync(out);
  const { maxRSS, cpu } = figures as { readonly maxRSS: number; readonly cpu: number };
  const wall = (performance.now() - since) / 1000;
  console.log(
    `${count}\t${(maxRSS / 1024).toFixed(0)} MiB\t${wall.toFixed(0)} s wall\t${cpu.toFixed(0)} s CPU\texit ${code}`,
  );
};

const lab = await pkiOnDisk();
const port = await freePort();
const server = closed ? null : await startServer(lab.files, port, Math.max(...counts));
try {
  console.log(`Node ${process.version}, check ${options.join(' ')}${closed ? ', all ports closed' : ''}`);
  for (const count of counts) await measured(lab.files, port, count);
} finally {
  server?.kill();
  lab.remove();
}
