import { describe, expect, test } from 'vitest';
import type { ServedChain } from '../../../shared/model/report.ts';
import { DAY } from '../../../shared/model/time.ts';
import { withDiffering } from '../../../shared/verdict/judge/chains-differ.ts';
import { anEndpoint } from '../../helpers/endpoint.ts';
import { fail, pass, unsure } from '../../helpers/judged.ts';

const chain = (address: string, sha256: string, own: Partial<NonNullable<ServedChain['leaf']>> = {}): ServedChain => ({
  endpoint: 'payments',
  address,
  daysToExpiry: 90,
  expiresFirst: 'CN=payments',
  sha256,
  leaf: { issuer: 'CN=Root', keySha256: sha256, issuerSha256: 'root', lifetimeDays: 365, ...own },
  problems: [],
});
const served = { id: 'payments/served-certificate', scenario: 'served-certificate', code: 'SERVED_CHAIN_OK' } as const;
const all = anEndpoint({ addresses: 'all' });
const judge = (servedChains: readonly ServedChain[], endpoint = all, result = pass(served)) =>
  withDiffering({ results: [pass(), result], servedChains }, endpoint, 0);
const mesh = { lifetimeDays: 1 };

describe('a different chain on one of several addresses', () => {
  test.each<[string, ServedChain[], boolean]>([
    ['one address', [chain('a', '1'), chain('a', '2')], false],
    ['the same everywhere', [chain('a', '1'), chain('b', '1')], false],
    ['one of three', [chain('a', '1'), chain('b', '2'), chain('c', '1')], true],
    ['several backends behind each, one in common', [chain('a', '1'), chain('a', '2'), chain('b', '2')], false],
    ['workloads with one of their own each', [chain('a', '1', mesh), chain('b', '2', mesh)], false],
    ['workloads of two CAs', [chain('a', '1', mesh), chain('b', '2', { ...mesh, issuerSha256: 'other' })], true],
  ])('%s', (_, chains, differ) => {
    const { results, servedChains } = judge(chains);
    expect(results.map(({ code }) => code)).toEqual(['ACCEPTED', differ ? 'SERVED_CHAINS_DIFFER' : 'SERVED_CHAIN_OK']);
    expect(servedChains.flatMap(({ problems }) => problems)).toHaveLength(differ ? chains.length : 0);
  });

  const differing = [chain('10.0.0.1:443', '1'), chain('10.0.0.2:443', '2'), chain('10.0.0.3:443', '1')];
  test('is a warning that names who serves what', () => {
    const [, result] = judge(differing).results;
    expect(result).toMatchObject({ verdict: 'fail', severity: 'warning' });
    expect(result?.message).toContain('10.0.0.1:443, 10.0.0.3:443: SHA-256 1…; 10.0.0.2:443: SHA-256 2…');
  });
  test('by design, with addresses: each', () => {
    expect(judge(differing, anEndpoint({ addresses: 'each' })).results[1]?.verdict).toBe('pass');
  });
  test('a worse code stays, a blind spot does not hide it, a waiver covers it', () => {
    expect(
      judge(differing, all, fail('SERVED_CHAIN_EXPIRED', { scenario: 'served-certificate' })).results[1]?.code,
    ).toBe('SERVED_CHAIN_EXPIRED');
    expect(judge(differing, all, unsure('TIMED_OUT', { scenario: 'served-certificate' })).results[1]?.verdict).toBe(
      'fail',
    );
    const waiver = {
      scenario: 'served-certificate',
      cause: null,
      subject: null,
      route: null,
      until: DAY,
      untilDate: '1970-01-01',
      reason: '',
    } as const;
    expect(judge(differing, anEndpoint({ addresses: 'all', waivers: [waiver] })).results[1]?.verdict).toBe('waived');
  });
});
