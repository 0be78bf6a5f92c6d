/** What a deployed run leaves for people: its report in the bucket, read by `last`, and by `history` with what the state table knows. */
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reportSchema } from '../../shared/model/report.ts';
import type { Outputs } from './support/deploy.ts';
import { leftBehind, runOnce, s3Of } from './support/monitor.ts';
import { type RelyingParty, relyingParty } from './support/relying-party.ts';
import { canDeploy, startWorld, storeIdentity, type World } from './support/world.ts';

const tools = await canDeploy();
const BIN = resolve(import.meta.dirname, '../../bin/mtls-monitor.mjs');
const RARELY = { enforcement: '24h', isolation: '24h', certificates: '24h' };

let world: World;
let server: RelyingParty;
let outputs: Outputs;

/** As a person with credentials in the environment. */
const cli = async (...args: readonly string[]): Promise<{ code: number; out: string; err: string }> => {
  // At an address the SDK writes a bucket into the path; as a label of this name it would not resolve.
  const AWS_ENDPOINT_URL = world.emulator.env['AWS_ENDPOINT_URL']?.replace('localhost', '127.0.0.1') ?? '';
  const env = { ...process.env, ...world.emulator.env, AWS_ENDPOINT_URL, AWS_REGION: 'us-east-1', NO_COLOR: '1' };
  const ran = promisify(execFile)(process.execPath, [BIN, ...args], { env, maxBuffer: 1e8 });
  return ran.then(
    ({ stdout, stderr }) => ({ code: 0, out: stdout, err: stderr }),
    ({ code, stdout, stderr }) => ({ code, out: stdout, err: stderr }),
  );
};

const run = async (suite: string): Promise<void> => {
  expect(await runOnce(world.emulator, outputs, { suite, schedule: 'default' })).toMatchObject({ status: 'SUCCEEDED' });
};

