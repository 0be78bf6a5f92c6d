/**
 * Ours beside OpenSSL, Go and the JDK on chains that keep and break each rule of RFC 5280 §6.1 at each place: what two of the three refuse is never
 * sound, and what all of them take never fails. Ours is the analysis alone, without OpenSSL's veto.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Code } from '../../../shared/model/names.ts';
import { everyChain } from './chains.ts';
import { combinedPaths, combinedRules } from './combined.ts';
import { codesOf } from './ours.ts';
import { type Opinions, VERIFIERS, type Written, writeCases } from './verifiers.ts';

/** What all of them take and ours does not, on purpose: the case, the only code that it may have, and why. */
const DELIBERATE: readonly (readonly [name: RegExp, code: Code, why: string])[] = [
  [
    /^(path-(swapped|root-first|stranger-between|twelve-strangers)|paths-.*)$/,
    'SERVED_CHAIN_OUT_OF_ORDER',
    'RFC 5246 §7.4.2 is a MUST: the check passes with a note',
  ],
  [
    /^path-leaf-held$/,
    'TRUST_BUNDLE_HOLDS_LEAF',
    'it works until the next renewal, and not for clients that want a CA; a warning',
  ],
  [
    /^strength-rsa-1024-(leaf|sub|top)$/,
    'SERVED_KEY_WEAK',
    'NIST SP 800-131A; OpenSSL refuses it at the security level of TLS; a warning',
  ],
];

const versions = await Promise.all(VERIFIERS.map(({ version }) => version()));
const present = VERIFIERS.filter((_verifier, at) => versions[at] !== null);
const names: readonly string[] = present.map(({ name }) => name);
const complete = names.includes('openssl') && names.includes('go') && names.includes('java');
if (process.env['CI'] === 'true')
  test('every verifier is here', () => expect(names).toEqual(VERIFIERS.map(({ name }) => name)));

describe.runIf(complete)(`ours beside ${names.join(', ')}`, () => {
  const cases = [...everyChain(), ...combinedRules(150, 1), ...combinedPaths(150, 2)];
  let written: Written;
  let opinions: ReadonlyMap<string, Opinions>;

  beforeAll(async () => {
    written = await writeCases(cases, await mkdtemp(join(tmpdir(), 'chains-')));
    const said: [string, Opinions][] = [];
    for (const verifier of present) said.push([verifier.name, await verifier.judge(written)]);
    opinions = new Map(said);
  }, 300_000);
  afterAll(() => rm(written.directory, { recursive: true, force: true }));

  /** Two OpenSSLs are one verifier: it refuses where either does. */
  const refusalsOf = (name: string): readonly string[] => {
    const refuse = [...opinions].filter(([, said]) => said.get(name) !== 'OK').map(([verifier]) => verifier);
    return [...new Set(refuse.map((verifier) => verifier.split('-')[0] ?? verifier))];
  };

  test('every verifier has said something of every chain, and they are many, of all kinds', () => {
    expect(cases.length).toBeGreaterThanOrEqual(900);
    for (const said of opinions.values()) expect([...said.keys()]).toEqual(cases.map(({ name }) => name));
    const counted = cases.map(({ name }) => refusalsOf(name).length);
    const of = (count: number) => counted.filter((each) => each === count).length;
    expect([of(0) > 150, of(1) > 50, of(2) > 50, of(3) > 100]).toEqual([true, true, true, true]);
  });
  test('what two of them refuse is not sound', () => {
    const wrong = cases.filter((each) => refusalsOf(each.name).length >= 2 && codesOf(each).length === 0);
    expect(wrong.map(({ name }) => `${name}: ${refusalsOf(name)}`)).toEqual([]);
  });
  test('what all of them take does not fail, but for what stands in the table', () => {
    const wrong = cases.flatMap((each) => {
      const codes = codesOf(each);
      if (refusalsOf(each.name).length > 0 || codes.length === 0) return [];
      const due = DELIBERATE.find(([name]) => name.test(each.name))?.[1];
      return codes.length === 1 && codes[0] === due ? [] : [`${each.name}: ${codes}`];
    });
    expect(wrong).toEqual([]);
  });
  test('each line of the table is needed', () => {
    for (const [name, code] of DELIBERATE) {
      const taken = cases.filter((each) => name.test(each.name) && refusalsOf(each.name).length === 0);
      expect(taken.map((each) => `${codesOf(each)}`)).toContain(code);
    }
  });
});
