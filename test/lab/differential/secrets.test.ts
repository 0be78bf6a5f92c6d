/** No secret header reaches a server that curl refuses with the same trust bundle: each rule of RFC 5280 §6.1, at each place, on the wire. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type PkiOnDisk, pkiOnDisk } from '../../helpers/pki.ts';
import { type Checked, checkLab, labRegistry } from '../../helpers/registry.ts';
import { versionLine } from '../servers/installed.ts';
import { HOST } from '../servers/lab-server.ts';
import { everyChain } from './chains.ts';
import { codesOf } from './ours.ts';
import { askedByCurl, type SecretServer, startSecretServers } from './secret-servers.ts';

const OURS = 'Bearer of-the-monitor';
const CURLS = 'Bearer of-curl';
const VARIABLE = 'MTLS_MONITOR_LAB_TOKEN';

const registryOf = (servers: readonly SecretServer[], lab: PkiOnDisk): string => {
  const endpoints = servers.map(({ case: { name, peer }, port }) => ({
    name,
    url: `https://${HOST}:${port}/`,
    serverName: peer?.value ?? HOST,
    trustBundle: name,
    http: { headers: { authorization: { env: VARIABLE } } },
  }));
  const registry = JSON.parse(labRegistry(lab.files, endpoints));
  for (const { case: each, bundle } of servers) registry.trustBundles[each.name] = { file: bundle };
  return JSON.stringify(registry);
};

const curl = await versionLine('curl', '--version');
if (process.env['CI'] === 'true') test('curl on OpenSSL is here', () => expect(curl).toContain('OpenSSL/'));

describe.runIf(curl?.includes('OpenSSL/') === true)(`secrets beside ${curl?.split(' (')[0]}`, () => {
  const cases = everyChain();
  let lab: PkiOnDisk;
  let servers: readonly SecretServer[] = [];
  let exits: ReadonlyMap<string, number>;
  let checked: Checked;

  beforeAll(async () => {
    lab = await pkiOnDisk();
    const { directory } = lab.files;
    servers = await startSecretServers(cases, directory);
    exits = await askedByCurl(servers, directory, CURLS);
    process.env[VARIABLE] = OURS;
    checked = await checkLab(registryOf(servers, lab), lab.files, '--suite', 'certificates');
  }, 300_000);
  afterAll(() => {
    delete process.env[VARIABLE];
    for (const { stop } of servers) stop();
    lab.remove();
  });

  const nameOf = (server: SecretServer): string => server.case.name;
  const refused = () => servers.filter((server) => exits.get(nameOf(server)) !== 0);
  const hears = (secret: string) => (server: SecretServer) => server.heard.has(secret);
  const served = (name: string) =>
    checked.report.checks.find(({ endpoint, scenario }) => endpoint === name && scenario === 'served-certificate');

  test('every chain is served, but for those that OpenSSL cannot load', () => {
    const names = new Set(servers.map(nameOf));
    const left = cases.filter(({ name }) => !names.has(name));
    // Two have a certificate whose key OpenSSL cannot read.
    const malformed = left.filter((each) => codesOf(each).includes('SERVED_CHAIN_MALFORMED'));
    expect(malformed).toHaveLength(2);
    const others = left.filter((each) => !malformed.includes(each));
    expect(others.map(codesOf)).toEqual(others.map(() => ['unreadable']));
    expect(left).toHaveLength(14);
  });
  test('curl takes many, refuses many, for their certificates alone, and keeps its own secret from those', () => {
    // 60: refused by its verifier. 35: the same, for what its OpenSSL cannot read.
    expect(new Set(exits.values())).toEqual(new Set([0, 35, 60]));
    expect(refused().length).toBeGreaterThan(250);
    expect(servers.filter(hears(CURLS)).map(nameOf)).toEqual(
      servers.map(nameOf).filter((name) => exits.get(name) === 0),
    );
    expect(servers.filter(hears(CURLS)).length).toBeGreaterThan(300);
  });
  test('what curl refuses hears no secret of ours, and is called sound nowhere', () => {
    expect(refused().filter(hears(OURS)).map(nameOf)).toEqual([]);
    const verdicts = Map.groupBy(refused(), (server) => served(nameOf(server))?.verdict);
    // A bundle that nobody can read says nothing of the server.
    expect([...verdicts.keys()].sort()).toEqual(['fail', 'inconclusive']);
    const untold = Map.groupBy(verdicts.get('inconclusive') ?? [], (server) => served(nameOf(server))?.code);
    expect([...untold.keys()].sort()).toEqual(['TRUST_BUNDLE_UNUSABLE', 'UNREACHABLE']);
    // No signature algorithm of TLS 1.3 is for such a key: the server refuses every client.
    expect(untold.get('UNREACHABLE')?.map(nameOf)).toEqual(['encoding-curve-secp256k1-leaf']);
  });
  test('what we call sound does hear it', () => {
    const sound = servers.filter((server) => served(nameOf(server))?.verdict === 'pass');
    expect(sound.length).toBeGreaterThan(250);
    expect(sound.filter((server) => !hears(OURS)(server)).map(nameOf)).toEqual([]);
  });
  test('nor does any other scenario tell it: all of them, at a server of each fault', async () => {
    const faults = Map.groupBy(refused(), (server) => served(nameOf(server))?.code);
    const chosen = [...faults.values()].flatMap((each) => each.slice(0, 1));
    const { report } = await checkLab(registryOf(chosen, lab), lab.files);
    expect(faults.size).toBeGreaterThanOrEqual(12);
    expect(new Set(report.checks.map(({ scenario }) => scenario)).size).toBeGreaterThanOrEqual(12);
    expect(chosen.filter(hears(OURS)).map(nameOf)).toEqual([]);
  });
});
