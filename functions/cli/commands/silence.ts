/** Silences and acknowledgements, in the state of a deployed monitor or in a file. */
import { userInfo } from 'node:os';
import pc from 'picocolors';
import type { Incident } from '../../../shared/model/incident.ts';
import { CAUSES } from '../../../shared/model/names.ts';
import { readableSilences, type Silence } from '../../../shared/model/silence.ts';
import { DAY, type Instant, iso } from '../../../shared/model/time.ts';
import {
  addSilence,
  endSilence,
  type Kept,
  keptSilences,
  MOST_SILENCES,
} from '../../../shared/pipeline/announce/keep-silences.ts';
import type { StateStore } from '../../../shared/pipeline/ports.ts';
import { printable } from '../../../shared/publish/text.ts';
import { advise, nearest } from '../../../shared/registry/nearest.ts';
import { incidentsUnder, silencesHolding } from '../../../shared/regression/silenced-incidents.ts';
import { CODES } from '../../../shared/verdict/explain/codes.ts';
import { UsageError } from '../exit.ts';
import { endpointHistory, incidentsIn } from '../history.ts';
import { onState, type Where, whereText } from '../kept-state.ts';
import { incidentText, keepsText, matchersOf, silenceLines } from '../render/silences.ts';
import { readUntil, UNTIL_FORMS, untilText } from '../until.ts';

export type SilenceOptions = Where & {
  readonly endpoint?: string;
  readonly cause?: string;
  readonly owner?: string;
  readonly incident?: string;
  readonly until: string;
  readonly reason: string;
  readonly by?: string;
};

/** What is silenced for longer belongs into the registry, as a waiver. */
const LONGEST = 366 * DAY;

/** Adds a silence and returns what to print. Rejects with a `UsageError` for what names nothing, or has no end that is ahead. */
export const silence = async (options: SilenceOptions, now: Instant = Date.now()): Promise<string> => {
  const until = readUntil(options.until, now);
  if (until === null) throw new UsageError(`--until ${options.until} is no time; expected ${UNTIL_FORMS}`);
  if (until.at <= now) throw new UsageError(`--until ${options.until} is over: ${untilText(until)}`);
  if (until.at - now > LONGEST)
    throw new UsageError(
      `--until ${options.until} is ${untilText(until)}: a silence lasts for a year at the most; a known gap is a waiver in the registry`,
    );
  return onState(options, async (store) => {
    const { incidents } = await keptSilences(store);
    const matchers = matchersFrom(options, incidents.open);
    const made: Silence = { ...commonOf(options, now), ...matchers, until: until.at };
    await added(store, made, now);
    return [
      `Silenced, as ${made.id}: ${matchersOf(made)}, until ${untilText(until)}.`,
      `It keeps silent: ${keepsText(incidentsUnder(made, incidents).concat(incidents.open.filter((each) => wouldCover(made, each))))}.`,
      ...(await unknownEndpoint(options.endpoint, store)),
      'Everything is measured and reported as before; what is still there after the end is told by the first run that finds it.',
      `Before that: mtls-monitor silence end ${made.id} ${whereText(options)}`,
    ].join('\n');
  });
};

/** A name that no check of the state has is most likely misspelled, and would silence nothing. */
const unknownEndpoint = async (name: string | undefined, store: StateStore): Promise<readonly string[]> => {
  const known = await incidentsIn(store);
  if (name === undefined || (await endpointHistory(name, store, known)) !== null) return [];
  const near = nearest(
    name,
    known.flatMap(({ incident }) => incident.endpoints),
  );
  return [
    `Mind its name: the state has no check of an endpoint ${printable(name)}${near === null ? '' : `; did you mean "${near}"?`}`,
  ];
};

/** Incidents that another silence keeps silent already. */
const wouldCover = (made: Silence, { silence: by, ...told }: Incident): boolean =>
  by !== undefined && incidentsUnder(made, { open: [told] }).length > 0;

const commonOf = ({ reason, by }: Pick<SilenceOptions, 'reason' | 'by'>, now: Instant) => {
  const why = printable(reason.trim(), 1000);
  if (why === '') throw new UsageError('--reason is empty: say why, for whoever finds it');
  return { id: crypto.randomUUID().slice(0, 8), since: now, reason: why, by: printable(by ?? userName(), 300) };
};

const userName = (): string => {
  try {
    return userInfo().username;
  } catch {
    return '';
  }
};

