import { describe, expect, test } from 'vitest';
import type { Transition } from '../../../shared/model/state.ts';
import { itemsOf } from '../../../shared/publish/items.ts';
import { aMark, at, decided } from '../../helpers/transition.ts';

const seen = (...transitions: Transition[]) =>
  itemsOf(decided(transitions)).map(({ check, endpoints, checks }) => [check, endpoints.join(' '), checks.length]);

describe('what becomes one item', () => {
  const cause = 'ASKS_BUT_DOES_NOT_VERIFY';

  test('at one endpoint, everything with the same cause; the worst gives its name', () => {
    expect(
      seen(
        at('payments', 'untrusted-issuer', { cause }),
        at('payments', 'expired', { cause, severity: 'warning' }),
        at('payments', 'self-signed', { cause }),
      ),
    ).toEqual([['payments/untrusted-issuer', 'payments', 3]]);
  });

  test('without a cause, the same code: other codes are other items', () => {
    expect(
      seen(
        at('payments', 'expired', { code: 'CONTROL_NOT_ACCEPTED' }),
        at('payments', 'revoked', { code: 'CONTROL_NOT_ACCEPTED' }),
        at('payments', 'plaintext', { code: 'AMBIGUOUS_ANSWER' }),
      ),
    ).toEqual([
      ['payments/plaintext', 'payments', 1],
      ['payments/expired', 'payments', 2],
    ]);
  });

  test('across endpoints, the same cause and code', () => {
    const code = 'UNREACHABLE';
    const down = (name: string, own: Partial<Transition> = {}) =>
      at(name, 'valid-identity', { cause: 'ENDPOINT_DOWN', code, ...own });
    expect(seen(down('ledger'), down('payments'), down('orders', { code: 'TIMED_OUT' }))).toEqual([
      ['ledger/valid-identity', 'ledger payments', 2],
      ['orders/valid-identity', 'orders', 1],
    ]);
  });

  test('a CA or a CRL that endpoints share: one for each of those', () => {
    const ending = (name: string, ca: string) =>
      at(name, 'served-certificate', {
        kind: 'expiry',
        cause: 'TRUST_BUNDLE_EXPIRING',
        code: 'TRUST_BUNDLE_EXPIRES_SOON',
        thing: { kind: 'ca', name: ca },
      });
    expect(seen(ending('ledger', 'CN=A'), ending('orders', 'CN=B'), ending('payments', 'CN=A'))).toEqual([
      ['ledger/served-certificate', 'ledger payments', 2],
      ['orders/served-certificate', 'orders', 1],
    ]);
  });

  test('without a cause each endpoint keeps its own words', () => {
    const soon = (name: string) =>
      at(name, 'served-certificate', { code: 'SERVED_CHAIN_EXPIRES_SOON', kind: 'expiry' });
    expect(seen(soon('ledger'), soon('payments'))).toHaveLength(2);
  });

  test('a closing names the endpoints of its incident', () => {
    const own = { kind: 'recovery', severity: 'info', incident: aMark({ closedBecause: 'right' }) } as const;
    const closing = at('payments', 'valid-identity', { ...own, endpoints: ['payments', 'ledger'] });
    expect(itemsOf([closing]).map(({ endpoint, endpoints }) => [endpoint, endpoints])).toEqual([
      ['payments', ['payments', 'ledger']],
    ]);
  });

  test('two vantages are two items: one of them sees what the other does not', () => {
    expect(seen(at('payments', 'plaintext'), at('payments', 'plaintext', { vantage: 'prod-vpc' }))).toHaveLength(2);
  });

  test('identities that cannot be used are one item each, at endpoints and by themselves', () => {
    const unusable = { cause: 'IDENTITY_UNUSABLE', code: 'IDENTITY_UNUSABLE', kind: 'blind' } as const;
    const health = (name: string) =>
      at('', 'identity-health', { ...unusable, endpoint: null, check: `identity-health/${name}`, subject: name });
    expect(seen(health('checkout'), health('orders'))).toHaveLength(2);
    const needs = (name: string, subject: string) => at(name, 'valid-identity', { ...unusable, subject });
    expect(
      seen(needs('a', 'checkout'), needs('b', 'checkout'), needs('c', 'orders')).map(([, where]) => where),
    ).toEqual(['a b', 'c']);
  });

  test('the worst first, then the order of the scenarios', () => {
    expect(
      seen(
        at('payments', 'rotation', { severity: 'warning', code: 'CONTROL_REJECTED' }),
        at('payments', 'foreign-identity', { code: 'ACCEPTED_FOREIGN_IDENTITY' }),
        at('payments', 'plaintext', { code: 'ACCEPTED_PLAINTEXT' }),
      ).map(([check]) => check),
    ).toEqual(['payments/plaintext', 'payments/foreign-identity', 'payments/rotation']);
  });
});

describe('what an item says', () => {
  test('since when the first of them, and how many more', () => {
    const [item] = itemsOf(
      decided([
        at('payments', 'plaintext', { cause: 'PLAINTEXT_ACCEPTED', since: 2000 }),
        at('payments', 'expired', { cause: 'PLAINTEXT_ACCEPTED', since: 1000 }),
        at('ledger', 'plaintext', { cause: 'PLAINTEXT_ACCEPTED', since: 3000 }),
      ]),
    );
    expect(item?.since).toBe('1970-01-01T00:00:01.000Z');
    expect(item?.message).toBe('ledger did something. The same at 1 more endpoint: 3 checks in all.');
  });

  test('what an endpoint sent is escaped, evidence too', () => {
    const [item] = itemsOf([
      at('payments', 'plaintext', {
        message: 'answered \u001b[31m\u202edias\nX',
        evidence: [
          {
            presented: null,
            address: null,
            tls: null,
            durationMs: 1,
            certificateRequested: null,
            ended: { kind: 'answered', phase: 'answer', protocol: 'ssh', detail: 'SSH-2.0\r\n\u0007' },
          },
        ],
      }),
    ]);
    expect(item?.message).toBe('answered \\u{1b}[31m\\u{202e}dias\\u{a}X');
    expect(item?.evidence[0]?.ended).toMatchObject({ detail: 'SSH-2.0\\u{d}\\u{a}\\u{7}' });
  });
});
