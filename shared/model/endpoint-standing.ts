/** How each endpoint stood in its last run of each suite: what a dashboard shows of the endpoints that send no metric, and how long a sweep took. */
import { z } from 'zod';
import { ENDPOINT_METRICS, SUITES, type Suite } from './names.ts';

const count = z.number().int().nonnegative();

/** A statistic set, as CloudWatch takes it. */
const spread = z.object({ count, sum: z.number(), min: z.number(), max: z.number() });

export const endpointStanding = z
  .object({
    endpoint: z.string().meta({ description: 'Its name in the registry.' }),
    vantage: z.string().meta({ description: 'Where the run’s connections started from.' }),
    schedule: z.string().meta({ description: 'The endpoint’s schedule.' }),
    suite: z.enum(SUITES).meta({ description: 'A run of several suites leaves a standing for each.' }),
    runId: z.string().meta({ description: 'The last run of this suite that left a result.' }),
    startedAt: z.number().meta({ description: 'When that run started, milliseconds since 1970.' }),
    durationMs: z.number().nonnegative().nullable().meta({
      description:
        'How long the endpoint’s sweep took in that run: all its suites, addresses and routes, waits for a free connection included, milliseconds. Null where it was not measured.',
    }),
    verdicts: z
      .object({ pass: count, fail: count, inconclusive: count, waived: count })
      .meta({ description: 'Numbers of this suite’s checks, by verdict.' }),
    figures: z
      .partialRecord(z.enum(ENDPOINT_METRICS), z.union([z.number(), spread]))
      .meta({ description: 'The run’s values of the endpoint’s metrics. A metric that was not measured is left out.' }),
    unusual: z.array(z.enum(ENDPOINT_METRICS)).meta({
      description:
        'Metrics whose last value was unusual. At the level `sparse` these were sent, and the first value that is not unusual is sent, too.',
    }),
  })
  .meta({ description: 'How one endpoint stood in its last run of one suite, from one vantage.' });
export type EndpointStanding = z.infer<typeof endpointStanding>;
export type Figures = EndpointStanding['figures'];

/** What the standings of one item have in common. */
export type StandingPlace = { readonly vantage: string; readonly schedule: string; readonly suite: Suite };

/** One item of the state table. Many endpoints need several: the first has the key of the place, the others also have their number. */
export type StandingItem = {
  readonly key: string;
  /** Number of the items of this place; counts in the first of them. */
  readonly parts: number;
  readonly standings: readonly EndpointStanding[];
};

/** `standing/<vantage>/<schedule>/<suite>`, and for each further part `/<part>`. */
export const standingKey = ({ vantage, schedule, suite }: StandingPlace, part = 0): string =>
  `standing/${vantage}/${schedule}/${suite}${part === 0 ? '' : `/${part}`}`;
