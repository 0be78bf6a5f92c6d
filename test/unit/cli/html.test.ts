import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { renderHtml } from '../../../functions/cli/render/html/page.ts';
import type { CheckResult } from '../../../shared/model/report.ts';
import { fail, pass, unsure, waived } from '../../helpers/judged.ts';
import { aReport, hostileReport, textOf } from '../../helpers/report.ts';

const page = (checks: readonly CheckResult[], own: Parameters<typeof aReport>[1] = {}) =>
  textOf(renderHtml(aReport(checks, own)));
const titleOf = (text: string) => /<title>(.*?) · /.exec(text)?.[1];
const tags = (text: string) => [...text.matchAll(/<([a-z0-9]+)((?:\s+[a-z-]+(?:="[^"]*")?)*)\s*\/?>/g)];

describe('whatever an endpoint sends', () => {
  const text = textOf(renderHtml(hostileReport()));
  const tame = textOf(renderHtml(hostileReport('x')));

  test('becomes text: the page has the elements and attributes that it has anyway', () => {
    const structure = (each: string) => tags(each).map(([, name, rest = '']) => [name, rest.match(/[a-z-]+(?==")/g)]);
    expect(structure(text)).toEqual(structure(tame));
    for (const delimiter of ['<', '>', '"', "'"])
      expect([delimiter, text.split(delimiter).length]).toEqual([delimiter, tame.split(delimiter).length]);
  });

  test('is never an address: links lead to places of this page only', () => {
    const addresses = tags(text).flatMap(([, , attributes = '']) => attributes.match(/(?:href|src)="[^"]*"/g) ?? []);
    expect(addresses.length).toBeGreaterThan(2);
    expect(addresses.filter((address) => !/^href="#(finding-\d+|access|ends)"$/.test(address))).toEqual([]);
  });

  test('turns nothing around and moves no cursor', () => {
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
    expect(text).toContain('\\u{202e}evil\\u{2066}');
  });
});

describe('the runbook', () => {
  const runbook = 'https://wiki.test/mtls?a="b"#accepted_expired';

  test('is linked by its finding where the registry names one, as an address and nothing else', () => {
    const text = page([fail('ACCEPTED_EXPIRED', { runbook })]);
    expect(text).toMatch(
      /<a href="https:\/\/wiki\.test\/mtls\?a=[^"]*#accepted_expired" rel="noreferrer">Runbook: ACCEPTED_EXPIRED<\/a>/,
    );
    expect(page([fail('ACCEPTED_EXPIRED')])).not.toContain('Runbook');
  });
});

describe('the page stands alone', () => {
  const text = page([fail('ACCEPTED_EXPIRED')]);

  test('its policy allows its own style sheet and nothing else', () => {
    const style = /<style>([\s\S]*?)<\/style>/.exec(text)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(text)?.[1]?.replaceAll('&#39;', "'");
    expect(policy).toBe(`default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`);
  });

  test('it names no other place, runs nothing and has no style that the policy would refuse', () => {
    expect(text).not.toMatch(/https?:|@import|url\(|<script|<link|\son[a-z]+=|\sstyle=/);
  });
});

describe('what a reader takes home', () => {
  test('the headline, in the title too', () => {
    expect(titleOf(page([fail('ACCEPTED_EXPIRED'), fail('ACCEPTED_REVOKED'), unsure()]))).toBe('1 of 1 endpoint fails');
    expect(titleOf(page([pass()], { complete: false }))).toBe('The run was not finished');
    expect(page([pass()], { complete: false })).toContain('Not asked: the run was not finished');
  });

  test('the four answers stand before everything else', () => {
    const text = page([pass(), fail('ACCEPTED_EXPIRED', { scenario: 'expired', subject: 'old' })]);
    const answers = /<section class="answers"[\s\S]*?<\/section>/.exec(text)?.[0] ?? '';
    for (const part of [
      '1 incident, 1 critical',
      'nothing',
      'Ends first',
      'payments: old is admitted, and must be refused',
    ])
      expect(answers).toContain(part);
    expect(text.indexOf('class="answers"')).toBeLessThan(text.indexOf('id="findings"'));
    expect(text.indexOf('id="findings"')).toBeLessThan(text.indexOf('class="grid"'));
  });

  test('counts, run, start, length and vantage', () => {
    const text = page([pass(), fail('ACCEPTED_EXPIRED'), unsure(), waived()], { id: '01ABC', vantage: 'office' });
    for (const part of ['1 endpoint, 4 checks', '1 pass', '1 fail', '1 inconclusive', '1 waived'])
      expect(text).toContain(part);
    for (const part of ['01ABC', '2026-01-01 00:00:00 UTC', '1.5 s', 'office']) expect(text).toContain(part);
    expect(text).not.toContain('not finished');
    expect(page([pass()], { complete: false })).toContain('not finished');
  });
});

describe('the picture', () => {
  test('has a mark and words for each verdict, and leads from a finding’s to the finding', () => {
    const text = page([
      pass(),
      fail('ACCEPTED_EXPIRED', { scenario: 'expired' }),
      unsure('TIMED_OUT', { scenario: 'revoked' }),
    ]);
    expect(text).toMatch(/role="img" aria-label="as it must be, valid-identity"[^>]*>✔</);
    expect(text).toMatch(/href="#finding-1" aria-label="fail, expired"[^>]*>✘</);
    expect(text).toMatch(/href="#finding-2" aria-label="inconclusive, revoked"[^>]*>\?</);
    expect(text).toMatch(/id="finding-1"[\s\S]*id="finding-2"/);
  });

  test('a cell of several checks says how many are so', () => {
    expect(page([pass(), fail('ACCEPTED_NO_CERTIFICATE')])).toContain('fail, valid-identity (1 of 2 checks)');
  });

  test('rows where all is as it must be can be left out, where that leaves some', () => {
    const other = pass({ endpoint: 'orders' });
    expect(page([fail('ACCEPTED_EXPIRED'), other])).toContain('leave out 1 endpoint where');
    expect(page([pass(), other])).not.toContain('leave out');
    expect(page([fail('ACCEPTED_EXPIRED')])).not.toContain('leave out');
  });
});
