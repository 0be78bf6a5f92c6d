/** Writes a run's report into the run bucket, as the command line writes its own, and before it what the dashboard shows of it. */
import type { ReportStore } from '../../shared/aws/report-store.ts';
import type { SnapshotStore } from '../../shared/aws/snapshot-store.ts';
import type { PartStore, ReportInParts, ReportPart } from '../../shared/model/report.ts';
import type { ReportFile } from '../../shared/model/report-place.ts';
import { snapshotOf } from '../../shared/overview/run-snapshot.ts';
import { keptReport } from '../../shared/pipeline/run/kept-report.ts';
import type { ReportPorts } from '../../shared/pipeline/run/report-run.ts';
import { renderHtml } from '../cli/render/html/page.ts';
import { packedParts } from '../process/packed-parts.ts';
import { packedText } from './packed-text.ts';
import { reportJson } from './report-json.ts';

/** The largest report that is kept: of 10,000 endpoints. A larger one would take minutes of each run, and no browser shows its page. */
const MOST_CHECKS = 250_000;

/** Parts that stay as they are: some 100 MB, where each is read six times and unpacking is most of the work. */
const UNPACKED = 2_000;

const partStore = (tidy: () => void): PartStore => {
  const first = new Map<number, ReportPart>();
  const others = packedParts(tidy);
  return {
    keep: (index, part) => {
      if (index < UNPACKED) first.set(index, part);
      else others.keep(index, part);
    },
    part: (index) => first.get(index) ?? others.part(index),
  };
};

const FORMS: Readonly<Record<ReportFile, (report: ReportInParts) => Iterable<string>>> = {
  'report.json.gz': reportJson,
  'report.html.gz': renderHtml,
};

/** `onFailure`: of what must not fail the run, whose announcements are out. */
export const keepReportWith =
  (
    stores: { readonly reports: Pick<ReportStore, 'put'>; readonly snapshots: Pick<SnapshotStore, 'put'> },
    results: ReportPorts['results'],
    tidy: () => void,
    onFailure: (error: Error) => void,
  ): NonNullable<ReportPorts['keepReport']> =>
  async (run, { batches, ...ended }) => {
    try {
      const report = await keptReport(run, results(run.id, batches), ended, partStore(tidy));
      await stores.snapshots.put(run, snapshotOf(report, run));
      if (report.summary.checks > MOST_CHECKS)
        throw new Error(`it has ${report.summary.checks} checks, and at most ${MOST_CHECKS} are kept`);
      const place = { startedAt: report.run.startedAt, suite: run.suite, run: run.id };
      for (const [file, render] of Object.entries(FORMS))
        await stores.reports.put(place, file as ReportFile, await packedText(render(report)));
    } catch (error) {
      onFailure(error as Error);
    }
  };
