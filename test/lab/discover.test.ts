// Forty endpoints from files that people have become a registry that checks, in one command each; a second run changes nothing.
import { spawn } from 'node:child_process';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startNodeServer } from '../../functions/cli/demo/node-server.ts';
import { reportSchema } from '../../shared/model/report.ts';
import { type PkiOnDisk, pkiOnDisk } from '../helpers/pki.ts';

const BIN = resolve(import.meta.dirname, '../../bin/mtls-monitor.mjs');
const STRICT = { tls: null, clients: 'verified', authorizes: true, plaintext: false, serves: 'good' } as const;
const BLACKBOX = 20;
const CLUSTER = 15;
const CLOUD = 5;

let onDisk: PkiOnDisk;
let servers: readonly Awaited<ReturnType<typeof startNodeServer>>[];
beforeAll(async () => {
  onDisk = await pkiOnDisk();
  // Two names lead to each of the twenty: the name and the address are two endpoints of a registry.
  servers = await Promise.all(Array.from({ length: 20 }, () => startNodeServer(STRICT, onDisk.files)));
});
afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  onDisk.remove();
});

const place = (name: string): string => join(onDisk.files.directory, name);
const write = (name: string, text: string | object): string => {
  writeFileSync(place(name), typeof text === 'string' ? text : JSON.stringify(text, null, 1), { mode: 0o640 });
  return place(name);
};
const run = (...args: readonly string[]): Promise<{ code: number | null; out: string; err: string }> =>
  new Promise((done) => {
    const child = spawn(process.execPath, [BIN, ...args], {
      cwd: onDisk.files.directory,
      env: { ...process.env, NO_COLOR: '1' },
    });
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk) => (out += chunk));
    child.stderr.on('data', (chunk) => (err += chunk));
    child.on('close', (code) => done({ code, out, err }));
  });

/** The first twenty places are the address of each server, the others its name. */
const portAt = (index: number): number => servers[index % 20]?.port ?? 0;
const hostAt = (index: number): string => (index < 20 ? '127.0.0.1' : 'localhost');

const blackbox = (): readonly string[] => {
  const { certificate, privateKey } = onDisk.files.identity('payments');
  const targets = Array.from({ length: BLACKBOX }, (_, index) => `https://${hostAt(index)}:${portAt(index)}/healthz`);
  const tls = { ca_file: onDisk.files.ca, cert_file: certificate, key_file: privateKey };
  return [
    write('prometheus.yml', {
      scrape_configs: [
        {
          ...{ job_name: 'mtls', metrics_path: '/probe', params: { module: ['http_mtls'] } },
          static_configs: [{ targets, labels: { team: 'team-edge' } }],
        },
      ],
    }),
    write('blackbox.yml', { modules: { http_mtls: { prober: 'http', http: { tls_config: tls } } } }),
  ];
};

/** Ten Services with a load balancer, and a Gateway with five listeners. */
const cluster = (): string => {
  const at = (index: number) => BLACKBOX + index;
  const services = Array.from({ length: 10 }, (_, index) => ({
    ...{
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: `svc-${index}`, namespace: 'shop', labels: { team: 'team-shop' } },
    },
    spec: { type: 'LoadBalancer', ports: [{ name: 'https', port: portAt(at(index)) }] },
    status: { loadBalancer: { ingress: [{ hostname: hostAt(at(index)) }] } },
  }));
  const listeners = Array.from({ length: 5 }, (_, index) => ({
    ...{ name: `l${index}`, protocol: 'HTTPS', port: portAt(at(10 + index)), hostname: hostAt(at(10 + index)) },
  }));
  const gateway = {
    ...{ apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: { name: 'edge', namespace: 'shop' } },
    spec: { tls: { frontend: { default: { validation: { caCertificateRefs: [{ name: 'ca' }] } } } }, listeners },
  };
  return write('cluster.json', { apiVersion: 'v1', kind: 'List', items: [...services, gateway] });
};

/**
 * A load balancer with five listeners, as `aws elbv2 describe-load-balancers` and `describe-listeners` print them (AWS CLI Command Reference 2, their
 * examples; and "Mutual authentication with TLS in Application Load Balancer"), values replaced.
 */
const cloud = (): readonly string[] => {
  const account = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333';
  const balancer = `${account}:loadbalancer/app/partners/50dc6c495c0c9188`;
  const listener = (index: number) => ({
    ...{ ListenerArn: `${balancer.replace(':loadbalancer/', ':listener/')}/f2f7dc8efc522ab${index}` },
    ...{ LoadBalancerArn: balancer, Port: portAt(BLACKBOX + CLUSTER + index), Protocol: 'HTTPS' },
    Certificates: [
      { CertificateArn: 'arn:aws:acm:eu-west-1:111122223333:certificate/12345678-1234-1234-1234-123456789012' },
    ],
    SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
    DefaultActions: [{ Type: 'forward', TargetGroupArn: `${account}:targetgroup/partners/73e2d6bc24d8a067` }],
    MutualAuthentication: {
      ...{ Mode: 'verify', TrustStoreArn: `${account}:truststore/partners/73e2d6bc24d8a067` },
      ...{ IgnoreClientCertificateExpiry: false, AdvertiseTrustStoreCaNames: 'off' },
    },
  });
  const described = {
    ...{ LoadBalancerArn: balancer, DNSName: 'localhost', CanonicalHostedZoneId: 'Z2P70J7EXAMPLE' },
    ...{ CreatedTime: '2026-11-01T09:15:00.000000+00:00', LoadBalancerName: 'partners', Scheme: 'internal' },
    ...{ VpcId: 'vpc-0123456789abcdef0', State: { Code: 'active' }, Type: 'application', IpAddressType: 'ipv4' },
    AvailabilityZones: [{ ZoneName: 'eu-west-1a', SubnetId: 'subnet-0123456789abcdef0', LoadBalancerAddresses: [] }],
    SecurityGroups: ['sg-0123456789abcdef0'],
  };
  return [
    write('load-balancers.json', { LoadBalancers: [described] }),
    write('listeners.json', { Listeners: Array.from({ length: CLOUD }, (_, index) => listener(index)) }),
  ];
};

