/** What the monitor never connects to, whoever names it: a stand-in for the runtime API of a Lambda function hears nothing. */
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { reportSchema } from '../../../shared/model/report.ts';
import { listen } from '../../helpers/peers.ts';
import { labRegistry, mtlsMonitorIn } from '../../helpers/registry.ts';
import { type Lab, startLab } from './lab.ts';

const PATH = '2018-06-01/runtime/invocation/next';
let lab: Lab;
let connections = 0;
let port = 0;

beforeAll(async () => {
  lab = await startLab();
  const server = createServer((_request, response) => response.end('an event'));
  server.on('connection', () => {
    connections += 1;
  });
  ({ port } = await lab.keep(listen(server)));
});
afterAll(() => lab.end());

test('an endpoint, another way in and a CRL at the runtime API or at metadata: a code each, and no packet', async () => {
  const bypasses = [
    `http://localhost:${port}/${PATH}`,
    `https://0.0.0.0:${port}/${PATH}`,
    'http://169.254.169.254/latest/',
  ];
  const registry = JSON.parse(
    labRegistry(lab.files, [
      { name: 'runtime', url: `https://127.0.0.1:${port}/${PATH}`, bypasses },
      { name: 'metadata', url: 'https://[fd00:ec2::254]/' },
    ]),
  );
  registry.trustBundles.lab.crls = [{ url: `http://[::ffff:127.0.0.1]:${port}/${PATH}` }];
  const file = join(lab.files.directory, 'refused-addresses.yaml');
  await writeFile(file, JSON.stringify(registry));

  const env = { AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}` };
  const { stdout } = await mtlsMonitorIn(env, 'check', file, '--format', 'json');
  const { checks } = reportSchema.parse(JSON.parse(stdout));

  const ofEndpoints = checks.filter(({ endpoint }) => endpoint !== null);
  expect(ofEndpoints.length).toBeGreaterThan(15);
  for (const { id, verdict, code, cause } of ofEndpoints)
    expect([id, verdict, code, cause]).toEqual([id, 'inconclusive', 'ADDRESS_REFUSED', 'ADDRESS_REFUSED']);
  const ways = checks.filter(({ scenario }) => scenario === 'bypass-address');
  expect(new Set(ways.map(({ subject }) => subject)).size).toBe(bypasses.length);
  expect(connections).toBe(0);
});

test('without a runtime API, loopback is an endpoint as any other', async () => {
  const file = join(lab.files.directory, 'loopback.yaml');
  await writeFile(file, labRegistry(lab.files, [{ name: 'loopback', url: `https://127.0.0.1:${port}/` }]));
  await mtlsMonitorIn({}, 'check', file, '--format', 'json');
  expect(connections).toBeGreaterThan(0);
});
