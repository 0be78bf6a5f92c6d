/** AWS on this machine: the emulator, and in front of what the deployed functions ask of it a proxy that can fail. Loopback only. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../helpers/ports.ts';
import { HOST } from '../../lab/servers/lab-server.ts';
import type { Tools } from '../../setup/python-venv.ts';

/** A rule of the proxy; `body` is a JMESPath expression on the request. The first rule that matches is applied, `times` times. */
export type Fault = {
  readonly service: string;
  readonly operation?: string;
  /** A part of the resource's name: of a bucket, for S3. */
  readonly resource?: string;
  readonly body?: string;
  readonly times?: number;
  readonly error: { readonly code: string; readonly status?: number };
};

export type Emulator = {
  /** For the CDK and for SDK clients: credentials of the emulator only, whatever the machine has. */
  readonly env: Readonly<Record<string, string>>;
  readonly directory: string;
  /** Replaces all faults; none clears them. */
  readonly fail: (...faults: readonly Fault[]) => Promise<void>;
  readonly stop: () => Promise<void>;
};

const READY_TIMEOUT_MS = 30_000;

/** `direct`: the functions ask the emulator without the proxy, and `fail` rejects. `settings`: of the emulator itself, in place of those below. */
export const startEmulator = async (
  tools: Tools,
  direct = false,
  settings: Readonly<Record<string, string>> = {},
): Promise<Emulator> => {
  const directory = await mkdtemp(join(tmpdir(), 'mtls-monitor-aws-'));
  const [port, proxyPort] = [await freePort(), await freePort()];
  const common = {
    // The functions run under the Node that runs the tests, with nothing of the tests' own environment.
    PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter),
    HOME: directory,
    TMPDIR: directory,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  const emulator = launch(tools('ministack'), [], {
    ...common,
    BIND_HOST: HOST,
    GATEWAY_PORT: String(port),
    MINISTACK_HOST: 'localhost',
    S3_DATA_DIR: join(directory, 's3'),
    LOG_LEVEL: 'WARNING',
    SFN_WAIT_SCALE: '0',
    // Its environment is the functions' too: what they ask of AWS goes through the proxy.
    AWS_ENDPOINT_URL: `http://${HOST}:${direct ? port : proxyPort}`,
    ...settings,
  });
  const upstream = `http://localhost:${port}`;
  const proxyArguments = ['--host', HOST, '--port', String(proxyPort), '--upstream', upstream];
  const proxy = direct ? null : launch(tools('microburst'), proxyArguments, common);
  const rules = `http://${HOST}:${proxyPort}/_microburst/rules`;
  const stop = async () => {
    await Promise.all([emulator, proxy].map((each) => (each === null ? undefined : end(each))));
    await rm(directory, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await ready(`${upstream}/_ministack/health`, emulator);
    if (proxy !== null) await ready(rules, proxy);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    env: { ...common, AWS_ENDPOINT_URL: upstream, CDK_DISABLE_CLI_TELEMETRY: 'true' },
    directory,
    fail: async (...faults) => {
      const answer = await fetch(rules, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(faults),
      });
      if (!answer.ok) throw new Error(`The proxy refused the faults: ${await answer.text()}`);
    },
    stop,
  };
};

type Launched = { readonly child: ChildProcess; readonly said: () => string; readonly exited: Promise<void> };

const launch = (command: string, args: readonly string[], env: Readonly<Record<string, string>>): Launched => {
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said = (said + chunk).slice(-8000)));
  const kill = () => child.kill();
  process.once('exit', kill);
  const exited = new Promise<void>((resolve) => {
    child.once('close', () => resolve()).once('error', () => resolve());
  }).finally(() => process.off('exit', kill));
  return { child, said: () => said, exited };
};

const end = async ({ child, exited }: Launched): Promise<void> => {
  child.kill();
  await Promise.race([exited, sleep(5000).then(() => child.kill('SIGKILL'))]);
  await exited;
};

const ready = async (url: string, { child, said }: Launched): Promise<void> => {
  for (const deadline = Date.now() + READY_TIMEOUT_MS; Date.now() < deadline; await sleep(100)) {
    if (child.exitCode !== null) break;
    const answer = await fetch(url).catch(() => null);
    if (answer?.ok) return;
  }
  throw new Error(`${url} is not there: ${said()}`);
};
