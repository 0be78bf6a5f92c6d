/** Renders a notification as the text of an e-mail. */
import { inert } from '../model/inert.ts';
import type { NotificationKind } from '../model/names.ts';
import type { Notification, NotificationItem } from '../model/notification.ts';
import { runbookWord } from '../model/runbook.ts';
import { fromVantage, itemTitle } from './headline.ts';
import { silenceLine } from './silence-text.ts';

/** Items in one e-mail that are written out. The JSON document has all of them. */
const MAX_ITEMS = 25;
/** Items with the same severity, code and cause that are written out; further ones are counted. */
const ALIKE = 3;
/** Endpoints and checks that a line names. */
const NAMED = 10;

const INTRODUCTION: Readonly<Record<NotificationKind, string>> = {
  regression: 'Mutual TLS is not what the registry says it must be.',
  recovery: 'This is over.',
  reminder: 'This is still open.',
  blind: 'The monitor has no result for these checks. Until it has one, their state is unknown.',
  flapping: 'This comes and goes. It is announced once now, and once more when it has stayed right.',
  expiry: 'A date comes near.',
  closing: 'This is closed, and not known to be right.',
  change: 'Another certificate is served than before.',
};

export const email = (document: Notification): string => {
  const { kind, owner, items, runId, id } = document;
  const sections: string[] = [];
  let [number, counted] = [0, 0];
  for (const [worst, ...others] of alikeIn(items)) {
    if (number === MAX_ITEMS) break;
    const shown = [worst, ...others.slice(0, Math.min(ALIKE, MAX_ITEMS - number) - 1)];
    const hidden = others.slice(shown.length - 1);
    sections.push(...shown.map((item, at) => section(kind, item, number + at + 1)), ...alsoLine(hidden));
    number += shown.length;
    counted += shown.length + hidden.length;
  }
  const rest = items.length - counted + (document.omitted ?? 0);
  return [
    INTRODUCTION[kind],
    ...sections,
    ...(rest === 0 ? [] : [`And ${rest} more, less severe or of the same severity.`]),
    [
      ...linkLines(document.links),
      `Owner: ${owner}`,
      `Monitor: ${placeOf(document)}`,
      `Run: ${runId}`,
      `Message: ${id}`,
      ...(document.silences ?? []).map(silenceLine),
    ].join('\n'),
  ].join('\n\n');
};

/** `payments-monitor (account 111122223333, eu-west-1)` */
const placeOf = ({ monitor = '', account = null, region = null }: Notification): string => {
  const place = [...(account === null ? [] : [`account ${account}`]), ...(region === null ? [] : [region])];
  return place.length === 0 ? monitor : `${monitor} (${place.join(', ')})`;
};

type Alike = readonly [NotificationItem, ...NotificationItem[]];

/** In the order of the first of each. */
const alikeIn = (items: readonly NotificationItem[]): readonly Alike[] =>
  [...Map.groupBy(items, ({ severity, code, cause }) => JSON.stringify([severity, code, cause])).values()].flatMap(
    ([first, ...others]) => (first === undefined ? [] : [[first, ...others] as const]),
  );

const alsoLine = (hidden: readonly NotificationItem[]): readonly string[] => {
  const [first] = hidden;
  if (first === undefined) return [];
  const named = hidden.slice(0, NAMED).map((item) => `${item.check}${fromVantage(item)}`);
  const more = hidden.length > NAMED ? ` and ${hidden.length - NAMED} more` : '';
  return [`   The same (${first.code}) at ${hidden.length} more: ${named.join(', ')}${more}.`];
};

/** The item lists at the most a hundred, and its message has their number. */
const endpointsText = (endpoints: readonly string[]): string =>
  `${endpoints.slice(0, NAMED).join(', ')}${endpoints.length > NAMED ? ' and more' : ''}`;

const section = (kind: NotificationKind, item: NotificationItem, number: number): string =>
  [
    `${number}. [${item.severity}] ${itemTitle(kind, item)}`,
    `   ${inert(item.message)}`,
    `   Check:      ${item.check}, from vantage ${item.vantage} (${item.code})`,
    ...(item.endpoints.length > 1 ? [`   Endpoints:  ${endpointsText(item.endpoints)}`] : []),
    `   Since:      ${item.since.slice(0, 16).replace('T', ' ')} UTC`,
    ...(item.incident == null ? [] : [`   Incident:   ${item.incident.key}`]),
    ...(item.configured === undefined ? [] : [`   Configured: ${inert(item.configured)}`]),
    ...(item.advice === null ? [] : [`   What to do: ${item.advice}`]),
    ...(item.reproduce === null ? [] : [`   Reproduce:  ${item.reproduce}`]),
    item.runbook === null
      ? `   Explain:    npx mtls-monitor explain ${runbookWord(kind, item)}`
      : `   Runbook:    ${item.runbook}`,
  ].join('\n');

const linkLines = ({ dashboard, run }: Notification['links']): readonly string[] => [
  ...(dashboard === null ? [] : [`Dashboard: ${dashboard}`]),
  ...(run === null ? [] : [`Run in Step Functions: ${run}`]),
];
