/** The runbook: each link that a message can have leads to a section of the page, and each section says all of it. */
import { describe, expect, test } from 'vitest';
import { CAUSES, type Code, NOTIFICATION_KINDS } from '../../shared/model/names.ts';
import { runbookLink, runbookWord } from '../../shared/model/runbook.ts';
import { CODES, explain } from '../../shared/verdict/explain/codes.ts';
import { sectionOf } from '../../shared/verdict/explain/sections.ts';
import { textOf } from './support/sources.ts';

const PAGE = 'docs/reference/findings.md';
const page = textOf(PAGE);
const anchors = [...page.matchAll(/^<a id="([^"]+)"><\/a>$/gmu)].map(([, id = '']) => id);
/** As GitHub and GitLab make them: small letters, no punctuation but - and _, hyphens for blanks. */
const ofHeadings = [...page.matchAll(/^#+ (.+)$/gmu)].map(([, title = '']) =>
  title
    .toLowerCase()
    .replaceAll(/[^\w -]/gu, '')
    .replaceAll(' ', '-'),
);
const leadsTo = (...[kind, about]: Parameters<typeof runbookWord>): string =>
  runbookLink('https://wiki.test/mtls', runbookWord(kind, about))?.split('#')[1] ?? '';

const TOLD_WITH_PASSES = ['recovery', 'closing'];
const isPass = (code: Code): boolean => sectionOf(code) === null;

describe('every link leads to a section', () => {
  test.each(NOTIFICATION_KINDS)('of a %s', (kind) => {
    const codes = CODES.filter((code) => TOLD_WITH_PASSES.includes(kind) || !isPass(code));
    const links = codes.flatMap((code) => [null, ...CAUSES].map((cause) => leadsTo(kind, { cause, code })));
    expect(links.length).toBeGreaterThan(1000);
    expect([...new Set(links)].filter((link) => !anchors.includes(link))).toEqual([]);
  });

  test('no anchor stands twice, and the headings have the same', () => {
    expect(anchors.length).toBeGreaterThan(80);
    expect(new Set(anchors).size).toBe(anchors.length);
    expect(new Set(ofHeadings).size).toBe(ofHeadings.length);
    expect(anchors.filter((anchor) => !ofHeadings.includes(anchor))).toEqual([]);
  });

  test('a URL with a fragment stays as it is, and without a page there is no link', () => {
    expect(runbookLink('https://wiki.test/#/mtls', 'ENDPOINT_DOWN')).toBe('https://wiki.test/#/mtls');
    expect(runbookLink('https://wiki.test/mtls?v=2', 'ENDPOINT_DOWN')).toBe('https://wiki.test/mtls?v=2#endpoint_down');
    expect(runbookLink(null, 'ENDPOINT_DOWN')).toBeNull();
  });
});

describe('every word has what it needs', () => {
  test('each cause and kind has a section, and each code but those of a pass of which nobody is told', () => {
    const without = [...CAUSES, ...NOTIFICATION_KINDS, ...CODES].filter((word) => sectionOf(word) === null);
    expect(without.filter((word) => explain(word)?.verdict !== 'pass')).toEqual([]);
    expect(without.filter((word) => explain(word)?.severity !== 'none')).toEqual([]);
    expect(without).toContain('ACCEPTED');
    expect(['NO_SUCH_CODE', 'no-certificate', 'toString', ''].map(sectionOf)).toEqual([null, null, null, null]);
  });

  test('each code is on the page', () => {
    expect(CODES.filter((code) => !new RegExp(`^(### ${code}|- \`${code}\`: .+)$`, 'mu').test(page))).toEqual([]);
  });

  test('each section says what it means, what causes it, what is done and when it closes', () => {
    const sections = [...CAUSES, ...CODES, ...NOTIFICATION_KINDS].flatMap((word) => sectionOf(word) ?? []);
    const isKind = (word: string) => NOTIFICATION_KINDS.some((kind) => kind === word);
    const bare = sections.filter(
      ({ word, meaning, causes, cures, first, see, closes }) =>
        [first, see, closes, ...meaning].some((text) => !/[.)]$/u.test(text)) ||
        (!isKind(word) && (causes.length === 0 || cures.length === 0)),
    );
    expect(bare.map(({ word }) => word)).toEqual([]);
  });

  test('a word that is a cause and a code has both texts in one section', () => {
    const both = sectionOf('IDENTITY_UNUSABLE');
    expect(both?.what).toHaveLength(2);
    expect(both?.meaning).toHaveLength(2);
  });
});
