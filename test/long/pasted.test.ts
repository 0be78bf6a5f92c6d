/** The lines that reproduce a check run as they are pasted, and end as the report says: at real servers, right and wrong ones, in each protocol. */
import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CheckResult, Report } from '../../shared/model/report.ts';
import { type PkiOnDisk, pkiOnDisk } from '../helpers/pki.ts';
import { checkLab, labRegistry } from '../helpers/registry.ts';
import { rows, type StartedLab, startLab } from '../lab/lab.ts';
import { CLIENTS, clientOf, differs } from '../lab/pasted.ts';

/** Wrong ones, for what is accepted; right ones refuse. */
const CHOSEN = [
  'nginx-optional-no-ca',
  'nginx-expired-crl',
  'openssl-verify-without-return-error',
  'openssl-raw-asks',
  'node-permissive',
  'node-expired-served',
  'haproxy-optional-ignore-err',
  'postgres-scram-with-ca',
  'redis-no',
  'mosquitto-not-required',
  'grpcio-not-required',
];
const chosen = rows.filter(({ name }) => CHOSEN.includes(name));

/** Whether this machine has the program; the monitor is here. */
const has = (client: string): boolean => {
  const [program = ''] = client.split(' ');
  if (program === 'mtls-monitor') return true;
  try {
    execFileSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

let lab: PkiOnDisk;
let started: StartedLab;
let checks: readonly CheckResult[];
let served: Report['servedChains'];
let pasted: readonly CheckResult[];

beforeAll(async () => {
  lab = await pkiOnDisk();
  started = await startLab(lab.files, chosen);
  // Clients of these can force a version; the others ask as they like.
  const forces = (name: string) => /^(nginx|haproxy|postgres|openssl-raw)/.test(name);
  const endpoints = started.endpoints.map(({ tlsVersions, ...endpoint }) =>
    forces(endpoint.name) ? { ...endpoint, tlsVersions } : endpoint,
  );
  ({ checks, servedChains: served } = (await checkLab(labRegistry(lab.files, endpoints), lab.files)).report);
  pasted = representatives();
}, 120_000);

afterAll(async () => {
  await started.stop();
  lab.remove();
});

/** One for each client, scenario and verdict, of those that this machine has the client of; of those that nobody knows one for each client. */
const representatives = (): readonly CheckResult[] => {
  const first = new Map<string, CheckResult>();
  for (const check of checks) {
    const { reproduce, scenario, verdict } = check;
    if (reproduce === null || !has(clientOf(reproduce))) continue;
    const key = `${clientOf(reproduce)} ${verdict === 'inconclusive' ? '' : scenario} ${verdict}`;
    if (!first.has(key)) first.set(key, check);
  }
  return [...first.values()];
};

/** Not PERMISSION_DENIED, UNAUTHENTICATED, nor a failure. */
const GRPC_SERVES = /^grpc-status: (?!(4|7|8|13|14|16)\b)\d/m;

const expectedOf = (endpoint: string): RegExp | null => {
  if (endpoint.startsWith('grpcio')) return GRPC_SERVES;
  const { tls } = (started.endpoints.find(({ name }) => name === endpoint) ?? {}) as { tls?: { expect?: string } };
  return tls?.expect === undefined ? null : new RegExp(tls.expect.replace(/^\^/, ''));
};

const leavesOf = (endpoint: string): RegExp =>
  new RegExp(`^(${served.flatMap((chain) => (chain.endpoint === endpoint ? [chain.sha256] : [])).join('|')})$`);

/** One line after the other at each, since some of them serve one client at a time. */
const mistakesAt = async (endpoint: string): Promise<readonly string[]> => {
  const wrong: string[] = [];
  for (const check of pasted.filter((each) => each.endpoint === endpoint)) {
    const text = await differs(
      check,
      check.scenario === 'served-certificate' ? leavesOf(endpoint) : expectedOf(endpoint),
    );
    if (text !== null) wrong.push(text);
  }
  return wrong;
};

test.each(chosen)(
  'at $name each line that this machine has the client of ends as the report says',
  async ({ name }) => {
    expect(await mistakesAt(name)).toEqual([]);
  },
  300_000,
);

test('what is wrong, what is right and what nobody knows is pasted, for each client', () => {
  expect(new Set(pasted.map(({ verdict }) => verdict))).toEqual(new Set(['pass', 'fail', 'inconclusive']));
  const clients = new Set(pasted.map(({ reproduce }) => clientOf(reproduce ?? '')));
  expect(clients).toEqual(new Set(CLIENTS.filter(has)));
});

test('no line holds a key, or a name that stands for a file', () => {
  expect(checks.length).toBeGreaterThan(50);
  for (const { id, reproduce } of checks) {
    expect.soft(reproduce ?? '', id).not.toMatch(/PRIVATE KEY|…|\bADDRESS\b|neighbour/);
    expect.soft((reproduce ?? '').length, id).toBeLessThan(2_000);
  }
});
