import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import ICAL from 'ical.js';
import pc from 'picocolors';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { access } from '../../../functions/cli/commands/access.ts';
import { expiry, withinOf } from '../../../functions/cli/commands/expiry.ts';
import { accessMarkdown, accessReport } from '../../../functions/cli/render/access-forms.ts';
import { calendar } from '../../../functions/cli/render/calendar.ts';
import { expiryMarkdown, expiryText } from '../../../functions/cli/render/expiry-forms.ts';
import { accessSchema } from '../../../shared/model/access.ts';
import { type Ending, expirySchema } from '../../../shared/model/expiry.ts';
import { DAY } from '../../../shared/model/time.ts';
import { overviewOf } from '../../../shared/overview/overview.ts';
import { wholeReport } from '../../../shared/verdict/make-report.ts';
import { fleetReport } from '../../helpers/fleet-report.ts';
import { pass } from '../../helpers/judged.ts';
import { aReport, hostileReport, textOf } from '../../helpers/report.ts';

const NOW = Date.parse('2026-01-01T00:00:00.000Z');
const anEnding = (own: Partial<Ending> = {}): Ending => ({
  ...{ kind: 'served', name: 'CN=payments', of: null, at: '2026-03-01T23:59:59.000Z', hoursLeft: 1, endpoints: ['a'] },
  ...own,
});
const eventsIn = (text: string) =>
  new ICAL.Component(ICAL.parse(text) as unknown as unknown[])
    .getAllSubcomponents('vevent')
    .map((each) => new ICAL.Event(each));

describe('the calendar', () => {
  test('has a whole day for each end that is to come', () => {
    const events = eventsIn(calendar([anEnding({ hoursLeft: -1 }), anEnding()], NOW));
    expect(events.map(({ summary, startDate }) => [summary, startDate.toString()])).toEqual([
      ['certificate CN=payments (a) ends', '2026-03-01'],
    ]);
  });

  test('the same end has the same id, another end another one', () => {
    const [one, again, other] = [anEnding(), anEnding({ hoursLeft: 9 }), anEnding({ at: '2026-03-02T00:00:00.000Z' })];
    const ids = [one, again, other].map((each) => eventsIn(calendar([each], NOW))[0]?.uid);
    expect(ids[0]).toBe(ids[1]);
    expect(ids[0]).not.toBe(ids[2]);
  });

  test('whatever a certificate is called, it reads back, in lines of at most 75 octets', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 200 }),
        fc.array(fc.string({ unit: 'binary' })),
        (name, endpoints) => {
          const text = calendar([anEnding({ kind: 'identity', name, endpoints })], NOW);
          for (const line of text.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
          expect(text.replaceAll('\r\n', '')).not.toMatch(/[\p{Cc}\u202e]/u);
          const events = eventsIn(text);
          expect(events).toHaveLength(1);
          if (!/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(name)) expect(events[0]?.summary).toBe(`identity ${name} ends`);
        },
      ),
    );
  });
});

describe('what ends, as text', () => {
  const overview = overviewOf(fleetReport(8), NOW);

  test('the first to end first, and what could not be seen', () => {
    const lines = expiryText({ ...overview, undated: [{ kind: 'identity', name: 'torn', why: 'is torn.' }] }, 80).split(
      '\n',
    );
    expect(lines[0]).toBe('2026-01-08 (in 7 days)    CRL corporate.crl (trust bundle corporate)');
    expect(lines.at(-1)).toBe('not seen                  identity torn: is torn.');
    expect(expiryText({ endings: [], undated: [] }, 80)).toBe('No date was seen.');
  });

  test.each([
    ['30d', 30 * DAY],
    ['0d', 0],
    ['30', null],
    ['d', null],
    ['1.5d', null],
    ['-1d', null],
  ])('%s within', (text, value) => {
    expect(withinOf(text)).toBe(value);
  });
});

