/**
 * What the probe function uses: CPU of the minified bundle, in batches of two sizes, against nginx on loopback and the emulator of AWS. Prints the record that
 * `shared/plan/measured.ts` holds. CPU is that of the function's process alone; run it on a machine that does little else.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CreateTableCommand, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { build } from 'esbuild';
import { getJson } from '../../shared/aws/json-objects.ts';
import { runStore } from '../../shared/aws/run-store.ts';
import type { Registry } from '../../shared/model/registry.ts';
import { makeBatches } from '../../shared/plan/batches.ts';
import { planEndpoint } from '../../shared/plan/plan.ts';
import { parseRegistry } from '../../shared/registry/parse.ts';
import { startEmulator } from '../aws/support/emulator.ts';
import { configOf } from '../aws/support/monitor.ts';
import { storeIdentity } from '../aws/support/world.ts';
import { pkiOnDisk } from '../helpers/pki.ts';
import { freePort } from '../helpers/ports.ts';
import { HOST, SBIN_PATH, startProcess } from '../lab/servers/lab-server.ts';
import { nginxHttp } from '../lab/servers/nginx-config.ts';
import { pythonTools } from '../setup/python-venv.ts';

const [SMALL, LARGE, WARM_UP, ROUNDS] = [10, 100, 3, 5];
const [BUCKET, TABLE] = ['runs', 'state'];
const run = promisify(execFile);
const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
const address = (at: number, count: number): string => (count === 1 ? HOST : `127.0.2.${at + 1}`);

const tools = await pythonTools();
if (!tools.ok) throw new Error(tools.reason);
const [emulator, pki] = await Promise.all([startEmulator(tools.tool), pkiOnDisk()]);
const directory = await mkdtemp(join(tmpdir(), 'probe-cost-'));
const s3 = new S3Client({ ...configOf(emulator), forcePathStyle: true });
const dynamo = new DynamoDBClient(configOf(emulator));

const startServer = async (port: number) => {
  const { files } = pki;
  const good = files.server('good');
  const file = join(directory, 'nginx.conf');
  await writeFile(
    file,
    `daemon off; master_process off; pid ${directory}/nginx.pid; error_log ${directory}/error.log;
events { worker_connections 4096; }
http {
${nginxHttp(directory)}
  map $ssl_client_s_dn $admitted { default 0; ~CN=payments 1; }
  server {
    listen ${HOST}:${port} ssl; ${Array.from({ length: LARGE }, (_, at) => `listen ${address(at, LARGE)}:${port} ssl;`).join(' ')}
    ssl_certificate ${good.certificate}; ssl_certificate_key ${good.privateKey};
    ssl_client_certificate ${files.ca}; ssl_crl ${files.crl};
    ssl_verify_client on; ssl_verify_depth 2;
    location / { if ($admitted = 0) { return 403; } return 200 "payments: ok\\n"; }
  }
}
`,
  );
  return startProcess('env', [`PATH=${SBIN_PATH}`, 'nginx', '-p', directory, '-e', 'stderr', '-c', file], port);
};

const registryOf = (port: number, count: number) => {
  const secret = (name: string) => ({ secret: `monitor/identity/${name}` });
  const parsed = parseRegistry(
    JSON.stringify({
      version: 1,
      trustBundles: { lab: { file: pki.files.ca } },
      identities: {
        payments: secret('payments'),
        orders: secret('orders'),
        chained: secret('chained'),
        expired: { ...secret('expired'), fault: 'expired' },
        usage: { ...secret('wrong-usage'), fault: 'wrong-usage' },
      },
      endpoints: Array.from({ length: count }, (_, at) => ({
        ...{ name: `service-${at}`, url: `https://${address(at, count)}:${port}/healthz`, serverName: 'localhost' },
        ...{ trustBundle: 'lab', admits: ['payments'] },
      })),
    }),
    '/registry.yaml',
  );
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  return parsed.value.registry;
};

/** Counts what goes through to the server. */
const countingProxy = async (to: number) => {
  let [sent, received] = [0, 0];
  const proxy = createServer((client) => {
    const server = connect(to, HOST);
    client.on('data', (data) => (sent += data.length));
    server.on('data', (data) => (received += data.length));
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const)
      one.on('error', () => other.destroy()).pipe(other);
  });
  await new Promise<void>((resolve) => proxy.listen(0, HOST, resolve));
  const { port } = proxy.address() as AddressInfo;
  return { port, sent: () => sent, received: () => received, stop: () => proxy.close() };
};

const bundled = async (): Promise<string> => {
  const outfile = join(directory, 'index.mjs');
  await build({
    entryPoints: [join(import.meta.dirname, '../../functions/probe/handler.ts')],
    ...{ outfile, bundle: true, minify: true, platform: 'node', target: 'node24', format: 'esm' },
    mainFields: ['module', 'main'],
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'error',
  });
  return outfile;
};

type Measured = {
  readonly importMs: number;
  readonly invocations: readonly { readonly cpuMs: number; readonly wallMs: number }[];
  readonly rssMb: number;
};

