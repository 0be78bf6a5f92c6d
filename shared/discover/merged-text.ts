/** Adds entries to the text of a registry: everything else of the text stays as it is, byte for byte. */
import { isMap, isNode, isSeq, parseDocument } from 'yaml';
import type { Result } from '../model/result.ts';
import type { Entry } from './entries.ts';
import { entriesText } from './entry-text.ts';

/** An error is a sentence without its full stop. */
export const mergedText = (text: string, entries: readonly Entry[]): Result<string, string> => {
  if (entries.length === 0) return { ok: true, value: text };
  const end = text.includes('\r\n') ? '\r\n' : '\n';
  const { contents } = parseDocument(text, { merge: true, logLevel: 'silent' });
  const endpoints = isMap(contents) ? contents.get('endpoints', true) : undefined;
  if (!isMap(contents) || contents.flow === true)
    return {
      ok: false,
      errors: ['the registry is one mapping in braces (JSON?): give endpoints lines of its own first'],
    };
  if (endpoints === undefined)
    return { ok: true, value: `${closed(text, end)}endpoints:${end}${entriesText(entries, '  ', end)}` };
  const last = isSeq(endpoints) ? endpoints.items.at(-1) : undefined;
  if (!isSeq(endpoints) || endpoints.flow === true || !isNode(last) || last.range == null)
    return {
      ok: false,
      errors: [
        'endpoints is no list with a line for each dash: give each endpoint a line that begins with a dash first',
      ],
    };
  const dash = text.lastIndexOf('-', last.range[0]);
  const begin = text.lastIndexOf('\n', dash) + 1;
  const indent = text.slice(begin, dash);
  if (!/^ *$/.test(indent))
    return { ok: false, errors: ['the last endpoint’s dash does not begin its line: give it a line of its own'] };
  const at = afterComments(text, lineEnd(text, last.range[1]));
  const head = closed(text.slice(0, at), end);
  return { ok: true, value: `${head}${entriesText(entries, indent, end)}${text.slice(at)}` };
};

/** With a line end at its end. */
const closed = (text: string, end: string): string => (text === '' || text.endsWith('\n') ? text : `${text}${end}`);

/** Behind the end of the line in which a value ends. */
const lineEnd = (text: string, valueEnd: number): number => {
  const last = text.slice(0, valueEnd).trimEnd().length;
  const end = text.indexOf('\n', last);
  return end === -1 ? text.length : end + 1;
};

/** Behind the indented comments that belong to the last entry. */
const afterComments = (text: string, from: number): number => {
  const [lines = ''] = /^(?:[ \t]+#[^\n]*(?:\n|$))*/.exec(text.slice(from)) ?? [];
  return from + lines.length;
};
