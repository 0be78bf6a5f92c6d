/** The short forms of a message: its title, its e-mail subject and its SMS text. */
import type { ClosedBecause, Thing, ThingKind } from '../model/incident.ts';
import type { NotificationKind, Severity } from '../model/names.ts';
import type { NotificationItem } from '../model/notification.ts';
import { DEFAULT_VANTAGE } from '../model/registry.ts';
import { ascii, printable, words } from './text.ts';

/** API_Publish: ASCII, up to 100 characters, beginning with a letter, number or punctuation mark, without line breaks. */
const MAX_SUBJECT = 100;
const MAX_SMS = 140;

export type Headline = {
  readonly kind: NotificationKind;
  readonly severity: Severity;
  readonly items: readonly NotificationItem[];
};

/** ` from prod-vpc`: from another vantage the same check may stand otherwise. Nothing for the default one. */
export const fromVantage = ({ vantage }: Pick<NotificationItem, 'vantage'>): string =>
  vantage === DEFAULT_VANTAGE ? '' : ` from ${vantage}`;

/** What the title of an item says. */
export type Titled = Pick<
  NotificationItem,
  'check' | 'endpoint' | 'endpoints' | 'vantage' | 'cause' | 'code' | 'share' | 'ends' | 'incident'
>;

/** `payments: asks but does not verify`, `payments and 3 others from prod-vpc: asks but does not verify`; of a closing, with `: right again`. */
export const itemTitle = (kind: NotificationKind, item: Titled): string => {
  const { endpoint, endpoints, check, incident } = item;
  const others = Math.max(endpoints.length, incident?.endpoints ?? 0) - 1;
  const more = others > 0 ? ` and ${others} ${others === 1 ? 'other' : 'others'}` : '';
  const isEnd = kind === 'recovery' || kind === 'closing';
  const where = `${endpoint === null ? check : endpoint}${more}${fromVantage(item)}`;
  const what = `${thingText(item, where)}: ${isEnd ? words(item.cause ?? item.code) : findingText(item)}${shareText(item)}`;
  return isEnd ? `${what}: ${OVER[incident?.closedBecause ?? 'right']}` : what;
};

/** What has to be mended, where that is not at the endpoints. */
const CALLED: Partial<Readonly<Record<ThingKind, string>>> = {
  identity: 'identity',
  'trust-bundle': 'trust bundle',
  source: 'source',
  configuration: 'configuration',
  ca: 'CA',
  crl: 'CRL',
};

/** `identity checkout`, `CA Corp Root`; null for what is named by its endpoints. */
export const calledText = ({ kind, name, label = name }: Thing): string | null => {
  const called = CALLED[kind];
  return called === undefined ? null : `${called} ${label}`;
};

/** `identity checkout (audit and 3 others)`. */
const thingText = ({ incident, endpoint }: Titled, where: string): string => {
  const name = incident == null ? null : calledText(incident.thing);
  if (name === null) return where;
  return endpoint === null ? name : `${name} (${where})`;
};

/** `served chain expires 2026-12-20 (in 19 days)`, `crl stale, ends 2026-12-20 (in 5 hours)`. */
const findingText = ({ cause, code, ends }: Titled): string => {
  const what = words(cause ?? code);
  if (ends === undefined) return what;
  const isOver = ends.hoursLeft < 0;
  const date = dateText(ends);
  if (what.endsWith(' expires soon')) return `${what.slice(0, -' soon'.length)} ${date}`;
  return what.endsWith(' expired') ? `${what} ${date}` : `${what}, ${isOver ? 'ended' : 'ends'} ${date}`;
};

/** `2026-12-20 (in 19 days)`, `2026-11-30 (5 hours ago)`. */
export const dateText = ({ at, hoursLeft }: NonNullable<Titled['ends']>): string => {
  const length = lengthText(Math.abs(hoursLeft));
  return `${at.slice(0, 10)} (${hoursLeft < 0 ? `${length} ago` : `in ${length}`})`;
};

const shareText = ({ share }: Titled): string =>
  share === undefined ? '' : ` at ${share.alike} of ${share.addresses} addresses`;

/** Whole hours below two days, and whole days above. */
export const lengthText = (hours: number): string => {
  if (hours < 1) return 'less than an hour';
  const [count, unit] = hours < 48 ? [Math.trunc(hours), 'hour'] : [Math.trunc(hours / 24), 'day'];
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
};

const OVER: Readonly<Record<ClosedBecause, string>> = {
  right: 'right again',
  waived: 'waived',
  removed: 'no longer in the registry',
  replaced: 'replaced by another finding',
  'not-applicable': 'does not apply any more',
};

export const title = (headline: Headline): string => printable(summary(headline), 300);

export const subject = ({ kind, severity, items }: Headline): string =>
  ascii(`mTLS ${kind}, ${severity}: ${summary({ kind, severity, items })}`, MAX_SUBJECT);

export const sms = ({ kind, severity, items }: Headline): string =>
  ascii(`mTLS ${kind}, ${severity}: ${summary({ kind, severity, items })}`, MAX_SMS);

const summary = ({ kind, items }: Headline): string => {
  const [worst] = items;
  if (worst === undefined) return kind;
  return `${itemTitle(kind, worst)}${items.length > 1 ? ` (+${items.length - 1})` : ''}`;
};
