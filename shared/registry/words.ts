/** What was found, and what was expected, in words. */
import type { z } from 'zod';
import { printable } from './error.ts';

/** Under these fields stands what may be a secret that was written where a reference belongs. */
const HIDDEN: readonly PropertyKey[] = ['passphrase', 'headers', 'body', 'send', 'secret', 'privateKey'];

/** Bounded; a text that may be a secret or a pasted key is never repeated. */
export function foundText(value: unknown, keys: readonly PropertyKey[]): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return Object.keys(value).length === 0 ? 'an empty mapping' : 'a mapping';
  if (keys.some((key) => HIDDEN.includes(key))) return typeof value === 'string' ? 'a text' : `a ${typeof value}`;
  if (typeof value !== 'string') return `${String(value)} (a ${typeof value})`;
  return /[\r\n]|-----/.test(value) ? 'a text of several lines' : `"${printable(value, 60)}"`;
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
const UNITS: Readonly<Record<string, string>> = { string: ' characters', array: ' entries' };

/** The schema's own phrase where it has one; empty where there is nothing to say. */
export function expectedText(issue: z.core.$ZodIssue): string {
  if (issue.message !== '') return issue.message;
  switch (issue.code) {
    case 'invalid_type':
      return TYPES[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return `${issue.values.length === 1 ? '' : 'one of '}${issue.values.join(', ')}`;
    case 'too_small':
      return `at least ${issue.minimum}${UNITS[issue.origin] ?? ''}`;
    case 'too_big':
      return `at most ${issue.maximum}${UNITS[issue.origin] ?? ''}`;
    default:
      return '';
  }
}
