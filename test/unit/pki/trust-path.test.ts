/** Finding a path: whatever a peer serves, in whatever order, and however much of it. */

import { X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DAY } from '../../../shared/model/time.ts';
import { chainProblems } from '../../../shared/pki/served/chain.ts';
import { findPaths, nodeOf } from '../../../shared/pki/served/paths.ts';
import { trustPath } from '../../../shared/pki/served/trust-path.ts';
import { certificateFacts, certificatesOfPem } from '../../../shared/pki/x509/certificate.ts';
import { profileOf } from '../../../shared/pki/x509/profile.ts';
import { mint, NOW } from '../../lab/differential/certificates.ts';
import { everyChain } from '../../lab/differential/chains.ts';
import { four, specOf } from '../../lab/differential/four.ts';
import { codesOf } from '../../lab/differential/ours.ts';

const { leaf, sub, top, root } = four();
const old = { notBefore: NOW - 300 * DAY, notAfter: NOW - 10 * DAY };
const factsOf = (pem: string) => certificatesOfPem(pem).map(certificateFacts);
const when = { now: NOW, seenAt: NOW };
const expiry = { warn: { kind: 'fixed', before: DAY }, critical: { kind: 'fixed', before: DAY } } as const;
const dns = { kind: 'dns', name: 'pay.lab.test' } as const;
const problems = (chain: string, anchors: string) =>
  chainProblems(factsOf(chain), { name: 'lab', anchors: certificatesOfPem(anchors) }, dns, expiry, NOW);

const bytesOf = (pem: string): Uint8Array => Buffer.from(pem.replaceAll(/-----[A-Z ]+-----|\n/g, ''), 'base64');

describe('which path is reported', () => {
  const oldTop = mint(specOf('top', old), specOf('root'));
  test('the one in date, first or last; and dates decide nothing where no moment is given', () => {
    for (const served of [oldTop + top, top + oldTop]) {
      const found = trustPath(factsOf(leaf + sub + served), certificatesOfPem(root), when);
      expect(found).toMatchObject({ trusted: true, faults: [] });
      expect(found.trusted && found.path.map(({ sha256 }) => sha256)).toEqual(
        factsOf(leaf + sub + top).map(({ sha256 }) => sha256),
      );
    }
    expect(trustPath(factsOf(leaf + sub + oldTop), certificatesOfPem(root))).toMatchObject({ trusted: true });
  });
  test('of two that are sound, the one that lasts longer: nobody is warned of a twin that ends', () => {
    const ending = mint(specOf('top', { notAfter: NOW + DAY / 2 }), specOf('root'));
    expect(problems(leaf + sub + ending + top, root)).toEqual([]);
    expect(problems(leaf + sub + ending, root)).toMatchObject([{ code: 'SERVED_CHAIN_EXPIRES_SOON' }]);
  });
  test('anchors with the key of the chosen one follow it: their CRLs count too', () => {
    const oldRoot = mint(specOf('root', old));
    const found = trustPath(factsOf(leaf + sub + top), certificatesOfPem(oldRoot + root), when);
    expect(found.trusted && found.anchors.map(({ raw }) => new X509Certificate(raw).toString())).toEqual([
      new X509Certificate(root).toString(),
      new X509Certificate(oldRoot).toString(),
    ]);
  });
  test('an anchor of tomorrow', () => {
    const early = mint(specOf('root', { notBefore: NOW + DAY }));
    expect(problems(leaf + sub + top, early)).toMatchObject([
      { code: 'SERVED_CHAIN_NOT_YET_VALID', about: expect.stringContaining('CN=Root CA') },
    ]);
  });
});

describe('what the message names', () => {
  const message = (chain: string, anchors = root) => problems(chain, anchors)[0]?.message;
  test.each<[string, string, RegExp]>([
    [
      'an issuer that is no CA',
      leaf + mint(specOf('sub', { ca: false }), specOf('top')) + top,
      /Sub CA, which signed it, is no CA/,
    ],
    [
      'one that may not sign',
      leaf + mint(specOf('sub', { usage: ['cRLSign'] }), specOf('top')) + top,
      /Sub CA.*lacks keyCertSign/,
    ],
    [
      'one of version 1',
      leaf + mint(specOf('sub', { version: 0, ca: null, usage: null, identifiers: 'none' }), specOf('top')) + top,
      /Sub CA.*version 1/,
    ],
    [
      'a key identifier that fits nothing',
      mint(specOf('leaf', { identifiers: 'wrong' }), specOf('sub')) + sub + top,
      /key identifier/,
    ],
    [
      'one of the right name that did not sign',
      mint(specOf('leaf'), { subject: 'CN=Sub CA, O=Lab', key: 'mine' }) + sub + top,
      /that is served did not sign/,
    ],
  ])('%s', (_what, chain, expected) => expect(message(chain)).toMatch(expected));
});

