/** `mtls-monitor configuration`, as a CI job runs it: what warns, what fails, and what says nothing. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mtlsMonitor } from '../helpers/registry.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mtls-monitor-configuration-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const namespace = (name: string) => `apiVersion: v1
kind: Namespace
metadata: { name: ${name}, labels: { istio-injection: enabled } }
`;
const policy = (name: string, mode: string) => `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: ${name} }
spec:
  mtls: { mode: ${mode} }
`;
const service = (name: string) => `apiVersion: v1
kind: Service
metadata: { name: checkout, namespace: ${name} }
spec: { selector: { app: checkout }, ports: [{ name: https, port: 8443 }] }
`;

/** Exit code, and what was printed, of `configuration` with these documents in one file. */
const judged = async (documents: readonly string[], ...args: readonly string[]) => {
  const file = join(folder, 'mesh.yaml');
  await writeFile(file, documents.join('---\n'));
  const { exitCode, stdout, stderr } = await mtlsMonitor('configuration', file, ...args);
  return { exitCode, said: stdout + stderr, file };
};

test('STRICT is right', async () => {
  const { exitCode, said } = await judged([namespace('shop'), policy('shop', 'STRICT'), service('shop')]);
  expect([exitCode, said]).toEqual([0, expect.stringContaining('1 endpoint: 0 critical, 0 warnings')]);
});

test('PERMISSIVE warns at its line, and fails where warnings do', async () => {
  const documents = [namespace('shop'), policy('shop', 'PERMISSIVE'), service('shop')];
  const { exitCode, said, file } = await judged(documents, '--format', 'github');
  expect(exitCode).toBe(0);
  expect(said).toContain(`::warning file=${file},line=9,title=CONFIGURATION_PERMISSIVE::`);
  expect((await judged(documents, '--fail-on', 'warning')).exitCode).toBe(1);
});

test('a namespace of the mesh without a policy fails', async () => {
  const { exitCode, said } = await judged([namespace('shop'), service('shop')], '--format', 'github');
  expect(exitCode).toBe(1);
  expect(said).toMatch(/::error file=\S+,line=\d+,title=CONFIGURATION_WITHOUT_POLICY::/);
});

test('what says nothing is no success, and what is not there is wrong usage', async () => {
  const empty = await judged([service('shop')]);
  expect([empty.exitCode, empty.said]).toEqual([2, expect.stringContaining('Nothing in these files says')]);
  const { exitCode, stderr } = await mtlsMonitor('configuration', join(folder, 'gone.yaml'));
  expect([exitCode, stderr]).toEqual([64, expect.stringContaining('no such file')]);
});

test('a kind that no reader knows is passed over, and a damaged object is named with its place', async () => {
  const ingress = 'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: web }\n';
  const sound = [namespace('shop'), policy('shop', 'STRICT'), service('shop')];
  expect((await judged([...sound, ingress], '--verbose')).said).toContain('Ingress of networking.k8s.io/v1');
  expect((await judged([...sound, ingress])).exitCode).toBe(0);
  const damaged = policy('other', 'STRICT').replace('mtls: { mode: STRICT }', 'mtls: strict');
  const { exitCode, said } = await judged([...sound, damaged]);
  expect([exitCode, said.replaceAll(/\s+/g, ' ')]).toEqual([
    2,
    expect.stringMatching(/mesh\.yaml:\d+ PeerAuthentication other\/default spec\.mtls: expected a map/),
  ]);
});
