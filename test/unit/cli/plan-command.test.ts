import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
