/** Damaged secrets of every shape: each ends in credentials or in a reason, in time, and no reason shows any of a key. */
import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundleOf } from '../../shared/pki/served/trust-bundle.ts';
import { any, DAMAGES } from '../helpers/damage.ts';
import { healthOf } from '../lab/identities/health.ts';
import { type Made, makeAll } from '../lab/identities/making.ts';

const BUDGET = 45_000;
/** A stuck machine is not a hang; a million rounds of key derivation would be. */
const EACH = 5_000;
const PASSPHRASE = 'open sesame, and nobody else';
/** So much of a key in a row is no accident. */
const WINDOW = 12;

let made: Made;
let seeds: readonly Buffer[] = [];
let needles: readonly string[] = [];

const keysOf = ({ text }: Made): readonly Buffer[] =>
  ['rsa.key', 'rsa.pkcs1', 'p256.key', 'p256.sec1', 'ed25519.key', 'rsa.pkcs8-aes', 'rsa.proc-aes'].map((name) =>
    Buffer.from(text(name).replaceAll(/-----.*-----|Proc-Type.*|DEK-Info.*|\s/g, ''), 'base64'),
  );

const seedsOf = ({ text, bytes }: Made): readonly Buffer[] => {
  const chain = text('p256.pem') + text('intermediate.pem');
  const base64 = (value: string | Uint8Array) => Buffer.from(value).toString('base64');
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    data: { 'tls.crt': base64(chain), 'tls.key': base64(text('p256.key')) },
  };
  const texts = [
    chain + text('p256.key'),
    text('rsa.pem') + text('rsa.proc-aes'),
    text('rsa.pem') + text('rsa.pkcs8-aes'),
    JSON.stringify({ certificate: chain, privateKey: text('p256.sec1'), passphrase: PASSPHRASE }),
    JSON.stringify({ cert: base64(bytes('p256.der')), key: base64(bytes('p256.pkcs8.der')) }),
    JSON.stringify({ pfx: base64(bytes('legacy.p12')), password: 'sesame' }),
    JSON.stringify(secret),
    `apiVersion: v1\nkind: Secret\ndata:\n  tls.crt: ${secret.data['tls.crt']}\n  tls.key: ${secret.data['tls.key']}\n`,
  ];
  const stores = ['modern.p12', 'legacy.p12', 'none.p12', 'rc2-128.p12', 'sha512.p12'].map((name) => bytes(name));
  return [...texts, ...stores, bytes('p256.der'), bytes('p256.pkcs8.der')].map((each) => Buffer.from(each));
};

/** Trust bundles with a key beside them: there is something to lose here too. */
const bundlesOf = ({ text, bytes }: Made): readonly Buffer[] => {
  const base64 = (value: string | Uint8Array) => Buffer.from(value).toString('base64');
  const pem = text('root.pem') + text('other.pem') + text('p256.key');
  const data = { 'ca.crt': base64(text('both.pem')), 'tls.key': base64(text('rsa.key')) };
  const texts = [
    pem,
    pem.replaceAll('\n', '\\n'),
    base64(pem),
    JSON.stringify({ apiVersion: 'v1', kind: 'Secret', data }),
    `apiVersion: v1\nkind: Secret\ndata:\n  ca.crt: ${data['ca.crt']}\n  tls.key: ${data['tls.key']}\n`,
    JSON.stringify({ data: { issuing_ca: text('root.pem'), private_key: text('p256.sec1') } }),
    JSON.stringify({ keys: [{ use: 'x509-svid', x5c: [base64(bytes('root.der'))] }] }),
    text('both.p7b'),
  ];
  const java = made.missing.has('java') ? [] : ['java-trust.JKS', 'java-mixed.jks', 'java-trust.PKCS12'].map(bytes);
  const files = ['both.p7b.der', 'indefinite.p7m', 'trust-none.p12', 'trust-legacy.p12', 'none.p12'].map(bytes);
  return [...texts, ...files, ...java].map((each) => Buffer.from(each));
};

const shows = (output: string): string | undefined => needles.find((needle) => output.includes(needle));

const judge = async (value: Buffer, asText: boolean): Promise<void> => {
  const begun = performance.now();
  const { verdict, loaded } = await healthOf(
    { value: asText ? value.toString('utf8') : new Uint8Array(value), passphrase: any(['sesame', PASSPHRASE]) },
    made.now,
  );
  const output = `${verdict} ${JSON.stringify(loaded)}`;
  const context = () => `input ${value.toString('base64').slice(0, 20_000)}`;
  expect(verdict, context()).toMatch(/^IDENTITY_[A-Z_]+ it \S/);
  expect(shows(loaded.credentials === null ? output : verdict), context()).toBeUndefined();
  expect(performance.now() - begun, context()).toBeLessThan(EACH);
};

const judgeBundle = async (value: Buffer, asText: boolean): Promise<boolean> => {
  const begun = performance.now();
  const bundle = await bundleOf(asText ? value.toString('utf8') : new Uint8Array(value));
  const context = () => `input ${value.toString('base64').slice(0, 20_000)}`;
  const said = bundle.ok ? (bundle.unread ?? []) : [bundle.reason];
  expect(bundle.ok || bundle.reason !== '', context()).toBe(true);
  expect(shows(said.join(' ')), context()).toBeUndefined();
  expect(performance.now() - begun, context()).toBeLessThan(EACH);
  return bundle.ok;
};

