/** Phrases for a found value and for an expected one. */
import type { z } from 'zod';
import { printable } from './error.ts';

/** Fields whose value may be a secret, written in place of a reference. */
const HIDDEN: readonly PropertyKey[] = ['passphrase', 'headers', 'body', 'send', 'secret', 'privateKey'];

/** Returns a phrase of bounded length for a value. A text that may be a secret or a pasted key is not repeated. */
export function foundText(value: unknown, keys: readonly PropertyKey[]): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return Object.keys(value).length === 0 ? 'an empty mapping' : 'a mapping';
  const hidden = keys.some((key) => HIDDEN.includes(key));
  if (typeof value !== 'string') return hidden ? `a ${typeof value}` : `${String(value)} (a ${typeof value})`;
  if (value.length > 500 && !hidden) return `a text of ${amount(value.length, 'string')}`;
  return hidden || /[\r\n]|-----|[A-Za-z0-9+/=]{40}/.test(value) ? 'a text' : `"${printable(value, 60)}"`;
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
};
const UNITS: Readonly<Record<string, readonly [one: string, more: string]>> = {
  string: [' character', ' characters'],
  array: [' entry', ' entries'],
};
const amount = (number: number | bigint, origin: string) => `${number}${UNITS[origin]?.[number === 1 ? 0 : 1] ?? ''}`;

/** Returns the schema's own phrase, else one for its type or bound; empty for other issues. */
export function expectedText(issue: z.core.$ZodIssue): string {
  if (issue.message !== '') return issue.message;
  switch (issue.code) {
    case 'invalid_type':
      return TYPES[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return `${issue.values.length === 1 ? '' : 'one of '}${issue.values.join(', ')}`;
    case 'too_small':
      return `at least ${amount(issue.minimum, issue.origin)}`;
    case 'too_big':
      return `at most ${amount(issue.maximum, issue.origin)}`;
    default:
      return '';
  }
}
