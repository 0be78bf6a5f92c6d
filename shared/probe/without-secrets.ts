/** Removes secrets from answers: a server may repeat a secret that it was sent. */
import type { Answer } from '../model/probe.ts';
import type { SecretHeaderValues } from '../protocol/speaker.ts';

const HIDDEN = '…';

/** The same answer without the values that were sent in it. A detail is a part of a longer text, and may hold a part of a value. */
export const withoutSecrets = <T extends Answer | null>(answer: T, told: SecretHeaderValues): T => {
  const values = Object.values(told).filter((value) => value !== '');
  if (answer === null || values.length === 0) return answer;
  const hide = (text: string): string => values.reduce((rest, value) => rest.replaceAll(value, HIDDEN), text);
  const own =
    answer.kind === 'http'
      ? { location: answer.location === null ? null : hide(answer.location) }
      : { like: hide(answer.like), detail: hide(answer.body) === answer.body ? hide(answer.detail) : HIDDEN };
  return { ...answer, ...own, body: hide(answer.body) };
};
