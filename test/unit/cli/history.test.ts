import pc from 'picocolors';
import { describe, expect, test } from 'vitest';
import { deployedReports, lastReport } from '../../../functions/cli/deployed-reports.ts';
import { UsageError } from '../../../functions/cli/exit.ts';
import {
  type EndpointHistory,
  endpointHistory,
  historyOf,
  incidentNamed,
  incidentsIn,
  sightingsIn,
  spellsOf,
} from '../../../functions/cli/history.ts';
import { endpointText, historyText, incidentsText, incidentText } from '../../../functions/cli/render/history-text.ts';
import { outputNamed } from '../../../functions/cli/stack-outputs.ts';
import type { CheckResult, Report } from '../../../shared/model/report.ts';
import type { ReportPlace } from '../../../shared/model/report-place.ts';
import { absorbDue } from '../../../shared/pipeline/announce/absorb-due.ts';
import { recordResults } from '../../../shared/pipeline/announce/record-results.ts';
import { inParts, wholeReport } from '../../../shared/verdict/make-report.ts';
import { anUpdate, open, pass, startOf, unsure } from '../../helpers/judged.ts';
import { memoryStateStore } from '../../helpers/memory-store.ts';
import { aReport } from '../../helpers/report.ts';

const plain = pc.createColors(false);
const ID = 'payments/valid-identity/checkout';

/** A bucket with these runs, the newest first. */
const aBucket = (
  ...runs: readonly (readonly [suite: ReportPlace['suite'], at: string, checks: readonly CheckResult[]])[]
) => {
  const reads: string[] = [];
  const texts = new Map(
    runs.map(([, at, checks]) => {
      const report = wholeReport(aReport(checks, { id: at }));
      return [at, JSON.stringify({ ...report, run: { ...report.run, startedAt: `2026-12-01T${at}:00.000Z` } })];
    }),
  );
  const reports = deployedReports(
    {
      async *places() {
        yield* runs.map(([suite, run]) => ({ suite, run, startedAt: `2026-12-01T${run}:00Z` }));
      },
      read: async ({ run }) => {
        reads.push(run);
        return texts.get(run) ?? '{}';
      },
    },
    0,
  );
  return { reports, reads };
};

describe('the last report of a deployed monitor', () => {
  const { reports, reads } = aBucket(['enforcement', '09:30', [pass(), open()]], ['certificates', '09:00', [pass()]]);

  test('is the newest of any suite, or of one; no other is read', async () => {
    expect((await lastReport(reports, null))?.run.id).toBe('09:30');
    expect((await lastReport(reports, 'certificates'))?.run.id).toBe('09:00');
    expect(await lastReport(reports, 'isolation')).toBeNull();
    expect(reads).toEqual(['09:30', '09:00']);
  });

  test('comes back whole, each endpoint in one part for each vantage', async () => {
    const report = await lastReport(reports, null);
    expect(wholeReport(inParts(report as Report))).toEqual(report);
    const two = wholeReport(aReport([pass(), open(), pass({ vantage: 'vpc' })]));
    // And one for the identities.
    expect(inParts(two).count).toBe(3);
  });

  test('of another version is named, not shown', async () => {
    const other = aBucket(['all', '09:30', []]).reports;
    await expect(
      deployedReports({ places: other.places, read: async () => '{"schema":"mtls-monitor/report/v9"}' }, 0).read({
        ...{ suite: 'all', run: 'run-9', startedAt: '' },
      }),
    ).rejects.toThrow(/run-9 was written by another version/);
  });
});

test('a stack’s output: by its name, behind a construct’s path, or an error that says what there is', () => {
  expect(outputNamed({ RunBucketName: 'a', OtherRunBucketName1F: 'b' }, 'RunBucketName', 's')).toBe('a');
  expect(outputNamed({ MtlsRunBucketNameA1B2: 'b' }, 'RunBucketName', 's')).toBe('b');
  expect(() => outputNamed({}, 'RunBucketName', 's')).toThrow(UsageError);
  expect(() => outputNamed({ ARunBucketName: 'a', BRunBucketName: 'b' }, 'RunBucketName', 's')).toThrow(
    /several monitors: ARunBucketName \(a\), BRunBucketName \(b\)/,
  );
  expect(() => outputNamed({ RunBucketNames: 'a' }, 'RunBucketName', 's')).toThrow(UsageError);
});

