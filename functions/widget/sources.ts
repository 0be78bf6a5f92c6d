/** What the widget reads: the open incidents and the silences of the state, and the snapshots of the last runs. What cannot be read becomes a sentence. */
import { z } from 'zod';
import type { SnapshotStore } from '../../shared/aws/snapshot-store.ts';
import { INCIDENTS, type Incident } from '../../shared/model/incident.ts';
import { SEVERITIES } from '../../shared/model/names.ts';
import { SILENCES } from '../../shared/model/silence.ts';
import type { StateItem } from '../../shared/model/state.ts';
import type { StateStore } from '../../shared/pipeline/ports.ts';
import type { WidgetInput } from './widget.ts';

export type WidgetSources = {
  readonly state: Pick<StateStore, 'read'>;
  readonly snapshots: Pick<SnapshotStore, 'all'>;
};

type Read<Value> = { readonly value: Value } | { readonly problem: string };

const tried = async <Value>(read: () => Promise<Value>, problem: (why: string) => string): Promise<Read<Value>> => {
  try {
    return { value: await read() };
  } catch (error) {
    return { problem: problem((error as Error).message.slice(0, 300)) };
  }
};

/** What is shown of an incident. */
const incidentForm = z.object({
  ...{ key: z.string(), check: z.string(), code: z.string(), cause: z.string().nullable(), kind: z.string() },
  ...{ severity: z.enum(SEVERITIES), openedAt: z.number(), endpoints: z.array(z.string()) },
  ...{ owners: z.array(z.string().nullable()), thing: z.object({ kind: z.string(), name: z.string() }) },
});
const isIncident = (each: unknown): boolean => incidentForm.safeParse(each).success;

/** A record that is no list is damaged: it is not taken for "nothing is open". */
const incidentsIn = (item: StateItem | undefined): NonNullable<WidgetInput['incidents']> => {
  const open: readonly Incident[] = item?.incidents?.open ?? [];
  if (!Array.isArray(open) || !open.every(isIncident)) throw new Error('the record is damaged');
  return { open };
};

const DAMAGED =
  'A run’s result for the dashboard is damaged, or another version wrote it: the next run of its schedule replaces it.';

/** Never rejects: a dashboard that shows nothing says nothing. */
export const readWidget = async ({ state, snapshots }: WidgetSources): Promise<WidgetInput> => {
  const [incidents, silences, seen] = await Promise.all([
    tried(
      async () => incidentsIn((await state.read(INCIDENTS))?.value),
      (why) =>
        `The open incidents cannot be read (${why}): the alarms and the notifications still tell them. Look at the log of the report function.`,
    ),
    tried(
      async () => (await state.read(SILENCES))?.value.silences ?? [],
      (why) => `The silences cannot be read (${why}): mtls-monitor silence list shows them.`,
    ),
    tried(
      () => snapshots.all(),
      (why) => `What the last runs have seen cannot be read (${why}): mtls-monitor last shows it.`,
    ),
  ]);
  const read = 'value' in seen ? seen.value : [];
  const whole = read.filter((each) => each !== null);
  return {
    incidents: 'value' in incidents ? incidents.value : null,
    silences: 'value' in silences ? silences.value : [],
    snapshots: whole,
    problems: [
      ...[incidents, silences, seen].flatMap((each) => ('problem' in each ? [each.problem] : [])),
      ...(whole.length < read.length ? [DAMAGED] : []),
    ],
  };
};
