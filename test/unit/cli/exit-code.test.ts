import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exitCodeOf, FAIL_ON } from '../../../functions/cli/exit-code.ts';
import { nextStep } from '../../../functions/cli/next-step.ts';
import { fail, pass, unsure, waived } from '../../helpers/judged.ts';
import { aReport } from '../../helpers/report.ts';

const critical = fail('ACCEPTED_NO_CERTIFICATE', { severity: 'critical' });
const warning = fail('SERVED_KEY_WEAK', { severity: 'warning' });
const unknown = unsure('TIMED_OUT');

test.each([
  ['critical', [critical], 1],
  ['critical', [warning], 0],
  ['critical', [unknown], 0],
  ['fail', [warning], 1],
  ['fail', [unknown], 0],
  ['inconclusive', [unknown], 2],
  ['inconclusive', [warning, unknown], 1],
  ['inconclusive', [pass(), waived()], 0],
] as const)('--fail-on %s', (failOn, checks, code) => {
  expect(exitCodeOf(aReport(checks), failOn)).toBe(code);
});

test('a run that was not finished is never 0, and what is asked for less often fails less often', () => {
  const checks = fc.array(fc.constantFrom(critical, warning, unknown, pass(), waived()), { maxLength: 6 });
  fc.assert(
    fc.property(checks, fc.boolean(), (all, complete) => {
      const codes = FAIL_ON.map((failOn) => exitCodeOf(aReport(all, { complete }), failOn));
      expect(!complete && codes.includes(0)).toBe(false);
      const failing = codes.map((code) => code !== 0);
      expect(failing).toEqual(failing.toSorted());
    }),
  );
});

test('the next step is one line where nothing is to be done, and says what an exit code of 0 leaves out', () => {
  const asked = { failOn: 'inconclusive' } as const;
  const gap = { endpoint: 'payments', scenario: 'revoked', add: 'x' } as const;
  expect(nextStep(aReport([critical]), 'r.yaml', asked)).toBeNull();
  expect(nextStep(aReport([pass()]), 'r.yaml', asked)).toMatch(/^Next: mtls-monitor plan r\.yaml .*--state FILE/);
  expect(nextStep(aReport([pass()]), 'r.yaml', { ...asked, state: 's' })).not.toMatch(/--state/);
  expect(nextStep(aReport([pass()], { notCovered: [gap] }), 'r.yaml', asked)).toMatch(/forge/);
  const elsewhere = { ...gap, scenario: 'bypass-address' } as const;
  expect(nextStep(aReport([pass()], { notCovered: [elsewhere] }), 'r.yaml', asked)).not.toMatch(/forge/);
  expect(nextStep(aReport([warning, unknown]), 'r.yaml', { failOn: 'critical' })).toMatch(/1 fail and 1 inconclusive/);
});
