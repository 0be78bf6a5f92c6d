/** Which certificate OpenSSL takes for an issuer in place of the one on the best path; tried with OpenSSL 3.0 and 3.5. */
import { X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { DAY } from '../../../shared/model/time.ts';
import { type Authority, issueAuthority } from '../../../shared/pki/mint/issue.ts';
import { rivalIssuer } from '../../../shared/pki/served/rival-issuer.ts';
import { trustPath } from '../../../shared/pki/served/trust-path.ts';
import { certificateFacts, certificatesOfPem } from '../../../shared/pki/x509/certificate.ts';
import { NOW, validity } from '../../helpers/crl-judged.ts';
import { serverLeaf } from '../../helpers/served-runs.ts';
import { authorityAgain, validBetween } from '../../helpers/signed-again.ts';

const first = (pem: string): string => `${pem.split('-----END CERTIFICATE-----')[0]}-----END CERTIFICATE-----\n`;

describe('a rival of the intermediate', () => {
  let root: Authority;
  let good: string;
  let cross: string;
  let old: string;
  let leaf: string;
  beforeAll(async () => {
    root = await issueAuthority({ subject: 'CN=Root', validity });
    const stranger = await issueAuthority({ subject: 'CN=Stranger', validity });
    const inner = await issueAuthority({ subject: 'CN=Inner', validity }, { parent: root });
    good = first(inner.certificatePem);
    const crossed = authorityAgain(inner, (parts) => ({ ...parts, issuer: stranger.name }), stranger);
    cross = first(crossed.certificatePem);
    old = first(authorityAgain(inner, validBetween(NOW - 90 * DAY, NOW - DAY), root).certificatePem);
    leaf = first(await serverLeaf(inner, validity, Uint8Array.of(0x51)));
  });
  const rival = (served: readonly string[], held: readonly string[] = []) => {
    const chain = certificatesOfPem([leaf, ...served].join('')).map(certificateFacts);
    const bundle = [...held, first(root.certificatePem)].map((each) => new X509Certificate(each));
    const path = trustPath(chain, bundle, { now: NOW, seenAt: NOW });
    if (!path.trusted) throw new Error(path.problem.message);
    return rivalIssuer(path, { chain, bundle, bundleName: 'corp', at: NOW });
  };

  test('is the stranger’s cross-signature that is served first, by its place', () => {
    expect(rival([cross, good])?.words).toBe('certificate 2 of the served chain (CN=Inner, issued by CN=Stranger)');
    expect(rival([good, cross])).toBeNull();
  });
  test('is the old certificate in the bundle, which goes before what is served', () => {
    expect(rival([good], [old])?.words).toMatch(/^CN=Inner \(SHA-256 .*\) of the trust bundle corp$/);
    // A CA of the bundle is an anchor: this path ends at it.
    expect(rival([good], [cross])).toBeNull();
  });
  test('is none that has ended and is served, nor a copy of the right one', () => {
    expect(rival([old, good])).toBeNull();
    expect(rival([good, good], [good])).toBeNull();
    expect(rival([good])).toBeNull();
  });
});
