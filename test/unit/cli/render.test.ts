import pc from 'picocolors';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { renderChanges } from '../../../functions/cli/render/changes.ts';
import { renderGithub } from '../../../functions/cli/render/github.ts';
import { renderJunit } from '../../../functions/cli/render/junit.ts';
import { renderText } from '../../../functions/cli/render/report-text.ts';
import { widthOf } from '../../../functions/cli/render/wrap.ts';
import { SCENARIO_NAMES } from '../../../shared/model/names.ts';
import type { CheckResult } from '../../../shared/model/report.ts';
import { aReport, textOf } from '../../helpers/report.ts';
import { aMark, aTransition, at, decided } from '../../helpers/transition.ts';

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

test('the text names the runbook’s section of a finding that has one', () => {
  const one = aResult({ verdict: 'fail', code: 'ACCEPTED_PLAINTEXT', severity: 'critical', runbook: 'https://w/m#x' });
  const { runbook: _, ...without } = one;
  expect(textOf(renderText(aReport([one]), pc.createColors(false)))).toMatch(/^ {4}read {3}https:\/\/w\/m#x$/m);
  expect(textOf(renderText(aReport([without]), pc.createColors(false)))).not.toMatch(/^ {4}read/m);
});

test('the text and its last line say which waivers have to be looked at, and what is silenced', () => {
  const one = aReport([aResult({})]);
  const note = { endpoint: 'payments', scenario: null, subject: null, route: null, until: '2027-03-31', reason: 'r' };
  const waivers = [
    { ...note, cause: 'CRL_STALE', note: 'ends-soon' } as const,
    { ...note, cause: null, scenario: 'revoked', subject: 'old', note: 'matches-nothing' } as const,
  ];
  const silence = { id: 's', endpoint: 'a', until: null, reason: 'r', by: '', incidents: 1 };
  const silences = [silence, { ...silence, until: '2027-03-31T00:00:00.000Z' }];
  const text = textOf(renderText({ ...one, summary: { ...one.summary, waivers, silences } }, pc.createColors(false)));
  expect(text).toContain('payments: the waiver of CRL_STALE until 2027-03-31 ends within two days');
  expect(text).toContain('payments: the waiver of revoked of old until 2027-03-31 covers nothing');
  expect(text).toMatch(/, 2 waivers to look at, 1 silence, 1 acknowledged \(/);
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

describe('equal findings of many endpoints', () => {
  const open = (endpoint: string, own: Partial<CheckResult> = {}) =>
    aResult({
      ...{ id: `${endpoint}/no-certificate`, endpoint, verdict: 'fail', code: 'ACCEPTED_NO_CERTIFICATE' },
      ...{ severity: 'critical', message: `${endpoint} let everybody in`, advice: 'close it', ...own },
    });
  const names = Array.from({ length: 2_000 }, (_, at) => `e${at}`);
  const many = (own: (at: number) => Partial<CheckResult> = () => ({})) =>
    aReport(names.map((name, at) => open(name, own(at))));
  const linesOf = (of: ReturnType<typeof aReport>, verbose = false) =>
    textOf(renderText(of, pc.createColors(false), { verbose })).split('\n');

  test('are one, with their number and the first names; --verbose lists each', () => {
    const lines = linesOf(many());
    expect(lines.length).toBeLessThan(35);
    expect(lines.filter((line) => line.startsWith('✘'))).toHaveLength(2);
    expect(lines).toContainEqual('✘ e0 and 1999 others: accepted no certificate  critical');
    expect(lines).toContainEqual(expect.stringMatching(/where {2}e0, e1, e10, e100, e1000 and 1995 more/));
    expect(lines).toContainEqual(expect.stringMatching(/cure {3}close it$/));
    const all = linesOf(many(), true);
    expect(all.filter((line) => line.startsWith('✘ e'))).toHaveLength(2_000);
  });

  test('of which one has another cure: the cure is called the first one’s', () => {
    const lines = linesOf(many((at) => (at === 1_999 ? { advice: 'renew it' } : {})));
    expect(lines).toContainEqual(expect.stringMatching(/cure {3}close it \(of the first/));
  });

  test.each<[string, Partial<CheckResult>]>([
    ['code', { code: 'ACCEPTED_PLAINTEXT' }],
    ['cause', { cause: 'CLIENT_CERTIFICATE_OPTIONAL' }],
    ['verdict', { verdict: 'inconclusive' }],
    ['waiver', { verdict: 'waived', waiver: { until: '2027-03-31', reason: 'soon' } }],
  ])('are not equal with another %s', (_, own) => {
    const lines = linesOf(many((at) => (at === 7 ? own : {})));
    expect(lines).toContainEqual(expect.stringMatching(/^[✘?~] e7: /));
    expect(lines).toContainEqual(expect.stringContaining('e0 and 1998 others: accepted no certificate'));
  });

  test('up to three are all shown', () => {
    const lines = linesOf(aReport(['a', 'b', 'c'].map((name) => open(name))));
    expect(lines.filter((line) => /^✘ [abc]: /.test(line))).toHaveLength(3);
  });

  test('share a row of marks where there are more than sixty endpoints', () => {
    const mixed = aReport(names.map((name, at) => (at < 2 ? open(name) : aResult({ endpoint: name }))));
    const grid = (lines: readonly string[]) => lines.slice(lines.findIndex((line) => line.includes('none')));
    const rows = grid(linesOf(mixed)).filter((line) => /^e\d+ /.test(line));
    expect(rows.map((row) => row.trim().split(/\s{2,}/))).toEqual([
      ['e0 and 1 more', '✘'],
      ['e2 and 1997 more', '✔'],
    ]);
    expect(grid(linesOf(mixed, true)).filter((line) => /^e\d+ /.test(line))).toHaveLength(2_000);
  });
});

describe('a terminal’s width', () => {
  const wide = (message: string) =>
    aResult({
      ...{ verdict: 'fail', code: 'ACCEPTED_PLAINTEXT', severity: 'critical', cause: 'PLAINTEXT_ACCEPTED', message },
      ...{ endpoint: 'a-service-with-a-name-that-is-longer-than-half-of-sixty-columns', reproduce: 'curl --key x y' },
    });
  const message = `${'words of a message '.repeat(12)}${'x'.repeat(90)} 表示幅は二倍である 表示幅は二倍である`;
  const all = aReport(SCENARIO_NAMES.map((scenario) => ({ ...wide(message), id: `a/${scenario}`, scenario })));

  test.each([60, 80, 100, 132, 200])('of %d columns holds every line, but a command that is to be copied', (width) => {
    const lines = textOf(renderText(all, pc.createColors(true), { width })).split('\n');
    const tooWide = lines.filter((line) => stringWidth(line) > width && !line.includes('try'));
    expect(tooWide).toEqual([]);
    expect(lines.filter((line) => line.includes('curl --key x y'))).toHaveLength(1);
  });

  test('texts go on under their beginning', () => {
    const lines = textOf(renderText(aReport([wide(message)]), pc.createColors(false), { width: 60 })).split('\n');
    const at = lines.findIndex((line) => line.startsWith('    what   '));
    expect(lines[at + 1]).toMatch(/^ {11}\S/);
  });

  test.each<[string, Parameters<typeof widthOf>, number]>([
    ['a terminal', [{ isTTY: true, columns: 90 }, undefined], 90],
    ['a narrow one', [{ isTTY: true, columns: 20 }, undefined], 60],
    ['a wide one', [{ isTTY: true, columns: 400 }, undefined], 200],
    ['a pipe', [{}, undefined], Number.POSITIVE_INFINITY],
    ['a pipe with COLUMNS', [{}, '72'], 72],
    ['COLUMNS that is no number', [{}, 'many'], Number.POSITIVE_INFINITY],
    ['a terminal without a width', [{ isTTY: true, columns: 0 }, undefined], Number.POSITIVE_INFINITY],
  ])('of %s', (_what, given, width) => {
    expect(widthOf(...given)).toBe(width);
  });
});

describe('changes since the last run', () => {
  const changes = decided(
    Array.from({ length: 50 }, (_, n) => at(`e${n}`, 'no-certificate', { cause: 'CLIENT_CERTIFICATE_OPTIONAL' })),
  );
  const lines = (verbose?: boolean) => renderChanges(changes, pc.createColors(false), { verbose }).split('\n');

  test('one incident is one line; --verbose lists its checks', () => {
    expect(lines()).toHaveLength(2);
    expect(lines()[1]).toContain('regression e0 and 49 others: client certificate optional');
    expect(lines(true)).toHaveLength(52);
    expect(lines(true)).toContain(`${' '.repeat(13)}e49/no-certificate`);
  });

  test('what is told of one incident in two kinds stands together', () => {
    const incident = aMark({ key: 'one' });
    const other = aTransition({ id: 'x', kind: 'blind', incident: aMark({ key: 'two' }) });
    const kinds = renderChanges(
      [aTransition({ id: 'a', incident }), other, aTransition({ id: 'b', kind: 'blind', incident })],
      pc.createColors(false),
    ).split('\n');
    expect(kinds.slice(1).map((line) => line.trim().split(' ')[0])).toEqual(['regression', 'blind', 'blind']);
  });

  test('the first run says so, and what is remembered: there is no last one', () => {
    const colors = pc.createColors(false);
    const first = { endpoints: 1, checks: 12 };
    const text = renderChanges([], colors, { first });
    expect(text).toContain('the first run with this state file. It remembers 12 checks of 1 endpoint,');
    expect(text).toContain('Nothing to announce yet: ');
    const told = renderChanges(changes, colors, { first });
    expect(told).toMatch(/^Announced in the first run\n {2}regression e0 and 49 others.*\nThis is the first run/);
    expect(renderChanges([], colors)).toMatch(/^Nothing to announce since the last run: /);
  });

  test('a closing says how long it was open, and why it is over', () => {
    const closing = aTransition({
      kind: 'recovery',
      message: 'It is right again, 2 h after it began.',
      incident: aMark({ closedBecause: 'right' }),
    });
    expect(renderChanges([closing], pc.createColors(false))).toContain(
      'recovery   payments: accepted no certificate: right again  It is right again, 2 h after it began.',
    );
  });
});