describe('a name that does not match', () => {
  const ip = { kind: 'ip', address: '127.0.0.1' } as const;
  const said = (names: Parameters<typeof mint>[0]['names'], identity: typeof dns | typeof ip) => {
    const { leaf: own } = four({ leaf: { names: names ?? null } });
    return chainProblems(
      factsOf(own + sub + top),
      { name: 'lab', anchors: certificatesOfPem(root) },
      identity,
      expiry,
      NOW,
    );
  };
  test.each<[string, Parameters<typeof mint>[0]['names'], typeof dns | typeof ip, RegExp]>([
    ['a wildcard that is a part of a label', [{ dns: 'p*.lab.test' }], dns, /p\*\.lab\.test.*part of a label/],
    ['an address written as a DNS name', [{ dns: '127.0.0.1' }], ip, /as a DNS name/],
    ['an e-mail address alone', [{ email: 'a@b.test' }], dns, /no DNS name, address or URI/],
    ['no alternative name', null, dns, /no subject alternative name at all/],
    ['another name', [{ dns: 'other.test' }], dns, /it carries other\.test$/],
  ])('%s', (_what, names, identity, expected) => {
    expect(said(names, identity)).toMatchObject([
      { code: 'SERVED_NAME_MISMATCH', message: expect.stringMatching(expected) },
    ]);
  });
});

describe('properties', () => {
  const others = [
    sub,
    top,
    root,
    mint(specOf('top', old), specOf('root')),
    mint({ subject: 'CN=Other', key: 'other-0' }),
  ];
  const arrangements = fc.array(fc.constantFrom(...others), { maxLength: 8 });
  test('order, duplicates and strangers make no sound chain unsound, but for its order', () => {
    fc.assert(
      fc.property(arrangements, (served) => {
        const codes = new Set(problems([leaf, ...served].join(''), root).map(({ code }) => code));
        codes.delete('SERVED_CHAIN_OUT_OF_ORDER');
        expect([...codes]).toEqual(
          served.includes(sub) && served.includes(top) ? [] : expect.arrayContaining([expect.any(String)]),
        );
      }),
      { numRuns: 200 },
    );
  });
  test('without the bundle’s CA nothing that is served makes it trusted', () => {
    fc.assert(
      fc.property(arrangements, (served) => {
        const stranger = mint({ subject: 'CN=Root CA, O=Lab', key: 'other-1' });
        expect(trustPath(factsOf([leaf, ...served].join('')), certificatesOfPem(stranger), when).trusted).toBe(false);
      }),
      { numRuns: 50 },
    );
  });
  test('a profile is read of whatever bytes a certificate has', () => {
    const ders = everyChain().map((each) => bytesOf(each.leaf));
    fc.assert(
      fc.property(
        fc.constantFrom(...ders),
        fc.nat(),
        fc.integer({ min: 0, max: 255 }),
        fc.nat(),
        (der, at, byte, cut) => {
          const bytes = Uint8Array.from(der);
          bytes[at % bytes.length] = byte;
          expect(() => profileOf(bytes)).not.toThrow();
          expect(() => profileOf(bytes.subarray(0, cut % bytes.length))).not.toThrow();
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe('a hostile peer', () => {
  /** Each of `count` CAs of one name certifies the key of each other one. */
  const knot = (count: number): string => {
    const keys = Array.from({ length: count }, (_, at) => `other-${at}`);
    const name = 'CN=Knot';
    return keys
      .flatMap((key) => keys.map((by) => mint({ subject: name, key, identifiers: 'none' }, { subject: name, key: by })))
      .join('');
  };
  test('a knot of a hundred cross-signatures is given up, and said so', () => {
    const first = mint(specOf('leaf', { identifiers: 'none' }), { subject: 'CN=Knot', key: 'other-0' });
    const chain = first + knot(10);
    const found = findPaths(certificatesOfPem(chain).map(nodeOf), certificatesOfPem(root).map(nodeOf));
    expect(found).toMatchObject({ paths: [], exhausted: true });
    expect(problems(chain, root)).toMatchObject([
      { code: 'SERVED_CHAIN_UNTRUSTED', message: expect.stringContaining('given up') },
    ]);
  });
  test('and hides no path that is served in date before it', () => {
    expect(
      codesOf({
        name: '',
        leaf,
        served: sub + top + knot(5),
        anchors: root,
        peer: { kind: 'dns', value: 'pay.lab.test' },
        now: NOW,
      }),
    ).toEqual([]);
  });
  test('a ladder of twins, two of each of thirty CAs, ends', () => {
    const level = (at: number) => ({ subject: `CN=Level ${at}`, key: `other-${at % 5}` });
    const ladder = Array.from({ length: 30 }, (_, at) =>
      [0, 1].map(() => mint({ ...level(at), identifiers: 'none' }, level(at + 1))).join(''),
    );
    const first = mint(specOf('leaf', { identifiers: 'none' }), level(0));
    const found = findPaths(
      certificatesOfPem(first + ladder.join('')).map(nodeOf),
      certificatesOfPem(root).map(nodeOf),
    );
    expect(found).toMatchObject({ paths: [], exhausted: true });
    const anchor = mint({ ...level(30), identifiers: 'none' });
    expect(
      findPaths(certificatesOfPem(first + ladder.join('')).map(nodeOf), certificatesOfPem(anchor).map(nodeOf)).paths
        .length,
    ).toBeGreaterThan(0);
  });
});