beforeAll(async () => {
  made = await makeAll();
  if (made.missing.has('openssl')) throw new Error(made.missing.get('openssl'));
  seeds = seedsOf(made);
  const windows = keysOf(made).flatMap((key) => {
    const forms = [key.toString('hex'), key.toString('base64')];
    // A key's own outline (algorithm, version, curve) is no secret: what follows is.
    return forms.flatMap((form) =>
      Array.from({ length: Math.max(0, Math.floor((form.length - 80) / WINDOW)) }, (_none, index) =>
        form.slice(80 + index * WINDOW, 80 + (index + 1) * WINDOW),
      ),
    );
  });
  needles = [...new Set([...windows, PASSPHRASE])].filter((each) => !/^(.)\1+$/.test(each));
});
afterAll(() => made.remove());

test('undamaged they are read: there is something to lose', async () => {
  const read = await Promise.all(
    seeds.map((value) => healthOf({ value: new Uint8Array(value), passphrase: 'sesame' }, made.now)),
  );
  expect(read.filter(({ loaded }) => loaded.credentials !== null)).toHaveLength(seeds.length - 2);
  expect(needles.length).toBeGreaterThan(500);
});

test('whatever is damaged, it ends, in time, and shows nothing', async () => {
  let count = 0;
  for (const until = Date.now() + BUDGET; Date.now() < until; count += 1) {
    let bytes = any(seeds);
    for (let times = 1 + randomInt(3); times > 0; times -= 1) bytes = any(DAMAGES)(bytes, seeds);
    await judge(bytes, randomInt(2) === 0);
  }
  expect(count).toBeGreaterThan(200);
});

test('trust bundles: undamaged they are read; whatever is damaged, it ends, in time, and shows nothing', async () => {
  const bundles = bundlesOf(made);
  for (const each of bundles) expect(await judgeBundle(each, false)).toBe(true);
  let count = 0;
  for (const until = Date.now() + BUDGET; Date.now() < until; count += 1) {
    let bytes = any(bundles);
    for (let times = 1 + randomInt(3); times > 0; times -= 1) bytes = any(DAMAGES)(bytes, bundles);
    await judgeBundle(bytes, randomInt(2) === 0);
  }
  expect(count).toBeGreaterThan(200);
});

test.each<[string, () => Buffer]>([
  ['nested DER', () => Buffer.concat(Array.from({ length: 50_000 }, () => Buffer.from([0x30, 0x80])))],
  [
    'a nested PKCS#12',
    () =>
      Buffer.concat([
        Buffer.from([0x30, 0x80, 2, 1, 3]),
        ...Array.from({ length: 50_000 }, () => Buffer.from([0x30, 0x80])),
      ]),
  ],
  [
    'a nested PKCS#7',
    () =>
      Buffer.concat([
        Buffer.from('308006092a864886f70d010702a080', 'hex'),
        ...Array.from({ length: 50_000 }, () => Buffer.from([0x30, 0x80])),
      ]),
  ],
  [
    'a PKCS#7 of nothing but ends',
    () => Buffer.concat([Buffer.from('308006092a864886f70d010702a080', 'hex'), Buffer.alloc(900_000, 5)]),
  ],
  ['a JKS with entries without end', () => Buffer.from('feedfeed00000002ffffffff'.padEnd(4_000, '0'), 'hex')],
  ['nested JSON', () => Buffer.from(`{"certificate":${'['.repeat(200_000)}`)],
  ['nested JSON objects', () => Buffer.from(`${'{"data":'.repeat(50_000)}1${'}'.repeat(50_000)}`)],
  ['nested YAML', () => Buffer.from(`kind: Secret\ndata: ${'['.repeat(20_000)}`)],
  [
    'YAML with aliases of aliases',
    () =>
      Buffer.from(
        `kind: Secret\na: &a [x,x,x]\n${Array.from({ length: 26 }, (_n, i) => `b${i}: &b${i} [*${i ? `b${i - 1}` : 'a'},*${i ? `b${i - 1}` : 'a'}]`).join('\n')}`,
      ),
  ],
  ['nothing but beginnings', () => Buffer.from('-----BEGIN PRIVATE KEY-----\n'.repeat(30_000))],
  ['a label without an end', () => Buffer.from(`-----BEGIN ${'A'.repeat(500_000)}`)],
  ['white space', () => Buffer.from(`-----BEGIN PRIVATE KEY-----${' \n'.repeat(400_000)}`)],
  [
    'base64 of base64',
    () =>
      Buffer.from(
        Array.from({ length: 20 }).reduce<string>((text) => Buffer.from(text).toString('base64'), 'x'.repeat(100)),
      ),
  ],
  ['a length of 4 GiB', () => Buffer.from([0x30, 0x84, 0xff, 0xff, 0xff, 0xff, 2, 1, 3])],
  ['more than any secret', () => Buffer.alloc(3_000_000, 'A')],
])('%s', async (_what, bytes) => {
  await judge(bytes(), true);
  await judge(bytes(), false);
  await judgeBundle(bytes(), true);
  await judgeBundle(bytes(), false);
});
