/** `present` on the terminal and in JSON: what a server says moves no cursor, a word finds its check, and no key is in either. */
import { generateKeyPairSync } from 'node:crypto';
import { stripVTControlCharacters } from 'node:util';
import pc from 'picocolors';
import { describe, expect, test } from 'vitest';
import { findCheck } from '../../../functions/cli/present/find-check.ts';
import { presentationJson, presentationText, type Shown } from '../../../functions/cli/render/presentation.ts';
import { planEndpoint } from '../../../shared/plan/plan.ts';
import { Trace } from '../../../shared/probe/trace.ts';
import { anEndpoint } from '../../helpers/endpoint.ts';
import { answered } from '../../helpers/observation.ts';

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const HOSTILE = '\u001b[2J\u202eevil\r\n'.repeat(200);
const plan = planEndpoint(anEndpoint({ tlsVersions: ['1.2', '1.3'] }), {}, ['enforcement', 'isolation']);
const { check } = findCheck('foreign-identity', plan);

const shown: Shown = {
  presentation: {
    check,
    presented: { ok: true, value: { certificatePem: '', privateKey } },
    bundlePem: null,
    result: null,
    missing: [],
    connections: [
      {
        observation: answered(200, HOSTILE),
        trace: new Trace(),
      },
    ],
    reproduce: null,
  },
  others: [],
  directory: null,
  files: [],
};

describe('what is shown', () => {
  test('is bounded, and inert', () => {
    const text = presentationText(shown, pc.createColors(false));
    expect(text).toContain('answered  HTTP 200: \\u{1b}[2J\\u{202e}evil\\r\\n');
    expect(stripVTControlCharacters(text)).toBe(text);
    expect(text).not.toMatch(/(?!\n)\p{Cc}|\p{Cf}/u);
    expect(Math.max(...text.split('\n').map(({ length }) => length))).toBeLessThan(600);
    expect(presentationJson(shown)).not.toMatch(/(?!\n)\p{Cc}|\p{Cf}/u);
  });

  test('has no key', () => {
    const d = privateKey.export({ format: 'jwk' }).d ?? '';
    const all = presentationText(shown, pc) + presentationJson(shown);
    expect(all).not.toContain('PRIVATE');
    expect(all).not.toContain(d);
  });
});

describe('a word', () => {
  test('finds the check that it fits best, and names the others', () => {
    expect(findCheck('foreign-identity/orders#1.3', plan)).toMatchObject({
      check: { id: 'payments/foreign-identity/orders#1.3' },
      others: [],
    });
    expect(findCheck('foreign-identity/orders', plan)).toMatchObject({
      check: { id: 'payments/foreign-identity/orders#1.2' },
      others: ['foreign-identity/orders#1.3'],
    });
    for (const each of plan.checks) expect(findCheck(each.id.slice('payments/'.length), plan).check).toBe(each);
  });

  test.each([
    ['plaintxt', /payments has no check plaintxt; did you mean "plaintext"\?/],
    ['expired', /payments has nothing to present for expired; add /],
  ])('%s is corrected', (word, message) => {
    expect(() => findCheck(word, plan)).toThrow(message);
  });

  test('of a scenario that is skipped says why', () => {
    const skip = [{ scenario: 'plaintext' as const, reason: 'it redirects' }];
    const skipping = planEndpoint(anEndpoint({ skip }), {}, ['enforcement']);
    expect(() => findCheck('plaintext', skipping)).toThrow('payments skips plaintext: it redirects');
  });
});
