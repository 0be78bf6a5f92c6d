import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { keepReportWith } from '../../../functions/report/keep-report.ts';
import { packedText } from '../../../functions/report/packed-text.ts';
import { reportJson } from '../../../functions/report/report-json.ts';
import { reportSchema } from '../../../shared/model/report.ts';
import { reportPrefix } from '../../../shared/model/report-place.ts';
import type { BatchResult } from '../../../shared/model/run.ts';
import { snapshotKey, snapshotSchema } from '../../../shared/model/snapshot.ts';
import { wholeReport } from '../../../shared/verdict/make-report.ts';
import { open, pass } from '../../helpers/judged.ts';
import { aChain, aReport, hostileReport, textOf } from '../../helpers/report.ts';

const run = { id: 'run-1', startedAt: Date.parse('2026-12-01T09:30:00Z'), suite: 'all', schedule: null } as const;
const ended = { batches: 1, whole: true, finishedAt: run.startedAt + 700, runbook: null, silences: [] };

const keeping = (results: (runId: string, batches: number) => AsyncIterable<BatchResult | null>) => {
  const written = new Map<string, string>();
  const failures: string[] = [];
  const keep = keepReportWith(
    {
      snapshots: { put: async (of, snapshot) => void written.set(snapshotKey(of), JSON.stringify(snapshot)) },
      reports: {
        put: async (place, file, packed) => {
          written.set(`${reportPrefix(place)}${file}`, gunzipSync(packed).toString('utf8'));
        },
      },
    },
    results,
    () => {},
    ({ message }) => failures.push(message),
  );
  return { keep, written, failures };
};

const of = (checks: BatchResult['checks']) =>
  async function* (): AsyncIterable<BatchResult> {
    yield { checks, servedChains: [], notCovered: [], complete: true, due: [] };
  };

test('the document and the page of a run lie beside one another, as check writes them', async () => {
  const { keep, written, failures } = keeping(of([pass(), open()]));
  await keep(run, ended);
  const folder = 'runs/reports/2026-12-01/093000Z-all-run-1';
  expect([...written.keys()]).toEqual([
    'runs/snapshots/all/all.json.gz',
    `${folder}/report.json.gz`,
    `${folder}/report.html.gz`,
  ]);
  const snapshot = snapshotSchema.parse(JSON.parse(written.get('runs/snapshots/all/all.json.gz') ?? ''));
  expect([snapshot.rows.length, snapshot.reasons.map(({ code }) => code)]).toEqual([1, ['ACCEPTED_NO_CERTIFICATE']]);
  const report = reportSchema.parse(JSON.parse(written.get(`${folder}/report.json.gz`) ?? ''));
  expect([report.run.id, report.summary.fail, report.run.complete]).toEqual(['run-1', 1, true]);
  expect(written.get(`${folder}/report.html.gz`)).toContain('ACCEPTED_NO_CERTIFICATE');
  expect(failures).toEqual([]);
});

test('what cannot be kept fails nothing: it is passed on', async () => {
  const broken = keeping(() => {
    throw new Error('S3 is down');
  });
  await broken.keep(run, ended);
  expect(broken.failures).toEqual(['S3 is down']);
});

test('a piece that cannot be made rejects, and leaves no half of a document', async () => {
  const pieces = (function* () {
    yield 'begun';
    throw new Error('a damaged part');
  })();
  await expect(packedText(pieces)).rejects.toThrow('a damaged part');
});

test('the document in the bucket is the report, part by part', () => {
  for (const report of [aReport([]), aReport([pass(), open()], { servedChains: [aChain()] }), hostileReport()])
    expect(JSON.parse(textOf(reportJson(report)))).toEqual(wholeReport(report));
});
