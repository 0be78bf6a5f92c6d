/** Renders a notification as the text of an e-mail. */
import type { NotificationKind } from '../model/names.ts';
import type { Notification, NotificationItem } from '../model/notification.ts';
import { itemTitle } from './headline.ts';

/** Items in one e-mail. The JSON document has all of them. */
const MAX_ITEMS = 25;

const INTRODUCTION: Readonly<Record<NotificationKind, string>> = {
  regression: 'Mutual TLS is not what the registry says it must be.',
  recovery: 'This is right again.',
  reminder: 'This is still open.',
  blind: 'The monitor has no result for these checks. Until it has one, their state is unknown.',
  flapping: 'This comes and goes. It is announced once now, and once more when it has stayed right.',
  expiry: 'A date comes near.',
  change: 'Another certificate is served than before.',
};

export const email = (document: Notification): string => {
  const { kind, owner, items, runId, id } = document;
  const shown = items.slice(0, MAX_ITEMS);
  const rest = items.length - shown.length + (document.omitted ?? 0);
  return [
    INTRODUCTION[kind],
    ...shown.map((item, index) => section(kind, item, index + 1)),
    ...(rest === 0 ? [] : [`And ${rest} more, less severe or of the same severity.`]),
    [...linkLines(document.links), `Owner: ${owner}`, `Run: ${runId}`, `Message: ${id}`].join('\n'),
  ].join('\n\n');
};

const section = (kind: NotificationKind, item: NotificationItem, number: number): string =>
  [
    `${number}. [${item.severity}] ${itemTitle(kind, item)}`,
    `   ${item.message}`,
    `   Check:      ${item.check}, from vantage ${item.vantage} (${item.code})`,
    ...(item.endpoints.length > 1 ? [`   Endpoints:  ${item.endpoints.join(', ')}`] : []),
    `   Since:      ${item.since.slice(0, 16).replace('T', ' ')} UTC`,
    ...(item.advice === null ? [] : [`   What to do: ${item.advice}`]),
    ...(item.reproduce === null ? [] : [`   Reproduce:  ${item.reproduce}`]),
  ].join('\n');

const linkLines = ({ dashboard, run, runbook }: Notification['links']): readonly string[] => [
  ...(dashboard === null ? [] : [`Dashboard: ${dashboard}`]),
  ...(run === null ? [] : [`Run in Step Functions: ${run}`]),
  ...(runbook === null ? [] : [`Runbook: ${runbook}`]),
];
