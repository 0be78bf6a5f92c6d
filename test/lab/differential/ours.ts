/** What our own analysis says of a case, without OpenSSL's veto. */

import type { Code } from '../../../shared/model/names.ts';
import { DAY, HOUR } from '../../../shared/model/time.ts';
import { chainProblems } from '../../../shared/pki/served/chain.ts';
import { certificateFacts, certificatesOfPem } from '../../../shared/pki/x509/certificate.ts';
import type { Case } from './verifiers.ts';

/** So short that an end that comes near is no part of the comparison. */
const EXPIRY = { warn: { kind: 'fixed', before: DAY }, critical: { kind: 'fixed', before: HOUR } } as const;

/**
 * The codes of its problems, none twice. A certificate that the runtime's OpenSSL cannot read ends its handshake, or makes a bundle unusable: of such
 * a case it is `unreadable`.
 */
export const codesOf = ({ leaf, served, anchors, peer, now }: Case): readonly (Code | 'unreadable')[] => {
  let chain: Parameters<typeof chainProblems>[0];
  let bundle: Parameters<typeof chainProblems>[1]['anchors'];
  try {
    chain = certificatesOfPem(leaf + served).map(certificateFacts);
    bundle = certificatesOfPem(anchors);
  } catch {
    return ['unreadable'];
  }
  const identity =
    peer?.kind === 'ip'
      ? ({ kind: 'ip', address: peer.value } as const)
      : ({ kind: 'dns', name: peer?.value ?? '' } as const);
  return [
    ...new Set(chainProblems(chain, { name: 'lab', anchors: bundle }, identity, EXPIRY, now).map(({ code }) => code)),
  ];
};
