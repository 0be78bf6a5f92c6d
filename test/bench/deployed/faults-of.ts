/** What a run must not do, as sentences. Pure. */
import type { Notification } from '../../../shared/model/notification.ts';
import type { Items, Swept } from './left.ts';
import { kindOf, nameOf } from './mixed-fleet.ts';

export type Announced = {
  readonly kind: Notification['kind'];
  /** As many as a message names. */
  readonly endpoints: readonly string[];
  readonly items: readonly { readonly incident?: { readonly endpoints: number } | null }[];
};

export type Ran = {
  readonly count: number;
  readonly swept: Pick<Swept, 'open' | 'endpoints' | 'with' | 'unsure'>;
  readonly items: Pick<Items, 'pending'>;
  readonly messages: readonly Announced[];
  /** The first run has to announce what answers nobody; the run after all served certificates changed, every sound endpoint; the others nothing. */
  readonly news: 'first' | 'renewed' | 'none';
};

/** What each kind of run announces, and of whom. */
const NEWS = {
  first: {
    kind: 'blind',
    isOf: (at: number) => kindOf(at) !== 'sound',
    text: 'endpoints that answer nobody were not announced',
  },
  renewed: {
    kind: 'change',
    isOf: (at: number) => kindOf(at) === 'sound',
    text: 'changed certificates were not announced',
  },
  none: { kind: null, isOf: () => false, text: '' },
} as const;

/** Endpoints that a message counts and has no room to name. */
const countedOnly = ({ endpoints, items }: Announced): number =>
  Math.max(0, sumOf(items.map(({ incident }) => incident?.endpoints ?? 0)) - endpoints.length);

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, each) => sum + each, 0);

const some = (names: Iterable<string>): string => [...names].slice(0, 3).join(', ');

export const faultsOf = ({ count, swept, items, messages, news: round }: Ran): readonly string[] => {
  const all = Array.from({ length: count }, (_, at) => at);
  const lost = all.map(nameOf).filter((name) => !swept.endpoints.has(name));
  const { sound, silent, refusing } = swept.with;
  const secure = [...silent.pass, ...refusing.pass];
  const alarmed = [...sound.fail, ...silent.fail, ...refusing.fail];
  const expected = NEWS[round];
  const news = messages.filter(({ kind }) => kind === expected.kind);
  const told = new Set(news.flatMap(({ endpoints }) => endpoints));
  const unnamed = all
    .filter(expected.isOf)
    .map(nameOf)
    .filter((name) => !told.has(name));
  const untold = unnamed.slice(0, Math.max(0, unnamed.length - sumOf(news.map(countedOnly))));
  const codes = [...swept.unsure].map(([code, times]) => `${times} × ${code}`).join(', ');
  const noise = messages.filter(({ kind }) => kind !== expected.kind);
  const sentence = (names: readonly string[] | ReadonlySet<string>, text: string): readonly string[] => {
    const size = Array.isArray(names) ? names.length : (names as ReadonlySet<string>).size;
    return size === 0 ? [] : [`${size} ${text}: ${some(names)}`];
  };
  return [
    ...(swept.open === 0 ? [] : [`${swept.open} batches have no whole result`]),
    ...(items.pending === 0 ? [] : [`${items.pending} keys are pending`]),
    ...sentence(lost, 'endpoints have no result'),
    ...sentence(secure, 'endpoints that answer nobody have a check that passed'),
    ...sentence(alarmed, 'endpoints failed a check'),
    ...sentence(sound.inconclusive, `sound endpoints have an inconclusive check (${codes})`),
    ...sentence(untold, expected.text),
    ...sentence(
      noise.map(({ kind }) => kind),
      'messages announce what did not happen',
    ),
  ];
};
