/**
 * `npm run bench`: what a probe costs, as ratios of medians over rounds of one run; absolute times mean nothing on shared machines.
 * The yardsticks are openssl s_time (C) and, once `npm run rivals` has built it, blackbox_exporter; the server is openssl s_server, with a client
 * certificate, P-256, TLS 1.3, a new handshake each time.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DAY } from '../../shared/model/time.ts';
import { issue, issueAuthority } from '../../shared/pki/mint/issue.ts';
import { secureContext } from '../../shared/probe/context.ts';
import type { ProbeTarget } from '../../shared/probe/conversation.ts';
import { runProbe } from '../../shared/probe/run-probe.ts';
import { freePort } from '../helpers/peers.ts';
import { aTarget } from '../helpers/target.ts';
import { startExporter } from './rivals/exporter-cpu.ts';

const ROUNDS = 7;
const PROBES = 400;
const validity = { notBefore: Date.now() - DAY, notAfter: Date.now() + DAY };
const directory = mkdtempSync(join(tmpdir(), 'bench-'));
const write = (name: string, text: string): string => {
  writeFileSync(join(directory, name), text, { mode: 0o600 });
  return join(directory, name);
};

const authority = await issueAuthority({ subject: 'CN=Bench', validity });
const server = await issue({ subject: 'CN=server', validity, altNames: [{ dns: 'localhost' }] }, authority);
const client = await issue({ subject: 'CN=client', validity, extendedKeyUsage: ['clientAuth'] }, authority);
const pem = ({ privateKey }: typeof server) => String(privateKey.export({ format: 'pem', type: 'pkcs8' }));
const files = {
  ca: write('ca.pem', authority.certificatePem),
  server: [write('server.pem', server.certificatePem), write('server.key', pem(server))],
  client: [write('client.pem', client.certificatePem), write('client.key', pem(client))],
} as const;

const port = await freePort();
const relyingParty = spawn(
  'openssl',
  [
    's_server',
    '-accept',
    `127.0.0.1:${port}`,
    '-cert',
    files.server[0] ?? '',
    '-key',
    files.server[1] ?? '',
    '-CAfile',
    files.ca,
    '-Verify',
    '1',
    '-verify_return_error',
    '-www',
    '-quiet',
  ],
  { stdio: 'ignore' },
);
try {
  await until(port);
  const target = ourTarget();
  await probes(target, 1_000);
  const exporter = await startExporter(directory, port, { ca: files.ca, client: files.client });
  const seen: Record<'openssl' | 'ours' | 'blackbox', number[]> = { openssl: [], ours: [], blackbox: [] };
  try {
    await exporter?.probes(50);
    for (let round = 0; round < ROUNDS; round += 1) {
      seen.openssl.push(yardstick());
      seen.ours.push(await probes(target, PROBES));
      if (exporter !== null) seen.blackbox.push(await exporter.probes(PROBES));
    }
  } finally {
    await exporter?.stop();
  }
  const ours = median(seen.ours);
  const row = (name: string, rounds: readonly number[]) => {
    const spread = [Math.min(...rounds), median(rounds), Math.max(...rounds)].map((each) => each.toFixed(2));
    return [name, `${spread.join(' ≤ ')} ms`, `ours is ${(ours / median(rounds)).toFixed(2)} of it`].join('\t');
  };
  console.log(row('one accepted probe, CPU', seen.ours));
  console.log(row('openssl s_time, CPU per connection', seen.openssl));
  console.log(
    exporter === null
      ? 'blackbox_exporter: not built (npm run rivals)'
      : row('blackbox_exporter, CPU per probe', seen.blackbox),
  );
} finally {
  relyingParty.kill();
  await once(relyingParty, 'exit');
  rmSync(directory, { recursive: true, force: true });
}

async function until(open: number): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    const socket = connect(open, '127.0.0.1');
    const up = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'error').then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (up) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('openssl s_server did not start');
}

/** CPU milliseconds a connection of openssl s_time, user and system: what bash counted for it. */
function yardstick(): number {
  const command = `openssl s_time -connect 127.0.0.1:${port} -new -www / -cert ${files.client[0]} -key ${files.client[1]} -CAfile ${files.ca} -time 2 2>&1`;
  const output = execFileSync('bash', ['-c', `TIMEFORMAT='cpu %U %S'; { time ${command}; } 2>&1`], {
    encoding: 'utf8',
  });
  const connections = Number(/(\d+) connections in \d+ real/.exec(output)?.[1]);
  const [, user, system] = /cpu ([\d.]+) ([\d.]+)/.exec(output) ?? [];
  return ((Number(user) + Number(system)) * 1000) / connections;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function ourTarget(): ProbeTarget {
  const identity = { certificatePem: client.certificatePem, privateKey: client.privateKey };
  const context = secureContext(identity, '1.3');
  return aTarget(port, { presented: 'client', context, presentedBytes: 0, timeout: 10_000 });
}

async function probes(target: ProbeTarget, count: number): Promise<number> {
  const before = process.cpuUsage();
  let accepted = 0;
  for (let probe = 0; probe < count; probe += 1)
    if ((await runProbe(target, Date.now)).ended.kind === 'answered') accepted += 1;
  const { user, system } = process.cpuUsage(before);
  if (accepted !== count) throw new Error(`only ${accepted} of ${count} probes were answered`);
  return (user + system) / 1000 / count;
}
