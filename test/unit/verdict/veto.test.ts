import { describe, expect, test } from 'vitest';
import { type Code, FIXED_CODES } from '../../../shared/model/names.ts';
import type { ChainVerified } from '../../../shared/model/probe.ts';
import { breaksVerification, explainsRefusal, withVeto } from '../../../shared/verdict/judge/veto.ts';

const refused = (reason: string, code = 'UNSPECIFIED'): ChainVerified => ({ code, reason, at: 0 });
const codes = (ours: readonly Code[], verified: ChainVerified | null, turned = false) =>
  withVeto(
    ours.map((code) => ({ code, message: code, severity: 'warning' })),
    verified,
    () => turned,
  ).map(({ code }) => code);

describe('what OpenSSL adds', () => {
  test.each<[string, readonly Code[], ChainVerified | null, readonly Code[]]>([
    ['nothing to a sound chain', [], true, []],
    ['nothing to what it finds sound', ['SERVED_CHAIN_EXPIRED'], true, ['SERVED_CHAIN_EXPIRED']],
    ['its refusal', [], refused('permitted subtree violation'), ['SERVED_CHAIN_REFUSED']],
    [
      'its refusal, beside what explains none',
      ['SERVED_NAME_MISMATCH'],
      refused('x'),
      ['SERVED_NAME_MISMATCH', 'SERVED_CHAIN_REFUSED'],
    ],
    ['nothing where ours explains it', ['SERVED_CHAIN_UNTRUSTED'], refused('x'), ['SERVED_CHAIN_UNTRUSTED']],
    [
      'nothing to a weak key that ours names',
      ['SERVED_KEY_WEAK'],
      refused('EE certificate key too weak'),
      ['SERVED_KEY_WEAK'],
    ],
    [
      'a rule that a weak key does not explain',
      ['SERVED_KEY_WEAK'],
      refused('x'),
      ['SERVED_KEY_WEAK', 'SERVED_CHAIN_REFUSED'],
    ],
    ['a weak key of a root', [], refused('CA certificate key too weak'), ['SERVED_KEY_WEAK']],
    ['a weak signature', [], refused('CA signature digest algorithm too weak'), ['SERVED_SIGNATURE_WEAK']],
    ['that it was not heard', [], null, ['SERVED_CHAIN_UNCONFIRMED']],
    ['that it was not heard, unless ours names a fault', ['SERVED_CHAIN_EXPIRED'], null, ['SERVED_CHAIN_EXPIRED']],
  ])('%s', (_what, ours, verified, expected) => expect(codes(ours, verified)).toEqual(expected));
  test('nothing about dates, where one passed between the two clocks', () => {
    const expired = refused('certificate has expired', 'CERT_HAS_EXPIRED');
    expect([codes([], expired, true), codes([], expired, false)]).toEqual([[], ['SERVED_CHAIN_REFUSED']]);
    expect(codes([], refused('x'), true)).toEqual(['SERVED_CHAIN_REFUSED']);
  });
});

describe('what its explanation says of a code decides', () => {
  const refused: readonly Code[] = [
    'SERVED_CHAIN_EXPIRED',
    'SERVED_CHAIN_UNTRUSTED',
    'SERVED_CHAIN_INCOMPLETE',
    'SERVED_CHAIN_NOT_YET_VALID',
    'SERVED_CHAIN_WRONG_USAGE',
    'SERVED_CHAIN_SELF_SIGNED',
    'TRUST_BUNDLE_EXPIRED',
    'SERVED_CHAIN_VIOLATES_CONSTRAINTS',
    'SERVED_CHAIN_CRITICAL_EXTENSION',
    'SERVED_CHAIN_MALFORMED',
  ];
  const ours: readonly Code[] = [
    'SERVED_ALGORITHM_UNSUPPORTED',
    'SERVED_NAME_MISMATCH',
    'SERVED_IDENTITY_MISMATCH',
    'SERVED_CERTIFICATE_REVOKED',
  ];
  test('which chains are sent no secret, and which refusals of OpenSSL’s are explained', () => {
    expect(FIXED_CODES.filter(breaksVerification).toSorted()).toEqual([...refused, ...ours].toSorted());
    const explains = FIXED_CODES.filter((code) => explainsRefusal([{ code, message: '', severity: 'critical' }]));
    expect(explains.toSorted()).toEqual(refused.toSorted());
  });
});