/** Invokes one process for runs one after the other, as a warm function is invoked. */
const invoked = async (bundle: string, registry: Registry): Promise<Measured> => {
  const store = runStore(s3, BUCKET);
  const count = registry.endpoints.length;
  const pem = await readFile(pki.files.ca, 'utf8');
  const keys: string[] = [];
  for (let at = 0; at < WARM_UP + ROUNDS; at += 1) {
    const identity = {
      id: `run-${count}-${at}`,
      startedAt: Date.now() - 60_000 + at * 1000,
      suite: 'enforcement',
      schedule: null,
    } as const;
    const batches = makeBatches(registry, identity, { lab: { kind: 'pem', pem } }, new Map());
    if (batches.length !== 1) throw new Error(`${count} endpoints are ${batches.length} batches`);
    await store.putPlan(identity.id, batches);
    keys.push(`runs/${identity.id}/batches/000000.json`);
  }
  // By address, the SDK puts the bucket into the path: no name has to resolve.
  const endpoint = emulator.env['AWS_ENDPOINT_URL']?.replace('localhost', HOST);
  const env = {
    ...emulator.env,
    AWS_ENDPOINT_URL: endpoint,
    RUN_BUCKET: BUCKET,
    STATE_TABLE: TABLE,
    METRICS: 'fleet',
    MONITOR: 'bench',
    UV_THREADPOOL_SIZE: '128',
  };
  const child = join(import.meta.dirname, 'probe-cost-child.ts');
  const { stderr } = await run(process.execPath, [child, bundle, ...keys], { env, maxBuffer: 64 * 1024 ** 2 });
  return JSON.parse(stderr.trim().split('\n').at(-1) ?? '');
};

const bytesOf = async (key: string): Promise<{ readonly stored: number; readonly text: string }> => {
  const { ContentLength = 0 } = await s3.send(new HeadObjectCommand({ Bucket: BUCKET, Key: key }));
  return { stored: ContentLength, text: JSON.stringify(await getJson(s3, BUCKET, key)) };
};

const writesSoFar = async (): Promise<{ readonly items: number; readonly writes: number; readonly bytes: number }> => {
  const { Items = [] } = await dynamo.send(new ScanCommand({ TableName: TABLE }));
  const sizes = Items.map((item) => item['item']?.S?.length ?? item['item']?.B?.length ?? 0);
  const writes = Items.reduce((sum, item) => sum + Number(item['version']?.N ?? 0), 0);
  return { items: Items.length, writes, bytes: median(sizes) };
};

const row = (name: string, value: string): void => console.log(`${name.padEnd(66)}${value}`);
const spread = (values: readonly number[]): string =>
  [Math.min(...values), median(values), Math.max(...values)].map((value) => value.toFixed(1)).join(' ≤ ');

try {
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  await dynamo.send(
    new CreateTableCommand({
      TableName: TABLE,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    }),
  );
  for (const name of ['payments', 'orders', 'chained', 'expired', 'wrong-usage'] as const)
    await storeIdentity({ emulator, pki }, name);
  const port = await freePort();
  const server = await startServer(port);
  try {
    const bundle = await bundled();
    const registry = registryOf(port, 1);
    const [first] = registry.endpoints;
    const checks = first === undefined ? 0 : planEndpoint(first, registry.identities, ['enforcement']).checks.length;
    const small = await invoked(bundle, registryOf(port, SMALL));
    const large = await invoked(bundle, registryOf(port, LARGE));
    const warm = ({ invocations }: Measured) => invocations.slice(WARM_UP).map(({ cpuMs }) => cpuMs);
    const [few, many] = [median(warm(small)), median(warm(large))];
    const sweep = (many - few) / (LARGE - SMALL);
    row('checks of a sweep (enforcement)', String(checks));
    row('import of the bundle, CPU ms', spread([small.importMs, large.importMs]));
    row(`first invocation, ${SMALL} endpoints, CPU ms`, String(small.invocations[0]?.cpuMs.toFixed(0)));
    row(`first invocation, ${LARGE} endpoints, CPU ms`, String(large.invocations[0]?.cpuMs.toFixed(0)));
    row(`warm, ${SMALL} endpoints, CPU ms`, spread(warm(small)));
    row(`warm, ${LARGE} endpoints, CPU ms`, spread(warm(large)));
    row(`warm, ${LARGE} endpoints, wall ms`, spread(large.invocations.slice(WARM_UP).map(({ wallMs }) => wallMs)));
    row(
      'a sweep, CPU ms (slope); a batch without sweeps, CPU ms',
      `${sweep.toFixed(1)}; ${(few - SMALL * sweep).toFixed(0)}`,
    );
    row('resident memory after all, MB', large.rssMb.toFixed(0));
    const prefix = `runs/run-${LARGE}-${WARM_UP}`;
    for (const kind of ['batches', 'results']) {
      const { stored, text } = await bytesOf(`${prefix}/${kind}/000000.json`);
      row(
        `${kind}: bytes an endpoint, stored; as text`,
        `${Math.round(stored / LARGE)}; ${Math.round(text.length / LARGE)}`,
      );
      if (kind === 'results') {
        const { checks: found } = JSON.parse(text) as {
          readonly checks: readonly { readonly verdict: string; readonly code: string }[];
        };
        const counts = Map.groupBy(found, ({ verdict, code }) => `${verdict} ${code}`);
        row('results', [...counts].map(([name, all]) => `${name} ${all.length}`).join(', '));
      }
    }
    const proxy = await countingProxy(port);
    await invoked(bundle, registryOf(proxy.port, 1));
    proxy.stop();
    const counted = [proxy.sent(), proxy.received()].map((bytes) => Math.round(bytes / (WARM_UP + ROUNDS) / checks));
    row('bytes a check, sent; received', counted.join('; '));
    const state = await writesSoFar();
    row('state: items; writes of all runs; bytes of an item', `${state.items}; ${state.writes}; ${state.bytes}`);
  } finally {
    await server.stop();
  }
} finally {
  await emulator.stop();
  pki.remove();
  await rm(directory, { recursive: true, force: true });
}
