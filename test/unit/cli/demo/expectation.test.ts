import { describe, expect, test } from 'vitest';
import { isAsExpected } from '../../../../functions/cli/demo/expectation.ts';
import { DEMO_SERVERS, type DemoServer } from '../../../../functions/cli/demo/servers.ts';
import type { Cause, Code, Verdict } from '../../../../shared/model/names.ts';
import type { CheckResult } from '../../../../shared/model/report.ts';

const server = (expected: DemoServer['expected']): DemoServer => ({
  ...DEMO_SERVERS[0]!,
  name: 'here',
  expected,
});
const result = (verdict: Verdict, code: Code, cause: Cause | null = null, endpoint = 'here') =>
  ({ endpoint, verdict, code, cause }) as CheckResult;

const PASS = result('pass', 'ACCEPTED');
const OPEN = result('fail', 'ACCEPTED_NO_CERTIFICATE', 'CLIENT_CERTIFICATE_OPTIONAL');
const DOWN = result('inconclusive', 'UNREACHABLE', 'ENDPOINT_DOWN');
const right = server({ verdict: 'pass', codes: [], cause: null });
const open = server({ verdict: 'fail', codes: ['ACCEPTED_NO_CERTIFICATE'], cause: 'CLIENT_CERTIFICATE_OPTIONAL' });

describe('a server got the verdict it deserves', () => {
  test.each([
    ['a right one without a finding', right, [PASS]],
    ['a wrong one with exactly its finding', open, [PASS, OPEN]],
    ['whatever befell another endpoint', right, [PASS, result('fail', 'ACCEPTED_PLAINTEXT', null, 'elsewhere')]],
  ])('%s', (_, expected, checks) => {
    expect(isAsExpected(expected, checks)).toBe(true);
  });
});

describe('it did not', () => {
  test.each([
    ['a right one with a finding', right, [PASS, OPEN]],
    ['a right one that could not be judged', right, [PASS, DOWN]],
    ['one without any check', right, []],
    ['a wrong one that passed', open, [PASS]],
    ['a wrong one with another finding beside its own', open, [OPEN, result('fail', 'ACCEPTED_PLAINTEXT')]],
    ['a wrong one whose other checks could not be judged', open, [OPEN, DOWN]],
    ['a wrong one under another cause', open, [{ ...OPEN, cause: null }]],
    ['another endpoint’s finding', open, [{ ...OPEN, endpoint: 'elsewhere' }]],
  ])('%s', (_, expected, checks) => {
    expect(isAsExpected(expected, checks)).toBe(false);
  });
});

describe('the demo’s servers', () => {
  test('each wrong one says what is wrong and how it is cured, and each right one nothing', () => {
    expect(DEMO_SERVERS.length).toBeGreaterThan(7);
    for (const { expected, wrong, cure } of DEMO_SERVERS) {
      expect([wrong === null, cure === null]).toEqual(Array(2).fill(expected.verdict === 'pass'));
      expect(expected.codes.length > 0).toBe(expected.verdict !== 'pass');
    }
  });

  test('names are endpoint names, each once', () => {
    const names = DEMO_SERVERS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z0-9-]+$/);
  });
});
