/** One group of transitions → one SNS message. */
import { SEVERITIES, type Severity } from '../model/names.ts';
import type { Notification, NotificationItem, Origin } from '../model/notification.ts';
import { email } from './email.ts';
import type { MessageGroup } from './groups.ts';
import { sms, subject, title } from './headline.ts';
import { itemsOf, ownerName } from './items.ts';
import { bytes, fitting } from './text.ts';

/**
 * API_Publish takes 256 KB, attributes included. Until it is published, a message is kept as JSON in a DynamoDB item of at most 400 KB, with its
 * members. In the worst case the JSON escapes each byte of the body once more.
 */
const MAX_BYTES = 120_000;
/** No more items can fit: each has at least 320 bytes. */
const MAX_ITEMS = MAX_BYTES / 320;

type Attribute = { readonly type: 'String' | 'String.Array'; readonly value: string };

export type Message = {
  readonly id: string;
  readonly subject: string;
  /** `MessageStructure: json`: `default` (the document), `email` and `sms`. */
  readonly body: string;
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly members: readonly { readonly key: string; readonly transition: string }[];
};

/** Composes the SNS message of a group: the most severe items first; `omitted` is the number of items that do not fit. */
export const composeMessage = (id: string, group: MessageGroup, origin: Origin): Message => {
  const all = itemsOf(
    group.members.map(({ transition }) => transition),
    origin.links.runbook,
  );
  const document = documentOf(id, group, all, origin);
  const attributes = attributesOf(document);
  const headline = subject({ ...document, items: all });
  const body = longest(Math.min(all.length, MAX_ITEMS), MAX_BYTES, (shown) =>
    bodyOf({ ...document, items: all.slice(0, shown) }, all),
  );
  const members = group.members.map(({ key, transition }) => ({ key, transition: transition.id }));
  return { id, subject: headline, body, attributes, members };
};

const documentOf = (
  id: string,
  { runId, kind, owner }: MessageGroup,
  items: readonly NotificationItem[],
  origin: Origin,
): Notification => {
  const severity = worst(items);
  const endpoints = [...new Set(items.flatMap((item) => item.endpoints))];
  return {
    schema: 'mtls-monitor/notification/v1',
    id,
    runId,
    kind,
    severity,
    owner: ownerName(owner),
    ...origin,
    links: { ...origin.links, runbook: items[0]?.runbook ?? origin.links.runbook },
    incident: items.length === 1 ? (items[0]?.incident ?? null) : null,
    endpoints: fitting(endpoints, 100, 8 * 1024),
    title: title({ kind, severity, items }),
    items: [...items],
  };
};

const worst = (items: readonly NotificationItem[]): Severity =>
  SEVERITIES[Math.max(0, ...items.map(({ severity }) => SEVERITIES.indexOf(severity)))] ?? 'none';

/** Leaves out an empty array: a filter policy cannot match it, and SNS may refuse it. */
const attributesOf = ({ kind, severity, endpoints, owner, incident }: Notification): Message['attributes'] => ({
  kind: { type: 'String', value: kind },
  severity: { type: 'String', value: severity },
  owner: { type: 'String', value: owner },
  ...(incident != null && { incident: { type: 'String' as const, value: incident.key } }),
  ...(endpoints.length > 0 && { endpoints: { type: 'String.Array', value: JSON.stringify(endpoints) } }),
});

const bodyOf = (document: Notification, all: readonly NotificationItem[]): string => {
  const omitted = all.length - document.items.length;
  const whole: Notification = omitted === 0 ? document : { ...document, omitted };
  return JSON.stringify({
    default: JSON.stringify(whole),
    email: email(whole),
    sms: sms({ ...document, items: all }),
  });
};

/** Returns the rendering with the most items that has at most `size` bytes. Each further item makes it longer; one item always fits. */
const longest = (most: number, size: number, render: (shown: number) => string): string => {
  let [fits, fails] = [0, most + 1];
  for (let shown = most; fails - fits > 1; shown = Math.floor((fits + fails) / 2)) {
    if (bytes(render(shown)) <= size) fits = shown;
    else fails = shown;
  }
  return render(fits);
};
