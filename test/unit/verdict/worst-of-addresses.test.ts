import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { worstOfAddresses } from '../../../shared/verdict/judge/worst-of-addresses.ts';
import { fail, pass, unsure, waived } from '../../helpers/judged.ts';

const at = (address: string) => ({ address, evidence: [] });

describe('one check over several addresses', () => {
  test('fail, waived, inconclusive, pass: the worst is the check’s, with its address', () => {
    const [result] = worstOfAddresses([
      [pass(at('a'))],
      [unsure('UNREACHABLE', at('b'))],
      [fail('ACCEPTED_NO_CERTIFICATE', at('c'))],
      [waived(at('d'))],
    ]);
    expect(result).toMatchObject({ verdict: 'fail', address: 'c' });
    expect(result?.message).toContain('(c; so at 1 of 4 addresses)');
  });
  test('of two fails the severer; alike ones are counted', () => {
    const [result] = worstOfAddresses([
      [fail('ACCEPTED_NO_CERTIFICATE', { ...at('a'), severity: 'warning' })],
      [fail('ACCEPTED_NO_CERTIFICATE', at('b'))],
    ]);
    expect(result).toMatchObject({ severity: 'critical', address: 'b' });
    expect(result?.message).toContain('2 of 2');
  });
  test('a pass everywhere says nothing of addresses; a single address is left as it is', () => {
    expect(worstOfAddresses([[pass(at('a'))], [pass(at('b'))]])[0]?.message).toBe(pass().message);
    const alone = [fail('ACCEPTED_NO_CERTIFICATE')];
    expect(worstOfAddresses([alone])).toEqual(alone);
    expect(worstOfAddresses([])).toEqual([]);
  });
  test('a check that only one address has (a session that only it gave) is kept', () => {
    const only = pass({ id: 'payments/resumption' });
    expect(worstOfAddresses([[pass()], [pass(), only]]).map(({ id }) => id)).toEqual([pass().id, only.id]);
  });
  test('nothing is better than the worst, whatever the order', () => {
    const one = fc.constantFrom(pass(), unsure(), waived(), fail('ACCEPTED_NO_CERTIFICATE'));
    const order = ['fail', 'waived', 'inconclusive', 'pass'];
    fc.assert(
      fc.property(fc.array(one, { minLength: 1, maxLength: 6 }), (results) => {
        const [merged] = worstOfAddresses(results.map((result) => [result]));
        const worst = Math.min(...results.map(({ verdict }) => order.indexOf(verdict)));
        expect(merged?.verdict).toBe(order[worst]);
      }),
    );
  });
});
