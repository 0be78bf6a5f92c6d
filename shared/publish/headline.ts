/** The short forms of a message: its title, its e-mail subject and its SMS text. */
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

/** `payments: asks but does not verify`, `payments from prod-vpc: asks but does not verify`. */
export const itemTitle = (kind: NotificationKind, item: NotificationItem): string => {
  const { endpoint, endpoints, check, checks, cause, code } = item;
  const from = fromVantage(item);
  const more = endpoints.length > 1 ? ' and others' : '';
  // Other checks of the endpoint may still fail: what is right again has to be named.
  if (kind === 'recovery' || kind === 'closing') {
    const what = kind === 'recovery' ? 'right again' : 'no longer in the registry';
    return `${check}${checks.length > 1 ? ` (+${checks.length - 1} checks)` : more}${from}: ${what}`;
  }
  return `${endpoint === null ? check : endpoint}${more}${from}: ${words(cause ?? code)}`;
};

export const title = (headline: Headline): string => printable(summary(headline), 300);

export const subject = ({ kind, severity, items }: Headline): string =>
  ascii(`mTLS ${kind}, ${severity}: ${summary({ kind, severity, items })}`, MAX_SUBJECT);

export const sms = ({ kind, severity, items }: Headline, runId: string): string => {
  const run = ascii(`. Run ${runId}`, 40);
  return `${ascii(`mTLS ${kind}, ${severity}: ${summary({ kind, severity, items })}`, MAX_SMS - run.length)}${run}`;
};

const summary = ({ kind, items }: Headline): string => {
  const [worst] = items;
  if (worst === undefined) return kind;
  return `${itemTitle(kind, worst)}${items.length > 1 ? ` (+${items.length - 1})` : ''}`;
};
