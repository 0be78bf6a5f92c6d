/** What CloudWatch asks the widget for, and what the widget asks for when something in it is clicked. */
import { z } from 'zod';
import { type Html, html } from '../cli/render/markup.ts';

export const SECTIONS = ['all', 'incidents', 'grid', 'access', 'expiry'] as const;
export type SectionName = (typeof SECTIONS)[number];

const name = z.string().max(2000).optional().catch(undefined);
/** Whatever else CloudWatch or a person puts there is left alone: a widget that is asked wrongly shows everything. */
const viewSchema = z.object({
  describe: z.boolean().catch(false),
  section: z.enum(SECTIONS).catch('all'),
  /** From 0. */
  page: z.number().int().min(0).max(100_000).catch(0),
  /** The key of an incident, or the name of an endpoint, whose reasons are asked for. */
  incident: name,
  endpoint: name,
  widgetContext: z.object({ theme: z.enum(['light', 'dark']).catch('light') }).catch({ theme: 'light' }),
});
export type WidgetView = z.infer<typeof viewSchema>;

export const viewOf = (event: unknown): WidgetView => viewSchema.parse(typeof event === 'object' ? { ...event } : {});

/** What the widget knows of its monitor. */
export type WidgetPlace = {
  /** The stack's name, for commands to paste. */
  readonly stack: string;
  /** The ARN of the widget's function: what is clicked calls it again. */
  readonly arn: string;
  /** The registry's runbook; null if it names none. */
  readonly runbook: string | null;
  /** Its page in the console, where a run is started. */
  readonly stateMachine: string;
};

/** Without a character that HTML escapes: the console may read the element's text or its markup. */
const jsonText = (text: string): string =>
  JSON.stringify(text)
    .slice(1, -1)
    .replaceAll('\\"', '\\u0022')
    .replaceAll(/[&<>'\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, (character) =>
      [...Array(character.length).keys()]
        .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`)
        .join(''),
    );

/** A button whose click opens a box with the reasons of an incident or an endpoint. */
export const reasonsButton = (of: 'incident' | 'endpoint', key: string, { arn }: WidgetPlace): Html =>
  html`<a class="btn">Why</a><cwdb-action action="call" display="popup" endpoint="${arn}">{ "${of}": "${jsonText(key)}" }</cwdb-action>`;

/** A button whose click shows a page of a section in place of what is shown. */
export const pageButton = (label: string, section: SectionName, page: number, { arn }: WidgetPlace): Html =>
  html`<a class="btn">${label}</a><cwdb-action action="call" display="widget" endpoint="${arn}">{ "section": "${section}", "page": ${page} }</cwdb-action>`;

/** A link that is one: the registry may name no other (its schema), and a report is a file. */
export const link = (url: string | null | undefined, label: string): Html | null =>
  url != null && /^https?:\/\//.test(url) ? html`<a href="${url}" target="_blank" rel="noreferrer">${label}</a>` : null;

export type Paged<Row> = { readonly rows: readonly Row[]; readonly foot: Html | null };

/** Rows of a section in the overview of all, and on a page of its own. */
const [BRIEF, LONG] = [8, 25];

/** What is shown of a section's rows, and under them how many there are, with buttons to the others. */
export const paged = <Row>(
  all: readonly Row[],
  section: SectionName,
  { section: shown, page }: WidgetView,
  place: WidgetPlace,
): Paged<Row> => {
  const size = shown === section ? LONG : BRIEF;
  if (all.length <= size) return { rows: all, foot: null };
  const at = shown === section ? Math.min(page, Math.ceil(all.length / size) - 1) : 0;
  const rows = all.slice(at * size, (at + 1) * size);
  if (shown !== section)
    return {
      rows,
      foot: html`<p class="mm-foot">${pageButton(`All ${all.length}`, section, 0, place)} the first ${size} are shown</p>`,
    };
  const [from, until] = [at * size + 1, at * size + rows.length];
  return {
    rows,
    foot: html`<p class="mm-foot">${at > 0 ? pageButton('Before', section, at - 1, place) : null} ${
      until < all.length ? pageButton('Next', section, at + 1, place) : null
    } ${from}–${until} of ${all.length}</p>`,
  };
};
