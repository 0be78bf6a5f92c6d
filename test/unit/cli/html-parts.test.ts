import { describe, expect, test } from 'vitest';
import { expiryText } from '../../../functions/cli/render/html/chains.ts';
import { renderHtml } from '../../../functions/cli/render/html/page.ts';
import type { CheckResult } from '../../../shared/model/report.ts';
import { fail, pass, unsure, waived } from '../../helpers/judged.ts';
import { aChain, aReport, textOf } from '../../helpers/report.ts';

const page = (checks: readonly CheckResult[], own: Parameters<typeof aReport>[1] = {}) =>
  textOf(renderHtml(aReport(checks, own)));

test('findings: one cure a cause; each check keeps its code, message, command and evidence', () => {
  const cause = 'ASKS_BUT_DOES_NOT_VERIFY' as const;
  const text = page([
    fail('ACCEPTED_EXPIRED', { cause, id: 'payments/expired/old', message: 'first', reproduce: 'curl first' }),
    fail('ACCEPTED_REVOKED', {
      ...{ cause, id: 'payments/revoked/gone', message: 'second', reproduce: 'curl second' },
      evidence: [
        {
          ...{ presented: 'gone', address: '10.0.0.1:443', tls: '1.3', durationMs: 12.4, certificateRequested: true },
          ended: { kind: 'answered', phase: 'answer', status: 200 },
        },
      ],
    }),
  ]);
  expect(text.match(/<b>Cure<\/b>/g)).toHaveLength(1);
  for (const part of ['payments/expired/old', 'ACCEPTED_EXPIRED', 'first', 'curl first']) expect(text).toContain(part);
  for (const part of ['payments/revoked/gone', 'ACCEPTED_REVOKED', 'second', 'curl second'])
    expect(text).toContain(part);
  expect(text).toContain('10.0.0.1:443 · TLS 1.3 · 12 ms · certificate requested');
  expect(text).toContain('HTTP 200');
});

test.each([
  ['a request without TLS was answered', 'answer', '10.0.0.1:443 · no TLS · 3 ms'],
  ['no handshake was come to', 'connect', '10.0.0.1:443 · 3 ms'],
] as const)('evidence says that there was no TLS where %s', (_what, phase, said) => {
  const seen = { presented: null, address: '10.0.0.1:443', tls: null, durationMs: 3, certificateRequested: null };
  const ended = { kind: 'closed', phase, how: 'reset' } as const;
  expect(page([unsure('AMBIGUOUS_ANSWER', { evidence: [{ ...seen, ended }] })])).toContain(`>${said}<`);
});

test('evidence names the endpoint whose connection it was', () => {
  const seen = {
    presented: null,
    address: '10.0.0.1:443',
    tls: '1.3',
    durationMs: 3,
    certificateRequested: true,
  } as const;
  const ended = { kind: 'alerted', phase: 'request', alert: 'certificate_required', number: 116 } as const;
  const text = page([unsure('CONTROL_NOT_ACCEPTED', { evidence: [{ ...seen, ended, sharedFrom: 'orders' }] })]);
  expect(text).toContain('certificate requested · shared: a connection of orders<');
});

test('waivers say until when and why; what is not covered says what would cover it, and where', () => {
  const text = page([waived({ waiver: { until: '2027-03-31', reason: 'moves to the mesh' } })], {
    notCovered: ['payments', 'orders'].map((endpoint) => ({
      endpoint,
      scenario: 'revoked',
      add: 'a revoked identity',
    })),
  });
  expect(text).toContain('Waived until 2027-03-31');
  expect(text).toContain('moves to the mesh');
  expect(text).toMatch(/revoked: add a revoked identity.*\(<bdi>payments, orders<\/bdi>\)/);
});

test('what is not covered at many endpoints is counted, with their names to open', () => {
  const at = (count: number) => ({
    notCovered: Array.from({ length: count }, (_, n) => ({
      ...{ endpoint: `service-${n}`, scenario: 'revoked' as const, add: 'a revoked identity' },
    })),
  });
  expect(page([], at(10))).not.toContain('(10 endpoints)');
  expect(page([], at(11))).toMatch(/\(11 endpoints\).*service-0, service-1, .*service-10</);
});

describe('served chains', () => {
  test('whichever expires first comes first', () => {
    const cas = { names: ['CN=<b>'], total: 3 };
    const named = (includesControlIssuer: boolean | null) =>
      page([], { servedChains: [aChain({ acceptableCas: { ...cas, includesControlIssuer } })] });
    expect(named(false)).toContain(
      'names 3 acceptable CAs, none of them an issuer of the control: <bdi>CN=&lt;b&gt;</bdi>',
    );
    expect([named(true), named(null)].map((each) => each.includes('acceptable'))).toEqual([false, false]);
    const servedChains = [aChain({ expiresFirst: 'CN=later' }), aChain({ daysToExpiry: 3, expiresFirst: 'CN=sooner' })];
    expect(page([], { servedChains })).toMatch(/CN=sooner[\s\S]*CN=later/);
  });

  test.each([
    [41.9, '41 days'],
    [1.2, '1 day'],
    [0.3, 'less than a day'],
    [-0.3, 'expired today'],
    [-1.7, 'expired 1 day ago'],
    [-30.2, 'expired 30 days ago'],
  ])('%d days are %s', (days, text) => {
    expect(expiryText(days)).toBe(text);
  });
});

test('hundreds of endpoints: each has its row, and what is alike is one finding with each of them', () => {
  const names = Array.from({ length: 600 }, (_, n) => `service-${n}`);
  const text = page(
    names.flatMap((endpoint) => [pass({ endpoint }), fail('ACCEPTED_EXPIRED', { endpoint, scenario: 'expired' })]),
  );
  expect(text.match(/<tr class="open"><th scope="row">/g)).toHaveLength(600);
  expect(text.match(/ id="finding-\d+"/g)).toEqual([' id="finding-1"']);
  for (const name of names) expect(text).toContain(`<summary><bdi>${name}</bdi>`);
});

test('of many endpoints the rows where all is as it must be are left out at first', () => {
  const at = (count: number) =>
    page([...Array.from({ length: count }, (_, n) => pass({ endpoint: `s${n}` })), fail('CONTROL_REJECTED')]);
  expect(at(11)).toContain('id="open-only">');
  expect(at(12)).toContain('id="open-only" checked>');
});

test('a finding says where it is, and whose', () => {
  const about = [{ name: 'payments', url: 'https://pay.test/', owner: 'team-<pay>', skipped: [] }];
  const text = page([fail('CONTROL_REJECTED')], { about });
  expect(text).toContain('<bdi>https://pay.test/</bdi> · owner <bdi>team-&lt;pay&gt;</bdi>');
});

test('what ends has its date, and many dates are folded', () => {
  const dates = Array.from({ length: 20 }, (_, n) => ({
    ...{ kind: 'authority' as const, name: `CN=ca-${n}`, of: 'corporate', at: `2026-03-${10 + n}T00:00:00.000Z` },
  }));
  const text = page([pass()], { dates });
  expect(text).toContain('<time datetime="2026-03-10T00:00:00.000Z">2026-03-10 (in 68 days)</time>');
  expect(text).toContain('<summary>and 8 more</summary>');
});
