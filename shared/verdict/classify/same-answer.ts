/** Whether two answers are equal apart from numbers, dates and request ids. */
import type { Answer, HttpAnswer } from '../../model/probe.ts';
import { recordOf } from '../../protocol/protocols.ts';

/** A text without its numbers, dates and request ids (8 hexadecimal digits or more). */
export const withoutNumbers = (text: string): string =>
  text.replace(/\b[0-9a-f]{8,}\b|[0-9a-f]{8}-[0-9a-f-]{27}|\d+/gi, '');

export const isSameAnswer = (one: Answer, other: Answer): boolean => {
  if (one.kind === 'http' && other.kind === 'http') return isSameHttp(one, other);
  return (
    one.kind === 'protocol' &&
    other.kind === 'protocol' &&
    one.protocol === other.protocol &&
    (recordOf(one.protocol).alike === 'text'
      ? withoutNumbers(one.like) === withoutNumbers(other.like)
      : one.like === other.like)
  );
};

const isSameHttp = (one: HttpAnswer, other: HttpAnswer): boolean =>
  one.status === other.status &&
  withoutNumbers(one.location ?? '') === withoutNumbers(other.location ?? '') &&
  withoutNumbers(one.body) === withoutNumbers(other.body);
