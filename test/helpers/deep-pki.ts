/** The test PKI with one CA more: every identity that the lab trusts is a chain of a leaf and two CAs, long enough to be compressed. */
import { DAY, type Instant } from '../../shared/model/time.ts';
import { issueAuthority, issueRevocationList } from '../../shared/pki/mint/issue.ts';
import { issueFaulty, issueIdentity } from '../../shared/pki/test-pki/issue-faulty.ts';
import { mintTestPki, principalOf, type TestPki } from '../../shared/pki/test-pki/lab-pki.ts';

const REVOKED_SERIAL = Uint8Array.of(0x52, 0x45, 0x56);

/** `mintTestPki(now)` but for its identities, which a second intermediate issues, and `crlPem`, which covers that one too. ECDSA throughout. */
export const mintDeepPki = async (now: Instant): Promise<TestPki> => {
  const pki = await mintTestPki(now);
  const periods = {
    current: { notBefore: now - DAY, notAfter: now + 365 * DAY },
    past: { notBefore: now - 365 * DAY, notAfter: now - DAY },
    future: { notBefore: now + 30 * DAY, notAfter: now + 365 * DAY },
  };
  const validity = { notBefore: now - 400 * DAY, notAfter: now + 3650 * DAY };
  const issuing = await issueAuthority({ subject: 'CN=Lab issuing 2, O=Lab', validity }, { parent: pki.intermediate });
  const named = (name: string) => ({ subject: `CN=${name}, O=Lab`, altNames: [{ uri: principalOf(name) }] });
  const good = (name: string) => issueIdentity(named(name), periods.current, issuing);
  return {
    ...pki,
    identities: {
      ...pki.identities,
      payments: await good('payments'),
      orders: await good('orders'),
      chained: await good('payments'),
      ...(await issueFaulty(named('payments'), periods, issuing, REVOKED_SERIAL)),
    },
    crlPem: pki.crlPem + issueRevocationList(issuing, [REVOKED_SERIAL], periods.current),
  };
};