describe('the history of a check', () => {
  const { reports, reads } = aBucket(
    ['enforcement', '09:30', [open()]],
    ['enforcement', '09:25', [open()]],
    ['certificates', '09:20', [pass({ id: 'payments/served-certificate' })]],
    ['enforcement', '09:15', [pass()]],
    ['enforcement', '09:10', [pass()]],
    ['enforcement', '09:05', [unsure()]],
  );

  test('runs with one verdict are one spell, and no more reports are read than are asked for', async () => {
    const spells = spellsOf(await sightingsIn(reports, ID, 4));
    expect(spells.map(({ code, runs }) => [code, runs])).toEqual([
      ['ACCEPTED_NO_CERTIFICATE', 2],
      ['ACCEPTED', 2],
    ]);
    expect(reads).toEqual(['09:30', '09:25', '09:20', '09:15', '09:10']);
  });

  test('says what was seen, what was told, and the incident; an incident is found by its key', async () => {
    const store = memoryStateStore();
    const key = 'endpoint/payments/default/enforcement';
    await recordResults(store, anUpdate(1, [pass()], { key }));
    await recordResults(store, anUpdate(2, [open()], { key }));
    const settings = { remindAfter: 86_400_000, mostClosings: 10 };
    await absorbDue({ store, clock: () => startOf(2), settings }, [key]);
    const known = await incidentsIn(store);
    expect(known).toHaveLength(1);

    const history = await historyOf(ID, await sightingsIn(reports, ID, 50), store, known);
    const text = historyText(history, startOf(3), plain) ?? '';

    expect(text).toMatch(/✘ fail ACCEPTED_NO_CERTIFICATE {2}2026-12-01 09:25:00Z to 2026-12-01 09:30:00Z, 2 runs/);
    expect(text).toMatch(
      /State\n.*fail since 1970-01-01 00:10:00Z \(less than an hour ago\), 1 run on end.*told last: regression, ACCEPTED_NO_CERTIFICATE, critical/,
    );
    expect(text).toMatch(/Incidents\n.* {2}open\n.*endpoint payments\n/);
    const [first] = known;
    expect(first === undefined ? '' : incidentText({ ...first, closedAt: startOf(3) }, plain)).toMatch(
      /closed 1970-01-01/,
    );
  });

  test('without a word: what is open and what closed lately, each with its age; of an endpoint, what does not pass', async () => {
    const store = memoryStateStore();
    const key = 'endpoint/payments/default/enforcement';
    await recordResults(store, anUpdate(2, [open(), pass({ id: 'payments/plaintext' })], { key }));
    const settings = { remindAfter: 86_400_000, mostClosings: 10 };
    await absorbDue({ store, clock: () => startOf(2), settings }, [key]);
    const known = await incidentsIn(store);
    const [first] = known;
    if (first === undefined) throw new Error('no incident');
    const later = startOf(2) + 5 * 3_600_000;

    const all = incidentsText([first, { ...first, closedAt: startOf(3) }], later, plain);
    expect(all).toMatch(/^Open\n {2}[0-9a-f]{8} {2}critical {2}since \S+ \S+ \(5 hours ago\) {2}\w+ of payments\n/);
    expect(all).toMatch(/Closed lately\n.* to .*\(4 hours ago\)/);
    expect(incidentsText([], later, plain)).toBe('Open\n  nothing');

    const text = endpointText((await endpointHistory('payments', store, known)) as EndpointHistory, later, plain);
    expect(text).toMatch(
      /^payments {2}2 checks, 1 pass\n\nChecks that do not pass\n {2}✘ fail since .*\(5 hours ago\)/,
    );
    expect(await endpointHistory('ledger', store, known)).toBeNull();
    expect(await endpointHistory('payments/no-certificat', store, known)).toBeNull();

    const { key: whole } = first.incident;
    expect(incidentNamed(whole.slice(0, 6), known)).toBe(first);
    expect(incidentNamed(whole.slice(0, 5), known)).toBeUndefined();
    expect(incidentNamed(whole, [first, first])).toBeUndefined();
  });

  test('of which nothing is known there is none', async () => {
    expect(historyText(await historyOf('x/no-certificate', [], memoryStateStore(), []), startOf(3), plain)).toBeNull();
  });
});
