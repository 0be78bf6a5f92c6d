/**
 * `npm run bench:soak [-- CONNECTIONS]`: a process that lives long, as a warm probe function does: batches of some 500 connections one after the other,
 * 150,000 connections by default, to servers in another process that send their intermediate. Fails where the process is larger, or grows faster, than
 * the bounds below.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pkiOnDisk } from '../helpers/pki.ts';
import { freePort } from '../helpers/ports.ts';
import { fleetOfSecrets, IDENTITIES, secretOf } from './deployed/mixed-fleet.ts';
import { isQuick, print } from './record.ts';

/** MB of 10⁶ bytes; a process that kept every intermediate had 1,160 after 150,000 connections. */
const MOST_RESIDENT = 220;
/** Bytes, over the last half: 5,800 where every intermediate is kept. */
const MOST_A_CONNECTION = 200;
/** Some 500 connections. */
const ENDPOINTS = 21;

const [wanted = isQuick ? 10_000 : 150_000] = process.argv
  .slice(2)
  .map(Number)
  .filter((each) => each > 0);
type Sample = { readonly connections: number; readonly rss: number };
type End = {
  readonly peak: number;
  readonly cpuSeconds: number;
  readonly judged: number;
  /** Codes of inconclusive checks, and how many. */
  readonly unsure: readonly (readonly [code: string, times: number])[];
};

/** Theil's slope, the median over all pairs. */
const slopeOf = (samples: readonly Sample[]): number => {
  const slopes = samples.flatMap((from, at) =>
    samples.slice(at + 1).map((to) => (to.rss - from.rss) / (to.connections - from.connections)),
  );
  return slopes.toSorted((one, other) => one - other)[slopes.length >> 1] ?? Number.NaN;
};

const lab = await pkiOnDisk();
const { files } = lab;
const port = await freePort();
const { certificate, privateKey } = files.server('chained');
const server = spawn(
  process.execPath,
  [
    join(import.meta.dirname, 'memory-server.ts'),
    String(port),
    String(ENDPOINTS),
    certificate,
    privateKey,
    files.ca,
    files.crl,
  ],
  { stdio: ['ignore', 'pipe', 'inherit'] },
);
await once(server.stdout, 'data');
try {
  const file = join(files.directory, 'soak.yaml');
  writeFileSync(file, fleetOfSecrets({ files, count: ENDPOINTS, port }));
  const secrets = IDENTITIES.map((name) => {
    const identity = files.identity(name);
    const value = {
      certificate: readFileSync(identity.certificate, 'utf8'),
      privateKey: readFileSync(identity.privateKey, 'utf8'),
    };
    return [secretOf(name), JSON.stringify(value)] as const;
  });
  writeFileSync(join(files.directory, 'secrets.json'), JSON.stringify(Object.fromEntries(secrets)), { mode: 0o600 });
  const child = spawn(process.execPath, [join(import.meta.dirname, 'soak-child.ts'), file, String(wanted)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const samples: Sample[] = [];
  let end: End | null = null;
  for await (const line of createInterface({ input: child.stdout })) {
    const read = JSON.parse(line) as Sample | End;
    if ('rss' in read) samples.push(read);
    else end = read;
    if (samples.length % 30 === 1) console.log(line);
  }
  const [code] = await exited;
  if (code !== 0 || end === null) throw new Error(`the soak ended with ${code}`);
  report(samples, end);
} finally {
  server.kill();
  lab.remove();
}

function report(samples: readonly Sample[], { peak, cpuSeconds, judged, unsure }: End): void {
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined) throw new Error('nothing was measured');
  const slope = slopeOf(samples.slice(samples.length >> 1));
  const mb = (bytes: number) => (bytes / 1e6).toFixed(0);
  const n = (value: number) => value.toLocaleString('en-US');
  const each = Math.round(last.connections / samples.length);
  const figure = (what: string, seen: string, reach = '') => print({ kind: 'figure', what, seen, reach });
  figure(
    `resident memory of one process, ${n(last.connections)} connections in batches of ${each}: after the first batch; peak; at the end`,
    `${mb(first.rss)}; ${mb(peak)}; ${mb(last.rss)} MB`,
    `≤ ${MOST_RESIDENT} MB`,
  );
  figure('growth over the last half, a connection', `${slope.toFixed(0)} bytes`, `≤ ${MOST_A_CONNECTION} bytes`);
  figure('CPU of that process, a connection', `${((cpuSeconds * 1000) / last.connections).toFixed(2)} ms`);
  const inconclusive = unsure.map(([code, times]) => `${n(times)} ${code}`).join(', ');
  figure('checks; inconclusive ones', `${n(judged)}; ${inconclusive === '' ? 'none' : inconclusive}`);
  if (peak > MOST_RESIDENT * 1e6 || slope > MOST_A_CONNECTION) {
    console.error('The process is larger, or grows faster, than it may.');
    process.exitCode = 1;
  }
}