describe('forty endpoints', () => {
  test('become a registry that checks, in one command each; a second run changes nothing', async () => {
    const started = await run('discover', ...blackbox(), '--trust-bundle', `corp=${onDisk.files.ca}`);
    expect(started).toMatchObject({ code: 0, err: 'registry: 20 written, 0 already there, 0 left out.\n' });
    const file = write('registry.yaml', started.out);

    expect((await run('discover', cluster(), '--into', file, '--check')).code).toBe(1);
    expect(await run('discover', cluster(), '--into', file, '--write')).toMatchObject({
      code: 0,
      out: expect.stringContaining('15 added, 0 already there, 0 left out.'),
    });
    expect(await run('discover', ...cloud(), '--into', file, '--write')).toMatchObject({ code: 0, err: '' });
    expect(await run('discover', cluster(), '--into', file, '--check')).toMatchObject({ code: 0 });

    const before = readFileSync(file, 'utf8');
    const again = await run('discover', ...blackbox(), cluster(), ...cloud(), '--into', file, '--write');
    expect(again.out).toContain('0 added, 40 already there, 0 left out.');
    expect(readFileSync(file, 'utf8')).toBe(before);
    expect(statSync(file).mode & 0o777).toBe(0o640);

    const { code, out, err } = await run('check', file, '--suite', 'enforcement', '--format', 'json');
    expect(err).not.toMatch(/failed/);
    const report = reportSchema.parse(JSON.parse(out));
    expect(report.summary).toMatchObject({ endpoints: 40, fail: 0, inconclusive: 0 });
    expect(report.checks.filter((each) => each.scenario === 'valid-identity' && each.verdict === 'pass')).toHaveLength(
      40,
    );
    expect(report.endpoints?.find(({ name }) => name === 'shop-svc-3')?.owner).toBe('team-shop');
    const names = report.endpoints?.map(({ name }) => name);
    expect(names).toContain(`app-partners-${portAt(BLACKBOX + CLUSTER)}`);
    expect(code).toBe(0);
  }, 180_000);

  test('without --write nothing is written; a damaged file is named with its line, and the others are read', async () => {
    const file = write('some.yaml', readFileSync(place('registry.yaml'), 'utf8'));
    const more = write('more.csv', 'name,url\nextra,https://extra.corp.example\n');
    const broken = write('broken.json', '{\n  "kind": "Lis');
    const { code, out, err } = await run('import', more, broken, '--into', file);
    expect(code).toBe(0);
    expect(out).toContain('- name: extra\n');
    expect(err).toMatch(/1 would be added.*Nothing is written.*not read: .*broken\.json:2 not JSON/s);
    expect(readFileSync(file, 'utf8')).toBe(readFileSync(place('registry.yaml'), 'utf8'));
    rmSync(file);
  });

  test('a registry whose other endpoints would change stays as it was', async () => {
    const body = '    accepts:\n      body: |+\n        text\n\n';
    const text = `version: 1\nidentities: { a: { secret: x } }\nendpoints:\n  - name: e\n    url: https://e.corp.example\n    admits: [a]\n${body}`;
    const file = write('keep.yaml', text);
    const { code, err } = await run('discover', 'more.csv', '--into', file, '--write');
    expect([code, readFileSync(file, 'utf8')]).toEqual([64, text]);
    expect(err).toContain('keep.yaml stays as it was: the entries cannot be added without changing something else');
  });

  test.each([
    [['nowhere.yml'], /nowhere\.yml cannot be read: ENOENT/],
    [['prometheus.yml', '--write'], /--write needs --into/],
    [['prometheus.yml', '--trust-bundle', 'Corp=ca.pem'], /--trust-bundle Corp=ca\.pem: expected NAME=FILE/],
    [['prometheus.yml', '--trust-bundle', 'corp'], /expected NAME=FILE, such as corp=pki\/ca\.pem/],
    [['prometheus.yml', '--trust-bundle', 'a=b', '--into', 'registry.yaml'], /that of --into has its own/],
    [['blackbox.yml'], /no endpoint for a registry in blackbox\.yml.*they name no targets: give prometheus\.yml/s],
  ])('%j: it says what is wrong', async (args, message) => {
    const { code, err, out } = await run('discover', ...args);
    expect([code, out]).toEqual([64, '']);
    expect(err).toMatch(message);
  });
});
