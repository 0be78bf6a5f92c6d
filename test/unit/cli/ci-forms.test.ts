import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { PlaceOf } from '../../../functions/cli/render/github.ts';
import { renderGithub } from '../../../functions/cli/render/github.ts';
import { renderJobSummary } from '../../../functions/cli/render/job-summary.ts';
import { renderOpenMetrics } from '../../../functions/cli/render/openmetrics.ts';
import { METRICS } from '../../../shared/publish/metric-catalogue.ts';
import { openMetricsName } from '../../../shared/publish/openmetrics-name.ts';
import { fail, pass, unsure, waived } from '../../helpers/judged.ts';
import { aChain, aReport, hostileReport, textOf } from '../../helpers/report.ts';

const open = (endpoint: string) => {
  const own = { endpoint, severity: 'critical', cause: 'CLIENT_CERTIFICATE_OPTIONAL' } as const;
  return [
    fail('ACCEPTED_NO_CERTIFICATE', { ...own, id: `${endpoint}/no-certificate` }),
    fail('ACCEPTED_SELF_SIGNED', { ...own, id: `${endpoint}/self-signed`, scenario: 'self-signed' }),
  ];
};

describe('github', () => {
  const placeOf: PlaceOf = (section, name) =>
    name === 'known' && section === 'endpoints' ? { file: 'mtls/registry.yaml', line: 12 } : null;
  const linesOf = (...checks: Parameters<typeof aReport>[0]) =>
    textOf(renderGithub(aReport(checks), placeOf))
      .split('\n')
      .slice(0, -1);

  test('one annotation for each cause, at the registry’s line of its endpoint', () => {
    const [first, ...others] = linesOf(...open('known'), unsure('TIMED_OUT', { endpoint: 'elsewhere' }), pass());
    expect(first).toMatch(/^::error file=mtls\/registry\.yaml,line=12,title=known%3A [^:]+::/);
    expect(first).toMatch(/Also: self-signed\. .*ACCEPTED_NO_CERTIFICATE, ACCEPTED_SELF_SIGNED$/);
    expect(others).toEqual([expect.stringMatching(/^::warning title=elsewhere%3A /)]);
  });

  test('GitHub shows ten of a step: equal findings of more than three endpoints are one, the worst first', () => {
    const many = Array.from({ length: 40 }, (_, at) => `e${at}`);
    const lines = linesOf(waived({ endpoint: 'w' }), ...many.flatMap(open));
    expect(lines.map((line) => line.split(' ')[0])).toEqual(['::error', '::notice']);
    expect(lines[0]).toMatch(/title=e0 and 39 others%3A .*::e0, e1, e10, e11, e12 and 35 more\./);
  });
});

describe('markdown', () => {
  test('the figures, each finding once, and the first date', () => {
    const text = textOf(renderJobSummary(aReport([...open('known'), pass()], { servedChains: [aChain()] })));
    expect(text).toMatch(/2 endpoints, 3 checks: \*\*1 pass\*\*, \*\*2 fail\*\*/);
    expect(text.split('\n').filter((line) => line.startsWith('| ✘ fail |'))).toHaveLength(1);
    expect(text).toMatch(/The first to end: `[^`]*in 41 days[^`]*`/);
  });

  test('what an endpoint sends stands in code spans, of which it ends none, nor a cell, nor a line', () => {
    const of = (sent: string) => textOf(renderJobSummary(hostileReport(sent)));
    const hostile = '`|\\|\n# x\n@octocat <img src=x> [a](https://x) https://x.example www.x.example \u202e';
    const outside = (text: string) => text.replaceAll(/`[^`\n]*`/g, '`…`');
    expect(outside(of(hostile))).toBe(outside(of('x')));
  });

  test('a job’s summary has room for 1 MiB', () => {
    const long = 'x'.repeat(5_000);
    const checks = Array.from({ length: 3_000 }, (_, at) =>
      fail('ACCEPTED_NO_CERTIFICATE', {
        endpoint: `e${at}`,
        message: long,
        advice: long,
        waiver: { until: `2027-01-01`, reason: `${at}` },
      }),
    );
    const text = textOf(renderJobSummary(aReport(checks)));
    expect(Buffer.byteLength(text)).toBeLessThan(1_000_000);
    expect(text).toMatch(/\d+ more findings are in the report/);
  });
});

describe('openmetrics', () => {
  const all = aReport([...open('known'), pass({ endpoint: 'known' }), unsure('TIMED_OUT', { endpoint: 'a "b" \\' })], {
    servedChains: [aChain({ endpoint: 'known' })],
  });
  const text = textOf(renderOpenMetrics(all));

  test('has the catalogue’s names in snake case, with base units, and ends with EOF', () => {
    expect(openMetricsName('RunDuration')).toBe('mtls_monitor_run_duration_seconds');
    const known = Object.values(METRICS).map(({ name }) => openMetricsName(name));
    const families = [...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name);
    expect(families.filter((name) => !known.includes(name ?? ''))).toEqual([]);
    expect(new Set(families).size).toBe(families.length);
    expect(text).toMatch(/^mtls_monitor_checks_failed 2$/m);
    expect(text).toMatch(/^mtls_monitor_run_duration_seconds 1\.5$/m);
    expect(text).toMatch(/^mtls_monitor_enforcement_failures\{endpoint="known",vantage="default"\} 2$/m);
    expect(text).toMatch(/^mtls_monitor_days_to_expiry\{endpoint="known",vantage="default"\} 41\.2$/m);
    expect(text).toContain('endpoint="a \\"b\\" \\\\"');
    expect(text).toMatch(/\n# EOF$/);
  });

  test('a suite that was not asked has no count', () => {
    const only = textOf(renderOpenMetrics(aReport([pass({ scenario: 'valid-identity' })])));
    expect(only).not.toMatch(/enforcement_failures|isolation_failures/);
    expect(only).toMatch(/control_accepted/);
  });

  const python = join(import.meta.dirname, '../../../.venv/bin/python');
  const PARSE = `
import sys
from prometheus_client.openmetrics.parser import text_string_to_metric_families
for family in text_string_to_metric_families(sys.stdin.read()):
    for sample in family.samples: print(sample.name, sample.labels.get("endpoint", ""), sample.value)
`;

  test.skipIf(!existsSync(python))('is valid: prometheus_client reads it, also what an endpoint made hostile', () => {
    const read = (input: string) => execFileSync(python, ['-c', PARSE], { input: `${input}\n`, encoding: 'utf8' });
    expect(read(text)).toMatch(/^mtls_monitor_days_to_expiry known 41\.2$/m);
    expect(read(text)).toContain('a "b" \\');
    expect(read(textOf(renderOpenMetrics(hostileReport())))).toContain('mtls_monitor_check_failed');
  });
});