describe.skipIf(!tools.ok)(`last and history${tools.ok ? '' : ` (${tools.reason})`}`, () => {
  beforeAll(async () => {
    if (!tools.ok) return;
    // Without the proxy, which unpacks what has a Content-Encoding: S3 stores that as it comes.
    world = await startWorld(tools.tool, true);
    server = await relyingParty(world.pki.files);
    await server.become('strict');
    for (const name of ['payments', 'orders'] as const) await storeIdentity(world, name);
    outputs = await world.deployed({
      version: 1,
      monitor: { runbook: 'https://wiki.example/mtls' },
      schedules: { default: RARELY },
      defaults: { timeout: '3s' },
      trustBundles: { lab: { file: world.pki.files.ca } },
      identities: {
        payments: { secret: 'monitor/identity/payments' },
        orders: { secret: 'monitor/identity/orders' },
      },
      endpoints: [
        {
          ...{ name: 'payments', url: `https://127.0.0.1:${server.port}/healthz` },
          ...{ trustBundle: 'lab', admits: ['payments'], owner: 'payments-team' },
        },
      ],
    });
  });
  afterAll(async () => {
    await server?.become('down');
    await world?.end();
  });

  test('before the first run: the command that starts one', async () => {
    const { code, err } = await cli('last', '--stack', 'MtlsMonitor');
    expect([code, err]).toEqual([64, expect.stringMatching(/no run of MtlsMonitor has left a report/)]);
  });

  test('a stack that is not there is named, without a stack trace', async () => {
    const { code, err } = await cli('last', '--stack', 'Nothing');
    expect([code, err]).toEqual([64, expect.stringMatching(/^--stack Nothing cannot be read: /)]);
  });

  test('the last run, in every form; its document and its page lie in the bucket, and hold no key', async () => {
    await run('certificates');
    await server.become('open');
    await run('enforcement');

    const text = await cli('last', '--stack', 'MtlsMonitor');
    expect([text.code, text.err]).toEqual([1, expect.stringMatching(/^The run \S+, started 20/)]);
    expect(text.out).toMatch(/ASKS_BUT_DOES_NOT_VERIFY/);
    const report = reportSchema.parse(
      JSON.parse((await cli('last', '--stack', 'MtlsMonitor', '--format', 'json')).out),
    );
    expect(report.run.complete).toBe(true);
    expect(report.summary).toMatchObject({ endpoints: 1 });
    expect(report.run).toMatchObject({ suites: ['enforcement'], leftOut: 0 });
    expect(report.endpoints).toEqual([
      { name: 'payments', url: `https://127.0.0.1:${server.port}/healthz`, owner: 'payments-team', skipped: [] },
    ]);
    const open = report.checks.find(({ cause }) => cause === 'ASKS_BUT_DOES_NOT_VERIFY');
    expect(open?.runbook).toBe('https://wiki.example/mtls#asks_but_does_not_verify');
    expect(text.out).toContain('https://wiki.example/mtls#asks_but_does_not_verify');
    const certificates = await cli('last', '--stack', 'MtlsMonitor', '--suite', 'certificates');
    expect([certificates.code, certificates.out]).toEqual([0, expect.stringMatching(/0 fail|pass/)]);
    const dated = reportSchema.parse(
      JSON.parse((await cli('last', '--stack', 'MtlsMonitor', '--suite', 'certificates', '--format', 'json')).out),
    );
    expect((dated.dates ?? []).map(({ kind, name }) => `${kind} ${name}`)).toEqual(
      expect.arrayContaining(['identity payments', 'identity orders', expect.stringMatching(/^authority /)]),
    );

    const s3 = s3Of(world.emulator);
    const at = { Bucket: outputs.RunBucketName, Prefix: 'runs/reports/' };
    const keys = ((await s3.send(new ListObjectsV2Command(at))).Contents ?? []).map(({ Key = '' }) => Key);
    expect(keys.map((key) => key.split('/').at(-1))).toEqual([
      ...['report.html.gz', 'report.json.gz', 'report.html.gz', 'report.json.gz'],
    ]);
    const page = { Bucket: outputs.RunBucketName, Key: keys.find((key) => key.includes('enforcement')) ?? '' };
    const { Body, ContentType, ContentEncoding } = await s3.send(new GetObjectCommand(page));
    expect([ContentType, ContentEncoding]).toEqual(['text/html; charset=utf-8', 'gzip']);
    expect(gunzipSync((await Body?.transformToByteArray()) ?? '').toString()).toContain('ASKS_BUT_DOES_NOT_VERIFY');
    // As a browser that was given a link: it unpacks what the header names.
    const shown = await fetch(new URL(`${page.Bucket}/${page.Key}`, world.emulator.env['AWS_ENDPOINT_URL']));
    expect(await shown.text()).toMatch(/^<!doctype html>/i);
    const secrets = (await leftBehind(world.emulator, outputs)).filter((each) => each.includes('PRIVATE KEY'));
    expect(secrets).toEqual([]);
  });

  test('history: what was seen, what was told, the incident; a misspelled check is named', async () => {
    await run('enforcement');
    const { code, out } = await cli('history', 'payments/no-certificate', '--stack', 'MtlsMonitor');
    expect(code).toBe(0);
    expect(out).toMatch(/✘ fail \w+ {2}.*, 2 runs, from default/);
    expect(out).toMatch(/State\n.*told last: regression/);
    const key = /Incidents\n(\S+) {2}open/.exec(out)?.[1] ?? '';
    expect(key).not.toBe('');
    const incident = await cli('history', key, '--stack', 'MtlsMonitor');
    expect([incident.code, incident.out]).toEqual([0, expect.stringContaining('ASKS_BUT_DOES_NOT_VERIFY')]);
    const typo = await cli('history', 'payments/no-certificat', '--stack', 'MtlsMonitor');
    expect([typo.code, typo.err]).toEqual([64, expect.stringContaining('did you mean "payments/no-certificate"?')]);
  });
});
