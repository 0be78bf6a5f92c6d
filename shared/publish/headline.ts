/** The short forms of a message: its title, its e-mail subject and its SMS text. */
import type { ClosedBecause } from '../model/incident.ts';
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

/** `payments: asks but does not verify`, `payments and 3 others from prod-vpc: asks but does not verify`; of a closing, with `: right again`. */
export const itemTitle = (kind: NotificationKind, item: NotificationItem): string => {
  const { endpoint, endpoints, check, cause, code, incident } = item;
  const others = Math.max(endpoints.length, incident?.endpoints ?? 0) - 1;
  const more = others > 0 ? ` and ${others} ${others === 1 ? 'other' : 'others'}` : '';
  const what = `${endpoint === null ? check : endpoint}${more}${fromVantage(item)}: ${words(cause ?? code)}`;
  return kind === 'recovery' ? `${what}: ${OVER[incident?.closedBecause ?? 'right']}` : what;
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
