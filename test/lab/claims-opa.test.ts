/** A real OPA decides: for a server that asks it, and for one that forgot to. What it says is held against what the wire does. */
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { effectOf, envoyInput } from '../../shared/claims/readers/opa/opa-decision.ts';
import { accessSchema } from '../../shared/model/access.ts';
import type { CheckResult } from '../../shared/model/report.ts';
import { principalOf } from '../../shared/pki/test-pki/lab-pki.ts';
import { pkiOnDisk } from '../helpers/pki.ts';
import { freePort } from '../helpers/ports.ts';
import { type Checked, type CommandResult, checkLab, labRegistry, mtlsMonitor } from '../helpers/registry.ts';
import { opaProgram } from '../setup/opa.ts';
import { HOST, type Running, startProcess } from './servers/lab-server.ts';

const program = await opaProgram();
/** What the servers are called in the input. */
const CALLED = 'orders.corp.example';
const POLICY = `package envoy.authz

default allow := false

allow if {
	input.attributes.request.http.host == "${CALLED}"
	input.attributes.source.principal == "${principalOf('payments')}"
	input.attributes.request.http.method in {"GET", "DELETE"}
	input.parsed_path[0] == "orders"
}
`;
/** Without a default: of everybody else there is no decision. */
const UNSURE = `package unsure

allow if input.attributes.source.principal == "${principalOf('payments')}"
`;

type Incident = { readonly cause: string | null; readonly endpoints: readonly string[]; readonly check: string };
type State = { readonly items: readonly { readonly incidents?: { readonly open: readonly Incident[] } }[] };