const matchersFrom = (
  { endpoint, cause, owner, incident }: SilenceOptions,
  open: readonly Incident[],
): Pick<Silence, 'endpoint' | 'cause' | 'owner' | 'incident'> => {
  if ([endpoint, cause, owner, incident].every((each) => each === undefined))
    throw new UsageError(
      'expected what is silenced: --endpoint, --cause, --owner or --incident; several are taken together',
    );
  const [empty] = Object.entries({ endpoint, owner }).filter(([, value]) => value?.trim() === '');
  if (empty !== undefined) throw new UsageError(`--${empty[0]} is empty`);
  return {
    ...(endpoint !== undefined && { endpoint }),
    ...(cause !== undefined && { cause: causeFrom(cause) }),
    ...(owner !== undefined && { owner }),
    ...(incident !== undefined && { incident: incidentFrom(incident, open).key }),
  };
};

const causeFrom = (word: string): string => {
  const words = [...CAUSES, ...CODES];
  const cause = words.find((each) => each === word.toUpperCase().replaceAll('-', '_'));
  if (cause === undefined) throw new UsageError(`--cause ${word} is no cause and no code${advise(word, words)}`);
  return cause;
};

/** At least so much of a key is typed. */
const SHORTEST = 6;

/** `word`: a key, or its beginning. */
const incidentFrom = (word: string, open: readonly Incident[]): Incident => {
  const told = open.filter(({ silence: by }) => by === undefined);
  const found = word.length < SHORTEST ? [] : told.filter(({ key }) => key.startsWith(word));
  const [one, another] = found;
  if (one !== undefined && another === undefined) return one;
  const list = told.map((each) => `  ${each.key}  ${incidentText(each)}`).join('\n');
  const what = another === undefined ? 'no open incident' : 'more than one open incident';
  throw new UsageError(
    `${what} of which people were told has a key that begins with ${printable(word)}${list === '' ? '; nothing is open' : `; open are\n${list}`}`,
  );
};

const added = async (store: StateStore, made: Silence, now: Instant): Promise<void> => {
  if (await addSilence(store, made, now)) return;
  throw new UsageError(`there are ${MOST_SILENCES} silences already: end some of them`);
};

export type AckOptions = Where & Pick<SilenceOptions, 'reason' | 'by'>;

/** Acknowledges an incident: nothing more is told of it but its closing. */
export const acknowledge = (key: string, options: AckOptions, now: Instant = Date.now()): Promise<string> =>
  onState(options, async (store) => {
    const incident = incidentFrom(key, (await keptSilences(store)).incidents.open);
    const made: Silence = { ...commonOf(options, now), incident: incident.key, until: null };
    await added(store, made, now);
    return [
      `Acknowledged, as ${made.id}: ${incidentText(incident)}.`,
      'Nothing more is told of what it has, until its closing. Another endpoint, owner or fault is told.',
      `Before that: mtls-monitor silence end ${made.id} ${whereText(options)}`,
    ].join('\n');
  });

export const listSilences = (where: Where, now: Instant = Date.now()): Promise<string> =>
  onState(where, async (store) => listText(await keptSilences(store), now));

const listText = ({ stored, incidents }: Kept, now: Instant): string => {
  const holding = silencesHolding(stored, incidents, now);
  const bad = stored.length - readableSilences(stored).length;
  const silent = new Map(holding.flatMap(({ silence: { id }, incidents: all }) => all.map(({ key }) => [key, id])));
  return [
    holding.length === 0 ? 'Nothing is silenced.' : pc.bold('Silenced'),
    ...holding.flatMap((each) => silenceLines(each.silence, each.incidents, pc)),
    ...(bad === 0 ? [] : [`${bad} more cannot be read by this version: they silence nothing.`]),
    incidents.open.length === 0 ? 'No incident is open.' : pc.bold('Open incidents'),
    ...incidents.open.map((each) => {
      const by = silent.get(each.key);
      const note = by === undefined ? '' : `  ${pc.dim(`silent by ${printable(by)}`)}`;
      return `  ${each.key}  ${each.severity.padEnd(8)} ${iso(each.openedAt).slice(0, 16)}Z  ${incidentText(each)}${note}`;
    }),
  ].join('\n');
};

export const endOfSilence = (id: string, where: Where, now: Instant = Date.now()): Promise<string> =>
  onState(where, async (store) => {
    const { stored, incidents } = await keptSilences(store);
    const all = readableSilences(stored);
    const found = all.find((each) => each.id === id);
    if (found === undefined)
      throw new UsageError(
        `there is no silence ${printable(id)}${advise(
          id,
          all.map((each) => each.id),
        )}`,
      );
    await endSilence(store, id, now);
    return `Ended ${found.id}: ${matchersOf(found)}. It kept silent: ${keepsText(incidentsUnder(found, incidents))}. What is still there is told by the next runs.`;
  });
