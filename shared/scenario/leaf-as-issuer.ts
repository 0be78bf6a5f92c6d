import type { Endpoint } from '../model/registry.ts';
import { ATTEMPTS, type Identities, type Scenario, single } from './scenario.ts';

/** Another identity whose issuer the endpoint may trust: one that it refuses, else a second one that it admits. */
const another = ({ admits: [, second], refuses }: Endpoint, identities: Identities): string | undefined =>
  [...refuses, second].find((name) => name !== undefined && (identities[name]?.fault ?? null) === null);

export const leafAsIssuer: Scenario<'leaf-as-issuer'> = {
  name: 'leaf-as-issuer',
  column: { head: 'leafCA', meaning: 'signed by a client, which is no CA' },
  family: 'bad-certificate',
  suite: 'enforcement',
  always: false,
  needs: null,
  onRoutes: false,
  presents:
    'a leaf like the control’s, signed with the control’s own key under its name; and one that another identity of the same issuer signed (its subject)',
  expects: 'rejected',
  citation:
    'RFC 5280 §6.1.4 (k): an issuer must be a CA (basicConstraints), not just any certificate with a valid path',
  cases: (endpoint, identities) => {
    const signer = another(endpoint, identities);
    const own = single({ kind: 'minted', scenario: 'leaf-as-issuer' });
    if (signer === undefined) return own;
    return [...own, { subject: signer, presented: { kind: 'minted', scenario: 'leaf-as-issuer', signer } }];
  },
  add: null,
  fault: null,
  minted: true,
  mayMeetAnotherCertificate: false,
  comparedWithout: false,
  attempts: ATTEMPTS,
  acceptanceProves: null,
  cause: null,
  acceptance: {
    to: 'a client certificate that a client’s certificate issued, which is no CA',
    meaning:
      'Every admitted client can issue certificates: one valid certificate and its key are enough to mint any identity.',
    causes: [
      'The relying party checks names and signatures of the path only, not whether each issuer is a CA (basicConstraints, keyCertSign).',
      'The application verifies the path itself, in place of the TLS library (Go: RequireAnyClientCert with VerifyPeerCertificate; Java: a custom TrustManager).',
    ],
    cure: 'Let the TLS library verify the path (Go: RequireAndVerifyClientCert with ClientCAs; Java: the default TrustManager; OpenSSL: SSL_VERIFY_PEER without a callback that ignores errors), or demand cA: TRUE and keyCertSign of every issuer.',
  },
};