describe.skipIf(program === null)('OPA', () => {
  let lab: Awaited<ReturnType<typeof pkiOnDisk>>;
  let checked: Checked;
  let opened: readonly Incident[];
  let access: CommandResult;
  let described: CommandResult;
  const running: Pick<Running, 'stop'>[] = [];

  /** Requires a certificate; `asks`: lets in only what OPA admits, as a server must whose policy may be undefined. */
  const start = async (asks: boolean, opa: string): Promise<number> => {
    const { certificate, privateKey } = lab.files.server('good');
    const files = [certificate, privateKey, lab.files.ca, lab.files.crl];
    const [cert, key, ca, crl] = await Promise.all(files.map((file) => readFile(file)));
    const server = createServer(
      { cert, key, ca, crl, requestCert: true, rejectUnauthorized: true },
      async (incoming, outgoing) => {
        const names = (incoming.socket as TLSSocket).getPeerCertificate().subjectaltname ?? '';
        const { method = '', url: path = '' } = incoming;
        const cell = { identity: names.replace(/^URI:/, ''), method, path, host: CALLED };
        const body = JSON.stringify({ input: envoyInput(cell) });
        const answer: unknown = asks ? await (await fetch(opa, { method: 'POST', body })).json() : { result: true };
        outgoing.writeHead(effectOf((answer as { result?: unknown }).result) === 'admit' ? 200 : 403).end();
      },
    );
    const port = await freePort();
    await new Promise<void>((resolve) => server.listen(port, HOST, resolve));
    running.push({ stop: async () => void server.close() });
    return port;
  };

  beforeAll(async () => {
    lab = await pkiOnDisk();
    const directory = await mkdtemp(join(lab.files.directory, 'opa-'));
    const files = [join(directory, 'policy.rego'), join(directory, 'unsure.rego')];
    await Promise.all([POLICY, UNSURE].map((text, at) => writeFile(files[at] ?? '', text)));
    const port = await freePort();
    running.push(await startProcess(program ?? '', [`${HOST}:${port}`, ...files], port));
    const data = `http://${HOST}:${port}/v1/data`;
    const decision = `${data}/envoy/authz/allow`;
    const ports = await Promise.all([
      start(true, decision),
      start(false, decision),
      start(true, `${data}/unsure/allow`),
    ]);
    const endpoint = (name: string, at: number, source: string) => ({
      ...{ name, url: `https://${HOST}:${ports[at]}/orders/1?all=1`, tlsVersions: ['1.3'], refuses: ['orders'] },
      ...{ sources: { [source]: CALLED } },
      routes: [{ method: 'DELETE', path: '/orders/2', admits: ['payments'], refuses: ['orders'] }],
    });
    const endpoints = [
      endpoint('asks', 0, 'authz'),
      endpoint('forgot', 1, 'authz'),
      endpoint('unsure', 2, 'undecided'),
    ];
    const sources = {
      authz: { opa: decision },
      undecided: { opa: `${data}/unsure/allow` },
      closed: { opa: `http://${HOST}:${await freePort()}/v1/data/envoy/authz/allow` },
      unnamed: { opa: decision },
    };
    const [asks, ...others] = endpoints;
    const all = [{ ...asks!, sources: { ...asks!.sources, closed: CALLED } }, ...others];
    const registry = JSON.stringify({ ...JSON.parse(labRegistry(lab.files, all)), sources });
    checked = await checkLab(registry, lab.files, '--state', join(directory, 'state.json'));
    const stateOf = async () => JSON.parse(await readFile(join(directory, 'state.json'), 'utf8'));
    opened = ((await stateOf()) as State).items.flatMap(({ incidents }) => incidents?.open ?? []);
    const file = join(directory, 'registry.yaml');
    await writeFile(file, registry);
    access = await mtlsMonitor('access', file, '--format', 'json');
    described = await mtlsMonitor('describe', '--registry', file);
  }, 60_000);
  afterAll(async () => {
    await Promise.all(running.map(({ stop }) => stop()));
    lab.remove();
  });

  const found = (id: string): CheckResult | undefined => checked.report.checks.find((check) => check.id === id);

  test('a server that asks it agrees', () => {
    expect(found('asks/configured-access/authz')).toMatchObject({
      ...{ verdict: 'pass', code: 'CONFIGURATION_AGREES' },
      message:
        'authz admits and refuses at asks whom the registry names (envoy/authz/allow): of 4 answers the wire showed every one.',
    });
    expect(found('source-health/authz')).toMatchObject({ code: 'SOURCE_OK' });
  });

  test('a server that forgot to ask it is open: one incident with what the wire shows', () => {
    const said = found('forgot/configured-access/authz');
    expect(said).toMatchObject({ verdict: 'fail', code: 'CONFIGURATION_SAYS_REFUSED', severity: 'critical' });
    expect(said?.message).toContain(
      'authz says that forgot refuses orders (a rule refuses it; envoy/authz/allow), and the wire admits it.',
    );
    const seen = found('forgot/foreign-identity/orders#1.3');
    expect([said?.cause, seen?.cause]).toEqual(['ANY_IDENTITY_ACCEPTED', 'ANY_IDENTITY_ACCEPTED']);
    expect(opened).toMatchObject([{ cause: 'ANY_IDENTITY_ACCEPTED', endpoints: ['forgot'], check: seen?.id }]);
  });

  test('a policy without a default decides nothing of everybody else: undefined is no refusal', () =>
    expect(found('unsure/configured-access/undecided')).toMatchObject({
      ...{ verdict: 'inconclusive', code: 'CONFIGURATION_UNDECIDED' },
      message: expect.stringContaining('there was no decision: undefined is not a refusal'),
    }));

  test('one that does not answer, and one that nobody is called in', () => {
    const [closed, unnamed] = ['closed', 'unnamed'].map((name) => found(`source-health/${name}`));
    expect([closed?.code, unnamed?.code]).toEqual(['SOURCE_UNREADABLE', 'SOURCE_UNREADABLE']);
    expect(closed?.message).toMatch(/^closed could not be read: OPA at http:\S+ could not be asked: ECONNREFUSED\.$/);
    expect(unnamed?.message).toContain('add sources: { unnamed: HOST } to one');
  });

  test('access has all three sides: what the registry wants, what OPA decided, what the wire did', () => {
    const { clients, rows } = accessSchema.parse(JSON.parse(access.stdout));
    const orders = clients.findIndex(({ name }) => name === 'orders');
    const sides = rows.map(({ endpoint, route, answers, configured }) => {
      const where = `${endpoint} ${route ?? ''}`.trim();
      return [where, [answers[orders], configured?.[orders]]] as const;
    });
    expect(Object.fromEntries(sides)).toEqual({
      asks: ['refused', 'refused'],
      'asks DELETE /orders/2': ['refused', 'refused'],
      forgot: ['wrongly-admitted', 'refused'],
      'forgot DELETE /orders/2': ['wrongly-admitted', 'refused'],
      unsure: ['refused', 'unknown'],
      'unsure DELETE /orders/2': ['refused', 'unknown'],
    });
    expect(access.exitCode).toBe(1);
  });

  test('describe says what it decided', () => {
    expect(described.stdout).toMatch(/ CONFLICT .* authz\n/);
    expect(described.stdout.replaceAll(/\s+/g, ' ')).toContain(
      'authz, admission: 4 rules (2 admitting, 2 refusing), envoy/authz/allow: as OPA decided when it was asked',
    );
    expect(described.stderr).toContain('closed could not be read: OPA at http://');
  });
});
