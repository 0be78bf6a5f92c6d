import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { plan } from '../../../functions/cli/commands/plan.ts';

const directory = mkdtempSync(join(tmpdir(), 'plan-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const planned = (budget: string) => {
  const file = join(directory, 'registry.yaml');
  writeFileSync(
    file,
    `version: 1\n${budget}\nidentities: { a: { secret: a } }\nendpoints:\n  - { name: e, url: "https://e.example", admits: [a] }\n`,
  );
  return plan(file, { metrics: 'fleet' });
};

test('prints the sum and its assumptions, and refuses a registry above its budget', async () => {
  const [within, above] = [await planned('monitor: { budget: 100 }'), await planned('monitor: { budget: 1 }')];

  expect(within.refusal).toBeNull();
  expect(within.text).toMatch(/Assumptions/);
  expect(above.text).toBe(within.text);
  expect(above.refusal).toMatch(/the budget is \$1\./);
});

test('shows each endpoint once for each of its vantages', async () => {
  const file = join(directory, 'vantages.yaml');
  const identities = 'identities: { a: { secret: a } }\nvantages: { v: { vpcId: vpc-1 } }';
  writeFileSync(
    file,
    `version: 1\n${identities}\nendpoints:\n  - { name: e, url: "https://e.example", admits: [a], from: [default, v] }\n`,
  );
  const text = stripVTControlCharacters((await plan(file, { metrics: 'fleet' })).text);

  expect(text).toContain('  e/valid-identity/a\n');
  expect(text).toContain('  e/valid-identity/a from v\n');
  expect(text.split('\n').filter((line) => /^│ e +│ (default|v) +│ default /.test(line))).toHaveLength(2);
});

const written = (name: string, text: string): string => {
  const file = join(directory, name);
  writeFileSync(file, text);
  return file;
};
const many = (count: number) =>
  written(
    `many-${count}.yaml`,
    `version: 1\nmonitor: { denyPrivate: true, allowAddresses: [10.20.0.0/16] }\nidentities: { a: { secret: a }, b: { secret: b } }\nendpoints:\n${Array.from({ length: count }, (_, at) => `  - { name: e${at}, url: "https://e${at}.example", admits: [${at === 7 ? 'a, b' : 'a'}] }`).join('\n')}\n`,
  );
const textOf = async (...args: Parameters<typeof plan>) => stripVTControlCharacters((await plan(...args)).text);

test('above sixty endpoints: equal ones share a line, and each scenario is counted', async () => {
  const summary = await textOf(many(400));
  expect(summary.split('\n').length).toBeLessThan(80);
  expect(summary).toMatch(/^ +401 valid-identity$/m);
  expect(summary).toMatch(/^ +400 no-certificate$/m);
  expect(summary).toMatch(/^ +2 identity-health$/m);
  expect(summary).toMatch(/│ e0, e1, e2 and 396 more +│ default +│/);
  expect(summary).toMatch(/│ e7 +│ default +│/);
  expect(summary).toContain('--verbose lists each');
  expect(summary).toContain('no connection goes to a private address, but for 10.20.0.0/16.');

  const [verbose, small, asked] = await Promise.all([
    textOf(many(400), { verbose: true }),
    textOf(many(60)),
    textOf(many(60), { summary: true }),
  ]);
  expect(verbose.split('\n').filter((line) => /^ {2}e\d+\/no-certificate$/.test(line))).toHaveLength(400);
  expect(small).toContain('  e59/no-certificate\n');
  expect(asked).not.toContain('e59/no-certificate');
});

test('lists what check judges: each identity by itself, and what a run has to find first', async () => {
  const text = await textOf(many(2));
  expect(text).toContain('  identity-health/a\n  identity-health/b\n');
  expect(text).toContain('  e0/rotation/a (only where the secret has another version than the current one)\n');
  expect(text).toContain('  e0/missing-intermediate (only where');
  expect(text).not.toMatch(/no-certificate \(/);
});

test('prices keys of one’s own as the deployment does, in the budget too', async () => {
  const [with_, without] = await Promise.all([plan(many(2), { secretKeys: true }), plan(many(2))]);
  const requests = (text: string) =>
    Number(/KMS: requests +│ +([\d,.]+)/.exec(stripVTControlCharacters(text))?.[1]?.replaceAll(',', ''));
  expect(requests(with_.text)).toBeGreaterThan(requests(without.text));
  const sum = (text: string) => Number(/sum[ │]+\$([\d.]+)/.exec(stripVTControlCharacters(text))?.[1]);
  expect(sum(with_.text)).toBeGreaterThan(sum(without.text));
  const between = (sum(with_.text) + sum(without.text)) / 2;
  const file = written(
    'budget.yaml',
    `version: 1\nmonitor: { budget: ${between} }\nidentities: { a: { secret: a }, b: { secret: b } }\nendpoints: [{ name: e0, url: "https://e0.example", admits: [a] }, { name: e1, url: "https://e1.example", admits: [a] }]\n`,
  );
  expect((await plan(file)).refusal).toBeNull();
  expect((await plan(file, { secretKeys: true })).refusal).toContain('monitor.budget');
});
