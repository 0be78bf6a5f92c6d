/** A revoked certificate of a CA beside another one of the same name and key that is not revoked (RFC 5280 §6.1: any valid path). */
import { X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { integer, pem } from '../../../shared/pki/asn1/der.ts';
import { putTogether } from '../../../shared/pki/mint/assemble.ts';
import { issueAuthority } from '../../../shared/pki/mint/issue.ts';
import { takeApart } from '../../../shared/pki/x509/certificate-parts.ts';
import { judgedBy, NOW, validity, week } from '../../helpers/crl-judged.ts';
import { mintCrl } from '../../helpers/crls.ts';
import { serverLeaf } from '../../helpers/served-runs.ts';

const [SERIAL, OLD, NEW] = [Uint8Array.of(0x51), Uint8Array.of(0x52), Uint8Array.of(0x53)];
const REVOKED = 'SERVED_CERTIFICATE_REVOKED';
const HOLDS = 'SERVED_CHAIN_HOLDS_REVOKED';

describe('a CA with two certificates', () => {
  let pki: Awaited<ReturnType<typeof mint>>;
  const mint = async () => {
    const root = await issueAuthority({ subject: 'CN=Root', validity });
    const sub = await issueAuthority({ subject: 'CN=Sub', validity, serial: OLD }, { parent: root });
    const twin = putTogether({ ...takeApart(sub.der), serial: integer(...NEW) }, root.privateKey);
    const [leaf = ''] =
      (await serverLeaf(sub, validity, SERIAL)).match(/-----BEGIN[\s\S]*?-----END CERTIFICATE-----\n/) ?? [];
    return { root, sub, leaf, old: pem('CERTIFICATE', sub.der), young: pem('CERTIFICATE', twin) };
  };
  beforeAll(async () => {
    pki = await mint();
  });

  const judged = (served: readonly string[], revoked: readonly Uint8Array[], leaves: readonly Uint8Array[] = []) =>
    judgedBy(
      pki.leaf + served.join(''),
      pki.root,
      NOW,
      mintCrl(
        pki.root,
        week,
        [],
        revoked.map((serial) => ({ serial })),
      ),
      mintCrl(
        pki.sub,
        week,
        [],
        leaves.map((serial) => ({ serial })),
      ),
    ).map(({ code }) => code);

  test('one of them is revoked: the path through the other counts, and the revoked one is a note, in either order', () => {
    const { old, young } = pki;
    expect(new X509Certificate(old).serialNumber).not.toBe(new X509Certificate(young).serialNumber);
    for (const [served, revoked] of [
      [[old, young], OLD],
      [[young, old], OLD],
      [[old, young], NEW],
      [[young, old], NEW],
      [[old, old, young], OLD],
    ] as const)
      expect(judged(served, [revoked])).toEqual([HOLDS]);
  });

  test('neither is revoked, or the revoked one is not served: nothing is said', () => {
    const { old, young } = pki;
    expect(judged([old, young], [])).toEqual([]);
    expect(judged([young], [OLD])).toEqual([]);
  });

  test('no path is clean: the only certificate, both, or the leaf is revoked', () => {
    const { old, young } = pki;
    expect(judged([old], [OLD])).toEqual([REVOKED]);
    expect(judged([old, young], [OLD, NEW])).toEqual([REVOKED]);
    expect(new Set(judged([old, young], [OLD], [SERIAL]))).toEqual(new Set([REVOKED]));
  });
});
