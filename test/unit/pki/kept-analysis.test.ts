/** What is computed from a certificate's bytes is kept. Judged with what is kept, at any time and in any order, a chain has the problems that it has afresh. */
import { X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CertificateFacts } from '../../../shared/model/certificate.ts';
import { DAY } from '../../../shared/model/time.ts';
import { chainProblems } from '../../../shared/pki/served/chain.ts';
import {
  certificateFacts,
  certificateOf,
  certificatesOfPem,
  isVerifiedBy,
} from '../../../shared/pki/x509/certificate.ts';
import { mint, NOW } from '../../lab/differential/certificates.ts';
import { everyChain } from '../../lab/differential/chains.ts';
import { four, specOf } from '../../lab/differential/four.ts';

const expiry = { warn: { kind: 'fixed', before: 30 * DAY }, critical: { kind: 'fixed', before: 7 * DAY } } as const;
const dns = { kind: 'dns', name: 'pay.lab.test' } as const;

const readable = (pem: string): readonly X509Certificate[] => {
  try {
    return certificatesOfPem(pem);
  } catch {
    return [];
  }
};
/** Nothing that was made from these bytes is known yet. */
const afresh = (facts: CertificateFacts): CertificateFacts => certificateFacts(new X509Certificate(facts.der));
const again = (anchor: X509Certificate): X509Certificate => new X509Certificate(anchor.raw);

const cases = everyChain().map(({ leaf, served, anchors }) => ({
  chain: [leaf, ...served].flatMap(readable).map(certificateFacts),
  anchors: [...anchors].flatMap(readable),
}));

test('a chain that was judged at other times and by other bundles is judged as if it were new', () => {
  const one = fc.nat({ max: cases.length - 1 });
  // Around the days at which these certificates begin and end.
  const at = fc.integer({ min: -400, max: 400 }).map((days) => NOW + days * DAY);
  const asked = fc.array(fc.record({ chain: one, bundle: one, isOwn: fc.boolean(), at }), {
    minLength: 1,
    maxLength: 8,
  });
  fc.assert(
    fc.property(asked, (all) => {
      for (const { chain: index, bundle, isOwn, at: now } of all) {
        const { chain = [] } = cases[index] ?? {};
        const { anchors = [] } = cases[isOwn ? index : bundle] ?? {};
        const kept = chainProblems(chain, { name: 'lab', anchors }, dns, expiry, now);
        const fresh = chainProblems(chain.map(afresh), { name: 'lab', anchors: anchors.map(again) }, dns, expiry, now);
        expect(kept).toEqual(fresh);
      }
    }),
    { numRuns: 150 },
  );
});

test('a certificate of one name and another key is another certificate', () => {
  const { leaf, sub } = four();
  const other = mint(specOf('sub', { key: 'another' }), specOf('top'));
  const [first, right, wrong] = [leaf, sub, other].map((pem) => new X509Certificate(pem)) as [
    X509Certificate,
    X509Certificate,
    X509Certificate,
  ];
  for (let time = 0; time < 2; time += 1)
    expect([isVerifiedBy(first, right), isVerifiedBy(first, wrong), isVerifiedBy(right, first)]).toEqual([
      true,
      false,
      false,
    ]);
});

test('certificates are parsed once, each by its own bytes', () => {
  const [one, other] = [four().leaf, mint(specOf('leaf'), specOf('sub'))].map((pem) =>
    certificateFacts(new X509Certificate(pem)),
  ) as [CertificateFacts, CertificateFacts];
  expect(certificateOf(one)).toBe(certificateOf(one));
  expect(certificateOf(one).fingerprint256).not.toBe(certificateOf(other).fingerprint256);
  expect(() => certificateOf({ der: new Uint8Array([0x30]) })).toThrow();
});
