/** In place of `checkEndpoints`: endpoints that are open or not, as a test says. */
import type { Batch } from '../../shared/model/run.ts';
import type { Checked, CheckPorts } from '../../shared/pipeline/run/checked.ts';
import { open, pass } from './judged.ts';

/** `room`: endpoints of one batch that a sweep has time for. */
export const sweepIn = { open: new Set<string>() as ReadonlySet<string>, room: Number.POSITIVE_INFINITY };

/** Long enough that the next plan gives each endpoint a batch of its own. */
const TOOK_MS = 200_000;

export const simulatedSweep = async (
  { endpoints, vantage }: Batch,
  { carries }: Pick<CheckPorts, 'carries'>,
): Promise<Checked> => {
  const swept = carries === true ? endpoints.slice(0, sweepIn.room) : endpoints;
  const names = swept.map(({ name }) => name);
  return {
    checks: names.map((endpoint) =>
      (sweepIn.open.has(endpoint) ? open : pass)({
        ...{ endpoint, id: `${endpoint}/no-certificate`, scenario: 'no-certificate', subject: null, vantage },
      }),
    ),
    servedChains: [],
    notCovered: [],
    durations: Object.fromEntries(names.map((name) => [name, TOOK_MS])),
    rest: endpoints.slice(swept.length).map(({ name }) => name),
  };
};
