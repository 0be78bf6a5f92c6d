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
  return plan(file, 'fleet');
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
  const text = stripVTControlCharacters((await plan(file, 'fleet')).text);

  expect(text).toContain('  e/valid-identity/a\n');
  expect(text).toContain('  e/valid-identity/a from v\n');
  expect(text.split('\n').filter((line) => /^│ e +│ (default|v) +│ default /.test(line))).toHaveLength(2);
});
