/** Trust bundles as openssl, Go, Python and Java make them, good and bad: each is read, or named by what it is and where. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundleOf } from '../../shared/pki/served/trust-bundle.ts';
import { READABLE } from './bundles/readable.ts';
import { lineOf, PARTLY, UNREADABLE } from './bundles/unreadable.ts';
import { type Made, type Maker, makeAll } from './identities/making.ts';

let made: Made;

beforeAll(async () => {
  made = await makeAll();
});
afterAll(() => made.remove());

const isMissing = (maker: Maker): boolean => process.env['CI'] !== 'true' && made.missing.has(maker);
/** DER and Java's tables have an order of their own. */
const sorted = (subjects: readonly string[]): string => subjects.toSorted().join(', ');
const read = async (value: string | Uint8Array) => {
  const bundle = await bundleOf(value);
  return bundle.ok ? { ...bundle, anchors: sorted(bundle.anchors.map(({ subject }) => subject)) } : bundle;
};

describe('a trust bundle is read', () => {
  test.for(READABLE)('%s: %s', async ([maker, _what, anchors, value], { skip }) => {
    skip(isMissing(maker), made.missing.get(maker));
    const bundle = await read(value(made));
    expect(bundle).toMatchObject({ ok: true, anchors: sorted(anchors.split(', ')) });
    expect(bundle).not.toHaveProperty('unread');
  });
});

describe('a trust bundle is named', () => {
  test.for(UNREADABLE)('%s: %s', async ([maker, _what, reason, value], { skip }) => {
    skip(isMissing(maker), made.missing.get(maker));
    expect(await read(value(made))).toMatchObject({ ok: false, reason });
  });
});

describe('what is damaged in a trust bundle spoils no other', () => {
  test.for(PARTLY)('%s: %s', async ([maker, what, anchors, unread, value], { skip }) => {
    skip(isMissing(maker), made.missing.get(maker));
    const lines = unread.map((each) => each.replace('LINE', String(lineOf(what, made))));
    expect(await read(value(made))).toMatchObject({ ok: true, anchors: sorted(anchors.split(', ')), unread: lines });
  });
});

describe('a private key in a trust bundle is noticed', () => {
  const base64 = (bytes: string | Uint8Array): string => Buffer.from(bytes).toString('base64');
  test.for<[Maker, string, (made: Made) => string | Uint8Array]>([
    ['openssl', 'PEM', ({ text }) => text('root.pem') + text('rsa.key')],
    ['openssl', 'base64 of PEM', ({ text }) => base64(text('root.pem') + text('rsa.key'))],
    ['openssl', 'DER', ({ bytes }) => bytes('p256.pkcs8.der')],
    ['openssl', 'PKCS#12', ({ bytes }) => bytes('none.p12')],
    [
      'openssl',
      'JSON',
      ({ text, bytes }) => JSON.stringify({ ca: text('root.pem'), k: base64(bytes('p256.pkcs8.der')) }),
    ],
    ['openssl', 'JSON, below', ({ text }) => JSON.stringify({ ca: text('root.pem'), its: { own: text('rsa.key') } })],
    [
      'openssl',
      'a Kubernetes Secret',
      ({ text }) =>
        `apiVersion: v1\nkind: Secret\ndata:\n  ca.crt: ${base64(text('root.pem'))}\n  tls.key: ${base64(text('rsa.key'))}\n`,
    ],
    ['java', 'JKS', ({ bytes }) => bytes('java-mixed.jks')],
  ])('%s: %s', async ([maker, _what, value], { skip }) => {
    skip(isMissing(maker), made.missing.get(maker));
    expect(await read(value(made))).toHaveProperty('holdsKey', true);
  });
});
