import pc from 'picocolors';
import { describe, expect, test } from 'vitest';
import { renderGithub } from '../../../functions/cli/render/github.ts';
import { renderJunit } from '../../../functions/cli/render/junit.ts';
import { renderText } from '../../../functions/cli/render/report-text.ts';
import type { CheckResult } from '../../../shared/model/report.ts';
import { aReport, textOf } from '../../helpers/report.ts';

const HOSTILE = 'ends in "\u001b[2J</failure>\r\n::error::x %0A\u202e';
const aResult = (own: Partial<CheckResult>): CheckResult => ({
  ...{ id: 'payments/no-certificate', endpoint: 'payments', scenario: 'no-certificate', subject: null, route: null },
  ...{ address: '127.0.0.1:443', tls: '1.3', vantage: 'default', verdict: 'pass', code: 'REJECTED_BY_TLS_ALERT' },
  ...{ severity: 'none', cause: null, message: 'refused', advice: null, reproduce: null, waiver: null, evidence: [] },
  ...own,
});
const report = aReport([
  aResult({}),
  aResult({
    id: 'payments/plaintext',
    scenario: 'plaintext',
    verdict: 'fail',
    code: 'ACCEPTED_PLAINTEXT',
    severity: 'critical',
    cause: 'PLAINTEXT_ACCEPTED',
    message: HOSTILE,
    advice: 'TLS only',
  }),
  aResult({
    id: 'payments/self-signed',
    scenario: 'self-signed',
    verdict: 'inconclusive',
    code: 'TIMED_OUT',
    severity: 'warning',
    message: HOSTILE,
  }),
  aResult({
    id: 'payments/revoked/old',
    scenario: 'revoked',
    subject: 'old',
    verdict: 'waived',
    code: 'ACCEPTED_REVOKED',
    severity: 'info',
    waiver: { until: '2027-03-31', reason: 'soon' },
  }),
]);

describe('whatever an endpoint sends', () => {
  test.each([
    ['text', () => textOf(renderText(report, pc.createColors(false)))],
    ['junit', () => textOf(renderJunit(report))],
    ['github', () => textOf(renderGithub(report))],
  ])('%s holds no control character but line ends', (_name, render) => {
    expect(render().replaceAll('\n', '')).not.toMatch(/\p{Cc}|\u202e/u);
  });
});

describe('junit', () => {
  test('the time of a check is that of the connections that were made for it', () => {
    const seen = { presented: null, address: null, tls: '1.3', certificateRequested: true } as const;
    const ended = { kind: 'alerted', phase: 'request', alert: 'certificate_required', number: 116 } as const;
    const evidence = [
      { ...seen, ended, durationMs: 40 },
      { ...seen, ended, durationMs: 900, sharedFrom: 'orders' },
    ];
    expect(textOf(renderJunit(aReport([aResult({ evidence })])))).toContain('time="0.040"');
  });

  test('counts each verdict as its own, and what was sent closes no element', () => {
    const text = textOf(renderJunit(report));
    expect(text).toContain('tests="4" failures="1" errors="1" skipped="1"');
    expect(text.match(/<\/failure>/g)).toHaveLength(1);
  });
});

describe('github', () => {
  test('an annotation a check that is not as it must be, on a line of its own; what was sent starts none', () => {
    const lines = textOf(renderGithub(report)).split('\n');
    expect(lines.map((line) => line.split(' ')[0])).toEqual(['::error', '::warning', '::notice', '4']);
    expect(lines.slice(0, 3).every((line) => line.lastIndexOf('\n::') === -1 && !line.includes('%0A'))).toBe(true);
  });
});
