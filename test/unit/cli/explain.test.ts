/** `explain`: every word that a message or a report has, and the nearest one for any other. */
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { explainText } from '../../../functions/cli/commands/explain.ts';
import { CAUSES, NOTIFICATION_KINDS, SCENARIO_NAMES } from '../../../shared/model/names.ts';
import { CODES } from '../../../shared/verdict/explain/codes.ts';

const explained = (word: string) => stripVTControlCharacters(explainText(word));

describe('explain', () => {
  test.each([
    ['causes', CAUSES],
    ['codes', CODES],
    ['kinds', NOTIFICATION_KINDS],
    ['scenarios', SCENARIO_NAMES],
  ])('knows all %s', (_, words) => {
    for (const word of words) expect(explained(word)).toMatch(new RegExp(`^${word}  \\S.+\\n\\n.+[.;)]\\n`));
  });

  test.each([
    ['endpoint-down', 'ENDPOINT_DOWN  a cause: cannot be reached, or does not answer'],
    ['Closing', 'closing  a kind of notification'],
    ['NO-CERTIFICATE', 'no-certificate  a scenario: rejected; suite enforcement'],
    ['payments/no-certificate@GET /audit', 'no-certificate  a scenario: rejected; suite enforcement'],
    ['accepted', 'ACCEPTED  pass, severity none'],
    ['IDENTITY_UNUSABLE', 'IDENTITY_UNUSABLE  a cause: a test identity cannot be used; fail or inconclusive'],
  ])('%s: letters of any case', (word, head) => {
    expect(explained(word).startsWith(head)).toBe(true);
  });

  test('says what is done first, how to see it, and when it closes', () => {
    const text = explained('ACCEPTED_NO_CERTIFICATE');
    for (const title of ['Likely causes', 'First', 'Cure', 'See it yourself', 'It closes'])
      expect(text).toContain(`\n${title}\n  - `);
  });

  test.each([
    ['closng', 'closing'],
    ['no-certificat', 'no-certificate'],
    ['ENDPOINT_DWN', 'ENDPOINT_DOWN'],
    ['ACCEPTED_NO_CERTIFICAT', 'ACCEPTED_NO_CERTIFICATE'],
  ])('%s is no word; the nearest is %s', (word, near) => {
    expect(() => explainText(word)).toThrow(`scenario ${word}; did you mean "${near}"?`);
  });
});