describe('Markdown', () => {
  test('holds a row for each, and what differs stands out', () => {
    expect(expiryMarkdown(overviewOf(fleetReport(8), NOW)).split('\n')).toContain(
      '| 2026-01-08 (in 7 days) | CRL `corporate.crl` | `corporate` |',
    );
    const text = accessMarkdown(overviewOf(fleetReport(8), NOW), false);
    expect(text).toContain('| `service-0` and 3 more | yes | no |');
    expect(text).toContain('**YES!**');
  });

  test('whatever an endpoint sends stays in its code span, and in its cell', () => {
    const evil = '`](javascript:x)|@channel<img src=x>\n# h\u202e';
    const overview = overviewOf(hostileReport(evil), NOW);
    for (const text of [expiryMarkdown(overview), accessMarkdown(overview, true)]) {
      expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u);
      // Outside of code spans nothing of it is left.
      expect(text.replaceAll(/`[^`\n]*`/g, '')).not.toMatch(/javascript|channel|img/);
      const rows = text.split('\n').filter((line) => line.startsWith('|'));
      const cells = rows.map((line) => line.replaceAll('\\|', '').split('|').length);
      expect(new Set(cells).size).toBe(1);
    }
  });
});

test('who may call what, for the terminal: the table, what differs, and the numbers last', () => {
  const overview = overviewOf(fleetReport(8), NOW);
  const lines = textOf(accessReport(overview, pc.createColors(false), { verbose: false, width: 120 })).split('\n');
  expect(lines[0]).toBe('Who may call what');
  expect(lines).toContain('  service-5: orders is admitted, and must be refused');
  expect(lines.at(-1)).toMatch(/^2 answers differ from the registry, /);
  const none = overviewOf(aReport([]), NOW);
  expect(textOf(accessReport(none, pc.createColors(false), { verbose: false, width: 120 }))).toBe('nothing was asked');
});

describe('of a saved report', () => {
  let folder: string;
  const [report, out] = [() => join(folder, 'report.json'), () => join(folder, 'out')];
  const common = () => ({ report: report(), output: out(), concurrency: 1, secrets: 'none' }) as const;
  const save = (of: Parameters<typeof wholeReport>[0]) => writeFile(report(), JSON.stringify(wholeReport(of)));
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'overview-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  test('JSON is as its schema says', async () => {
    await save(fleetReport(8));
    expect(await access(undefined, { ...common(), format: 'json' })).toBe(1);
    expect(accessSchema.parse(JSON.parse(await readFile(out(), 'utf8'))).rows).toHaveLength(8);
    await expiry(undefined, { ...common(), format: 'json' });
    expect(expirySchema.parse(JSON.parse(await readFile(out(), 'utf8'))).endings).toHaveLength(10);
  });

  test('exit codes: nothing wrong, and what ends within the time that was asked', async () => {
    await save(fleetReport(8, true));
    expect(await access(undefined, { ...common(), format: 'markdown' })).toBe(0);
    expect(await expiry(undefined, { ...common(), format: 'ics' })).toBe(0);
    expect(await expiry(undefined, { ...common(), format: 'text', within: 36_500 * DAY })).toBe(1);
    await save(aReport([pass()], { complete: false }));
    expect(await access(undefined, { ...common(), format: 'text' })).toBe(2);
    expect(await expiry(undefined, { ...common(), format: 'markdown' })).toBe(2);
  });

  test.each([
    ['{}', /is no report of check --format json at schema/],
    ['no json', /is no report of check --format json/],
  ])('%s is refused', async (text, said) => {
    await writeFile(report(), text);
    await expect(access(undefined, { ...common(), format: 'json' })).rejects.toThrow(said);
  });

  test('a registry or a report, and not both', async () => {
    const { report: _, ...neither } = common();
    await expect(expiry(undefined, { ...neither, format: 'json' })).rejects.toThrow('give a registry, or --report');
    await expect(expiry('registry.yaml', { ...common(), format: 'json' })).rejects.toThrow('one of the two');
    await expect(expiry(undefined, { ...common(), report: 'nope.json', format: 'json' })).rejects.toThrow(
      'cannot be read',
    );
  });
});
