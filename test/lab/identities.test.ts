/** Secrets and certificates as openssl, Go, Python and Java make them, good and bad: each with its exact code and message. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { healthOf } from './identities/health.ts';
import { JUDGED } from './identities/judged.ts';
import { MAKERS, type Made, type Maker, makeAll } from './identities/making.ts';
import { READABLE } from './identities/readable.ts';
import { UNREADABLE } from './identities/unreadable.ts';

let made: Made;

// Some hundred programs are run to make them, each a JVM or a Python of its own.
beforeAll(async () => {
  made = await makeAll();
}, 300_000);
afterAll(() => made?.remove());

const FIT = /^IDENTITY_OK it is fit for use\.$/;
/** Dates follow the run's. */
const undated = (text: string): string => text.replaceAll(/\d{4}-\d\d-\d\d(T[\d:.]+Z)?/g, '…');
const isMissing = (maker: Maker): boolean => process.env['CI'] !== 'true' && made.missing.has(maker);

test.each(MAKERS)('%s made its files', (maker) => {
  if (process.env['CI'] === 'true') expect(made.missing.get(maker)).toBeUndefined();
});

describe('is read', () => {
  test.for(READABLE)('%s: %s', async ([maker, _what, chain, asked], { skip }) => {
    skip(isMissing(maker), made.missing.get(maker));
    const health = await healthOf(asked(made), made.now);
    expect(health.verdict).toMatch(FIT);
    expect(health.chain).toBe(chain);
    expect(health.loaded.credentials?.privateKey.type).toBe('private');
  });
});

describe('is named', () => {
  test.for([...UNREADABLE, ...JUDGED])('%s: %s', async ([maker, _what, verdict, asked], { skip }) => {
    skip(isMissing(maker), made.missing.get(maker));
    const health = await healthOf(asked(made), made.now);
    expect(undated(health.verdict)).toBe(verdict);
  });
});
