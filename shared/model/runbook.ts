/** Which section of the runbook a notification leads to. The sections are made from the catalogue: `docs/reference/findings.md`. */
import type { Cause, Code, NotificationKind } from './names.ts';

/** `runbook`: the URL of an endpoint’s own, or of the monitor’s. Absent: there is none. */
export type WithRunbook = { readonly runbook?: string };

/** What has a section: each cause, each kind of notification, and each code that asks for something to be done. */
export type RunbookWord = Cause | Code | NotificationKind;

/** What is over has the code of a pass, which has no section: its kind has one. */
export const runbookWord = (
  kind: NotificationKind,
  { cause, code }: { readonly cause: Cause | null; readonly code: Code },
): RunbookWord => (kind === 'recovery' || kind === 'closing' ? kind : (cause ?? code));

/** `ENDPOINT_DOWN` → `endpoint_down`: what GitHub and GitLab make of the heading too. */
export const anchorOf = (word: string): string => word.toLowerCase();

/** The link to a section of the page at `base`; a URL with a fragment of its own stays as it is. Null without a page. */
export const runbookLink = <Base extends string | null>(base: Base, word: RunbookWord): Base | string =>
  base === null || base.includes('#') ? base : `${base}#${anchorOf(word)}`;
