/** Reads the reports that deployed runs left in their bucket. */
import type { ReportStore } from '../../shared/aws/report-store.ts';
import type { SuiteRequest } from '../../shared/model/names.ts';
import { type Report, reportSchema } from '../../shared/model/report.ts';
import type { ReportPlace } from '../../shared/model/report-place.ts';
import { DAY, type Instant } from '../../shared/model/time.ts';
import { UsageError } from './exit.ts';
import { awsRefused, outputNamed, stackOutputs } from './stack-outputs.ts';

/** The bucket's lifecycle rule keeps them so long. */
const KEPT = 30 * DAY;

export type DeployedReports = {
  /** The newest first. */
  readonly places: () => AsyncIterable<ReportPlace>;
  /** Rejects with a `UsageError` for a document that another version wrote. */
  readonly read: (place: ReportPlace) => Promise<Report>;
};

const readReport = (text: string, name: string): Report => {
  const parsed = reportSchema.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues[0]?.path.join('.');
  throw new UsageError(`the report of ${name} was written by another version of mtls-monitor (at ${where})`);
};

export const deployedReports = (store: Pick<ReportStore, 'places' | 'read'>, now: Instant): DeployedReports => ({
  places: () => store.places(now - KEPT, now),
  read: async (place) => readReport(await store.read(place, 'report.json.gz'), place.run),
});

/** Those of a stack. Rejects with a `UsageError` if AWS refuses. */
export const reportsOfStack = async (stack: string, now: Instant): Promise<DeployedReports> => {
  const bucket = outputNamed(await stackOutputs(stack), 'RunBucketName', stack);
  const [{ storageClient }, { reportStore }] = await Promise.all([
    import('../../shared/aws/clients.ts'),
    import('../../shared/aws/report-store.ts'),
  ]);
  const store = reportStore(storageClient(), bucket);
  const refused = (error: unknown) => awsRefused(`the reports in s3://${bucket}/runs/reports cannot be read`, error);
  return deployedReports(
    {
      async *places(from, until) {
        try {
          yield* store.places(from, until);
        } catch (error) {
          throw refused(error);
        }
      },
      read: (place, file) => store.read(place, file).catch((error: unknown) => Promise.reject(refused(error))),
    },
    now,
  );
};

/** Null where no run has left one. `suite`: null for any. */
export const lastReport = async (
  { places, read }: DeployedReports,
  suite: SuiteRequest | null,
): Promise<Report | null> => {
  for await (const place of places()) if (suite === null || place.suite === suite) return read(place);
  return null;
};
