/** An incident before anything has joined it. */
import type { Incident } from '../model/incident.ts';
import type { Transition } from '../model/state.ts';
import { thingThe } from './arrival.ts';

/** `silence`: the id of that for which nobody is told. Absent: it is told. */
export const beginningOf = (key: string, transition: Transition, silence?: string): Incident => {
  const { cause, code, kind, severity, check, vantage, since, runStartedAt, share } = transition;
  return {
    ...{ key, cause, code, kind, severity, check, vantage },
    ...{
      thing: thingThe(transition),
      openedAt: since,
      tellings: [],
      remindingRun: null,
      toldAt: runStartedAt,
      ends: [],
    },
    ...{ abouts: [], owners: [], endpoints: [], own: [], left: [], echoes: [] },
    ...(share !== undefined && { share }),
    ...(silence !== undefined && { silence }),
  };
};
