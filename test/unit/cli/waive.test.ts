import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type WaiveOptions, waive } from '../../../functions/cli/commands/waive.ts';
import { parseRegistry } from '../../../shared/registry/parse.ts';

const REGISTRY = `# our registry
version: 1
x-common: &common { trustBundle: public, owner: team-a }
identities:
  checkout: { secret: a } # the shop
endpoints:
  # the one that pays
  - name: payments
    url: https://payments.corp.example/   # port 443
    admits: [checkout]
    <<: *common

  - { name: ledger, url: "https://ledger.corp.example/", admits: [checkout] } # books
  - name: audit
    url: https://audit.corp.example/
    admits: [checkout]
    waivers: # known
      - { scenario: revoked, until: 2027-03-31, reason: "CRL: later" } # the old gateway
`;
/** A Tuesday. */
const NOW = Date.parse('2027-03-23T09:30:00Z');

let [folder, file] = ['', ''];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'waive-'));
  file = join(folder, 'registry.yaml');
  await writeFile(file, REGISTRY);
});
afterEach(() => rm(folder, { recursive: true }));

const add = (endpoint: string, own: Partial<WaiveOptions> = {}) =>
  waive(file, endpoint, { cause: 'CLIENT_CERTIFICATE_OPTIONAL', until: 'friday', reason: 'migration', ...own }, NOW);
const text = () => readFile(file, 'utf8');
const waiversOf = async (name: string) => {
  const parsed = parseRegistry(await text(), file);
  if (!parsed.ok) throw new Error(parsed.errors[0].message);
  return parsed.value.registry.endpoints
    .find((each) => each.name === name)
    ?.waivers.map(({ scenario, cause, untilDate, reason }) => [scenario ?? cause, untilDate, reason]);
};

describe('a waiver that the command writes', () => {
  test('is of a cause or a scenario: of a code, the error names the scenario', async () => {
    await expect(add('payments', { cause: 'ACCEPTED_NO_CERTIFICATE' })).rejects.toThrow(
      /is a code, not a cause: --scenario no-certificate waives it/,
    );
  });

  test.each(['payments', 'ledger', 'audit'])('stands at %s, and every comment stays', async (name) => {
    expect(await add(name)).toContain('until the end of 2027-03-26 (UTC)');
    expect(await waiversOf(name)).toContainEqual(['CLIENT_CERTIFICATE_OPTIONAL', '2027-03-26', 'migration']);
    const after = await text();
    for (const [comment] of REGISTRY.matchAll(/# .*$/gm)) expect(after).toContain(comment);
    expect(after).toContain('<<: *common');
    expect((await waiversOf('audit'))?.[0]).toEqual(['revoked', '2027-03-31', 'CRL: later']);
  });

  const ONE = '{ cause: CLIENT_CERTIFICATE_OPTIONAL, until: 2027-03-26, reason: migration }';

  test.each([
    ['payments', '    <<: *common\n', `    <<: *common\n    waivers:\n      - ${ONE}\n`],
    ['ledger', 'admits: [checkout] } # books', `admits: [checkout], waivers: [${ONE}] } # books`],
    ['audit', '# the old gateway\n', `# the old gateway\n      - ${ONE}\n`],
  ])('changes nothing else of the text: %s', async (name, before, after) => {
    await add(name);
    expect(await text()).toBe(REGISTRY.replace(before, after));
  });

  test('is added twice, to the same list', async () => {
    await add('ledger');
    await add('ledger', { cause: 'ENDPOINT_DOWN', reason: 'a: "b" # c' });
    expect(await waiversOf('ledger')).toEqual([
      ['CLIENT_CERTIFICATE_OPTIONAL', '2027-03-26', 'migration'],
      ['ENDPOINT_DOWN', '2027-03-26', 'a: "b" # c'],
    ]);
  });

  test('extends a waiver of the same', async () => {
    expect(await add('audit', { cause: undefined, scenario: 'revoked', until: '2027-12-31' } as never)).toContain(
      'it was until 2027-03-31',
    );
    expect(await waiversOf('audit')).toEqual([['revoked', '2027-12-31', 'migration']]);
  });

  test.each([
    ['payment', {}, 'did you mean "payments"?'],
    ['payments', { cause: 'CLIENT_CERTIFICATE_OPTIONALLY' }, 'did you mean "CLIENT_CERTIFICATE_OPTIONAL"?'],
    ['payments', { cause: undefined }, 'expected one of --scenario and --cause'],
    ['payments', { scenario: 'revoked' }, 'expected one of --scenario and --cause'],
    ['payments', { subject: 'checkout' }, 'a subject belongs to a scenario'],
    ['payments', { until: 'never' }, 'expected a duration'],
    ['payments', { until: '2027-03-22' }, 'is over'],
    ['payments', { reason: '' }, '--reason is empty'],
  ])('%s %j is refused, and the file stays as it was', async (name, own, message) => {
    await expect(add(name, own as never)).rejects.toThrow(message);
    expect(await text()).toBe(REGISTRY);
  });

  test('is refused where waivers come from elsewhere', async () => {
    const merged = REGISTRY.replace(
      'owner: team-a }',
      'owner: team-a, waivers: [{ scenario: revoked, until: 2027-03-31, reason: r }] }',
    );
    await writeFile(file, merged);
    await expect(add('payments')).rejects.toThrow('by hand');
    expect(await text()).toBe(merged);
  });

  test('stands in the file that holds the endpoint: the registry keeps its bytes', async () => {
    const main = REGISTRY.replace('version: 1', 'version: 1\ninclude: [more.yaml]');
    await writeFile(file, main);
    const more = join(folder, 'more.yaml');
    await writeFile(
      more,
      'endpoints:\n  - { name: extra, url: "https://extra.corp.example", admits: [checkout] } # one\n',
    );
    expect(await add('extra')).toContain('more.yaml: extra waives');
    expect(await text()).toBe(main);
    expect(await readFile(more, 'utf8')).toMatch(/waivers: \[\{ cause: .* \}\] \} # one\n$/);
    await add('ledger');
    expect(await text()).toContain('CLIENT_CERTIFICATE_OPTIONAL');
  });
});
