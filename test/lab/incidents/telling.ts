/** What a staged incident's messages say, without what changes from run to run. */
import { type NotificationItem, notificationSchema } from '../../../shared/model/notification.ts';
import { DAY, type Instant } from '../../../shared/model/time.ts';
import type { Done, Told } from './stage.ts';

/** The day on which the page's clock begins. */
const FIRST_DAY = Date.UTC(2026, 11, 1);

export type Telling = {
  readonly at: Instant;
  /** One line for each incident that the message tells of. */
  readonly items: readonly string[];
  /** The incidents' keys, in the order of the items. */
  readonly keys: readonly string[];
  readonly owner: string;
  readonly isClosing: boolean;
  readonly subject: string;
  readonly sms: string;
  readonly email: string;
};

/** `regression CLIENT_CERTIFICATE_OPTIONAL endpoint payments`; ` +3` for three more endpoints. */
const lineOf = (kind: string, { cause, code, incident, endpoints, severity }: NotificationItem): string => {
  const more = Math.max(endpoints.length, incident?.endpoints ?? 0) - 1;
  const { kind: what, name, label = name } = incident?.thing ?? { kind: 'run' as const, name: 'without an incident' };
  const about = what === 'certificate' ? what : `${what} ${label}`;
  return `${kind} ${severity} ${cause ?? code} ${about}${more > 0 ? ` +${more}` : ''}`;
};

export const tellingOf = ({ at, message }: Told): Telling => {
  const { default: document, email, sms } = JSON.parse(message.body) as Record<'default' | 'email' | 'sms', string>;
  const { kind, items, owner } = notificationSchema.parse(JSON.parse(document));
  return {
    at,
    items: items.map((item) => lineOf(kind, item)),
    keys: items.map(({ incident }) => incident?.key ?? ''),
    ...{ owner, isClosing: kind === 'recovery' || kind === 'closing', subject: message.subject, sms, email },
  };
};

type Words = { readonly begun: Instant; readonly names: Map<string, string> };

/** The same word for the same thing in the whole incident. */
const named = ({ names }: Words, kind: string, found: string): string => {
  const known = names.get(found);
  if (known !== undefined) return known;
  const count = [...names.values()].filter((name) => name.startsWith(kind)).length;
  const name = `${kind}-${count + 1}`;
  names.set(found, name);
  return name;
};

export const wordsOf = (begun: Instant): Words => ({ begun, names: new Map() });

export const stable = (words: Words, text: string): string =>
  text
    .replaceAll(/\b[0-9a-f]{64}\b/g, (found) => `${named(words, 'fingerprint', found.slice(0, 16))}`)
    .replaceAll(/(?<=^Message: )[0-9a-f]{32}$/gm, 'ID')
    .replaceAll(/\b[0-9a-f]{32}\b/g, (found) => named(words, 'incident', found))
    .replaceAll(/\b[0-9a-f]{16}(?=…)/g, (found) => named(words, 'fingerprint', found))
    .replaceAll(/\brun-\d{6}\b/g, 'RUN')
    .replaceAll(/(?<=[a-z]|\d):[1-3]\d{4}\b/g, ':PORT')
    .replaceAll(/\b\d{4}-\d{2}-\d{2}(?![\d-])/g, (found) => {
      const days = Math.round((Date.parse(found) - words.begun) / DAY);
      return new Date(FIRST_DAY + days * DAY).toISOString().slice(0, 10);
    });

/** `day 2, 09:05` */
export const timeText = (begun: Instant, at: Instant): string =>
  `day ${1 + Math.floor((at - begun) / DAY)}, ${new Date(at).toISOString().slice(11, 16)}`;

export type Event = { readonly at: Instant; readonly done: string } | (Telling & { readonly done?: never });

export const timeline = (done: readonly Done[], tellings: readonly Telling[]): readonly Event[] =>
  [...done.map(({ at, what }) => ({ at, done: what })), ...tellings].toSorted((one, other) => one.at - other.at);
