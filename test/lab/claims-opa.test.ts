/** A real OPA decides: for a server that asks it, and for one that forgot to. What it says is held against what the wire does. */
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { createServer, request } from 'node:https';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { askOpa, type Decided } from '../../functions/cli/ask-opa.ts';
import { type Cell, effectOf, envoyInput } from '../../shared/claims/readers/opa/opa-decision.ts';
import { principalOf } from '../../shared/pki/test-pki/lab-pki.ts';
import { pkiOnDisk } from '../helpers/pki.ts';
import { freePort } from '../helpers/ports.ts';
import { opaProgram } from '../setup/opa.ts';
import { HOST, type Running, startProcess } from './servers/lab-server.ts';

const program = await opaProgram();
/** Nothing is said of what is neither: undefined. */
const POLICY = `package envoy.authz

allow if {
	input.attributes.source.principal == "${principalOf('payments')}"
	input.attributes.request.http.method == "GET"
}

allow := false if input.attributes.source.principal == "${principalOf('orders')}"
`;
const CELLS: readonly Cell[] = (['payments', 'orders'] as const).flatMap((name) =>
  ['GET', 'DELETE'].map((method) => ({ identity: principalOf(name), method, path: '/orders/1' })),
);
const NAMES = new Map((['payments', 'orders'] as const).map((name) => [principalOf(name), name]));

describe.skipIf(program === null)('OPA', () => {
  let lab: Awaited<ReturnType<typeof pkiOnDisk>>;
  let opa: Running;
  let server: string;
  let decided: Decided;
  const servers: Running[] = [];

  beforeAll(async () => {
    lab = await pkiOnDisk();
    const file = join(await mkdtemp(join(lab.files.directory, 'opa-')), 'policy.rego');
    await writeFile(file, POLICY);
    const port = await freePort();
    server = `http://${HOST}:${port}`;
    opa = await startProcess(
      program ?? '',
      ['run', '--server', '--addr', `${HOST}:${port}`, '--log-level', 'error', file],
      port,
    );
    decided = await askOpa({ server, policy: 'envoy/authz/allow', cells: CELLS });
  });
  afterAll(async () => {
    await Promise.all([opa, ...servers].map(({ stop }) => stop()));
    lab.remove();
  });

  /** Requires a certificate; `asks`: lets in only what OPA admits, as a server must whose policy may be undefined. */
  const start = async (asks: boolean): Promise<Running> => {
    const { certificate, privateKey } = lab.files.server('good');
    const [cert, key, ca] = await Promise.all([certificate, privateKey, lab.files.ca].map((file) => readFile(file)));
    const running = createServer(
      { cert, key, ca, requestCert: true, rejectUnauthorized: true },
      async (incoming, outgoing) => {
        const names = (incoming.socket as TLSSocket).getPeerCertificate().subjectaltname ?? '';
        const cell = { identity: names.replace(/^URI:/, ''), method: incoming.method ?? '', path: incoming.url ?? '' };
        const body = JSON.stringify({ input: envoyInput(cell) });
        const url = `${server}/v1/data/envoy/authz/allow`;
        const answer: unknown = asks ? await (await fetch(url, { method: 'POST', body })).json() : { result: true };
        outgoing.writeHead(effectOf((answer as { result?: unknown }).result) === 'admit' ? 200 : 403).end();
      },
    );
    const port = await freePort();
    await new Promise<void>((resolve) => running.listen(port, HOST, resolve));
    const started = { port, stop: async () => void running.close() };
    servers.push(started);
    return started;
  };

  const statusOf = async (port: number, { identity, method, path }: Cell): Promise<number> => {
    const files = lab.files.identity(NAMES.get(identity) ?? 'payments');
    const [cert, key, ca] = await Promise.all(
      [files.certificate, files.privateKey, lab.files.ca].map((file) => readFile(file)),
    );
    return new Promise((resolve, reject) => {
      const options = { host: HOST, port, method, path, cert, key, ca, agent: false, servername: 'localhost' };
      request(options, (response) => resolve(response.resume().statusCode ?? 0))
        .once('error', reject)
        .end();
    });
  };
  const onTheWire = (port: number) => Promise.all(CELLS.map((cell) => statusOf(port, cell)));

  test('each cell has its decision; undefined is no refusal', () => {
    expect(decided.problems).toEqual([]);
    expect(
      decided.admission.rules.map(({ effect, all }) => [all[0]?.any[0]?.text, all[1]?.any[0]?.text, effect]),
    ).toEqual([
      [principalOf('payments'), 'GET', 'admit'],
      [principalOf('payments'), 'DELETE', 'undefined'],
      [principalOf('orders'), 'GET', 'refuse'],
      [principalOf('orders'), 'DELETE', 'refuse'],
    ]);
  });

  test('a server that asks it agrees', async () => {
    expect(await onTheWire((await start(true)).port)).toEqual([200, 403, 403, 403]);
  });

  test('a server that forgot to admits whom OPA refuses', async () => {
    const wire = await onTheWire((await start(false)).port);
    const open = decided.admission.rules.filter(({ effect }, at) => effect === 'refuse' && wire[at] === 200);
    expect(open.map(({ all }) => all[0]?.any[0]?.text)).toEqual([principalOf('orders'), principalOf('orders')]);
  });

  test('what OPA does not know is undefined, and what does not answer is a problem', async () => {
    const [cell] = CELLS.slice(0, 1);
    const unknown = await askOpa({ server, policy: 'no/such/policy', cells: [cell!] });
    expect(unknown.admission.rules).toMatchObject([{ effect: 'undefined' }]);
    const closed = await askOpa({ server: `http://${HOST}:${await freePort()}`, policy: 'a', cells: [cell!] });
    expect(closed).toMatchObject({
      admission: { rules: [] },
      problems: [{ message: 'OPA could not be asked: ECONNREFUSED' }],
    });
  });
});
