/** Codes of served chains, their changes, and what they are verified with: trust bundles and CRLs. */
import type { FixedCode } from '../../model/names.ts';
import { type Explanation, fail, news, refused, unsure } from './explanation.ts';

export const SERVED = {
  SERVED_CHAIN_SELF_SIGNED: {
    verification: 'refused',
    ...fail(
      'critical',
      'The served certificate signed itself and is not in the trust bundle: any party could have made it. A pass of another check becomes inconclusive.',
      [
        'A server’s default certificate (snakeoil) is served.',
        'The issued certificate was never installed.',
        'A third party intercepts the connection.',
      ],
      [
        'Install the certificate that your CA issued, with its chain, and reload the relying party.',
        'If it is meant to be pinned, put this very certificate into the trust bundle.',
      ],
    ),
    verdict: 'fail or inconclusive',
  },
  SERVED_CHAIN_VIOLATES_CONSTRAINTS: refused(
    fail(
      'critical',
      'A CA of the path may not issue such a certificate: its name constraints forbid a name (RFC 5280 §4.2.1.10), its path length forbids another CA below it (§4.2.1.9), or it requires a certificate policy that the path lacks (§4.2.1.11). Clients that follow the RFC refuse, also where the CA stands in the trust bundle. Secret headers are withheld.',
      [
        'The certificate was issued by a CA that was made for other names.',
        'A CA that may issue for leaves only has issued another CA.',
        'A third party intercepts the connection with a CA that was not meant for this name.',
      ],
      [
        'Have it issued by a CA that may issue for this name; the message names the CA and its limit.',
        'If it is the CA’s limit that is wrong, have the CA’s certificate reissued and serve the new one, or put it into the trust bundle.',
      ],
    ),
  ),
  SERVED_CHAIN_CRITICAL_EXTENSION: refused(
    fail(
      'critical',
      'A certificate of the path has an extension that is marked critical and that clients do not process: RFC 5280 §4.2 has them refuse it. Secret headers are withheld.',
      [
        'A private extension of the CA’s was marked critical.',
        'The certificate is meant for something else than TLS: a proxy certificate, a time stamp.',
        'An extension that may not be critical (a key identifier, authority information access) was marked so.',
      ],
      ['Have the certificate that the message names reissued with the extension not critical, or without it.'],
    ),
  ),
  SERVED_CHAIN_MALFORMED: refused(
    fail(
      'critical',
      'A certificate of the path is not encoded as RFC 5280 §4 says: a date with fractions, with an offset or without seconds, an extension twice, or one that cannot be read. Some clients read it leniently, others refuse it. Secret headers are withheld.',
      ['The certificate was made by a program that encodes it by hand.', 'It was damaged on purpose.'],
      ['Have the certificate that the message names issued again by another program.'],
    ),
  ),
  SERVED_CHAIN_REFUSED: fail(
    'critical',
    'The monitor’s own analysis finds a sound path, but OpenSSL refuses the served chain with the trust bundle, and so do clients that are built on it. The message has OpenSSL’s words. Secret headers are withheld.',
    [
      'Two CA certificates of one name are served, and OpenSSL takes the first, which leads nowhere (a cross-signed one). It does not backtrack, as Go and Java do.',
      'The trust bundle holds an expired certificate of a CA beside its root: OpenSSL prefers it to the one that is served.',
      'A rule of OpenSSL’s own: security level, purpose, or one of RFC 5280 that the monitor’s analysis does not apply.',
      'A third party intercepts the connection.',
    ],
    [
      '`openssl verify -purpose sslserver -CAfile BUNDLE -untrusted CHAIN LEAF` must say OK: serve the leaf, then the CAs that lead to the bundle, and nothing else.',
      'If it is a CA that is at fault, have its certificate reissued and serve the new one.',
    ],
  ),
  SERVED_CHAIN_UNCONFIRMED: unsure(
    'The monitor’s own analysis finds no fault that breaks verification, but OpenSSL gave no verdict: it verifies in handshakes without a client certificate, and none of them showed this chain. A chain is sound only if both find it sound; secret headers are withheld.',
    [
      'Several backends behind one address serve different chains, and the handshakes without a certificate met others.',
      'The relying party ends a handshake without a client certificate before it shows its own.',
      'The run had no time left.',
    ],
    ['Serve one chain at all backends.', 'Run it again; raise `timeout`, or check fewer endpoints in one run.'],
  ),
  SERVED_CHAIN_OUT_OF_ORDER: news(
    'info',
    'The chain is sound, and served in another order than each certificate signing the one before it (RFC 5246 §7.4.2; RFC 8446 §4.4.2 allows any order), or with a certificate in between that does not belong. OpenSSL, Go and Java accept it; a client that holds the server to the order refuses it.',
    ['The files of a chain were put together in the wrong order.', 'An old intermediate was left in the file.'],
    ['Serve the leaf first, then the CA that signed it, then the one that signed that, and nothing else.'],
  ),
  SERVED_CHAIN_HOLDS_REVOKED: news(
    'warning',
    'The chain is sound, and the server also serves a CA certificate that a CRL revokes. A path leads past it, through another certificate of the same CA (same name, same key) that is not revoked. Clients that read no CRLs (Go) do not see it; OpenSSL, where it checks the CRLs of all CAs (`-crl_check_all`), uses the one that is served first and refuses the chain if that one is revoked.',
    ['The CA’s certificate was replaced and revoked, and the old one was left in the server’s chain file.'],
    ['Take the revoked certificate, which the message names, out of the served chain.'],
  ),
  SERVED_CHAIN_UNCOMMON: news(
    'info',
    'The chain is sound for OpenSSL, but Go’s clients, and Java’s as a rule, refuse it: a certificate has a key on a curve that they cannot verify, or it names its issuer in other bytes than the issuer’s own certificate, which Go compares.',
    [
      'The CA was made for clients of one kind (secp256k1, a Brainpool curve).',
      'The CA was renewed with its old key, and its name with other string types.',
    ],
    [
      'Nothing, if every client is built on OpenSSL. Otherwise issue it on P-256, P-384 or P-521, or with RSA; after a renewal of the CA, from its new certificate.',
    ],
  ),
  SERVED_ALGORITHM_UNSUPPORTED: refused(
    fail(
      'warning',
      'Most clients cannot verify the chain: the leaf’s key is on a Brainpool curve, for which OpenSSL before 3.2 has no signature algorithm in TLS 1.3 (RFC 8446 §4.2.3 has none, RFC 8734 added them), or a certificate is signed with SHA-3, for which TLS has no name. Go and Java refuse both. Secret headers are withheld.',
      ['The CA follows a national rule, or was made for clients of one kind.'],
      ['Have it issued on P-256, P-384 or P-521, or with RSA, and signed with SHA-2.'],
    ),
    'ours',
  ),
  SERVED_CHAINS_DIFFER: fail(
    'warning',
    'One of the name’s addresses serves another certificate than the others: which one a client gets depends on the address that it reaches.',
    [
      'A renewal reached some of the servers only.',
      'An old machine is still in DNS.',
      'Each server has a certificate of its own, by design.',
    ],
    [
      'Install the same certificate at each address and reload each server.',
      'If each server has its own by design, set `addresses: each`, or register each as an endpoint.',
    ],
  ),
  SERVED_IDENTITY_MISMATCH: refused(
    fail(
      'critical',
      'The served certificate does not carry the SPIFFE ID in `serverIdentity`: it carries another URI, none, or several (X509-SVID §2 wants exactly one).',
      [
        'Another workload answers at this address.',
        'The service account or namespace of the workload changed.',
        'The certificate comes from another trust domain.',
      ],
      [
        'Find out which workload answers there, and correct its registration with the CA (SPIRE entry, service account).',
        'Set `serverIdentity` to the ID that it should have, or leave it out where a DNS name is to be checked.',
      ],
    ),
    'ours',
  ),
  SERVED_CERTIFICATE_REVOKED: refused(
    fail(
      'critical',
      'A CRL of the trust bundle, or the OCSP response stapled to the handshake, says for its issuer that a served certificate is revoked: clients that check revocation refuse to connect.',
      ['It was replaced, and the old one is still served.', 'Its key was compromised.'],
      ['Serve the certificate that replaced it; if there is none, issue one with a new key.'],
    ),
    'ours',
  ),
  SERVED_KEY_CHANGED: news(
    'info',
    'Another certificate with a new key is served, from the same issuer.',
    ['It was renewed.'],
    [
      'Nothing, if it was renewed. Otherwise find out who replaced it; clients that pin the key must learn the new one.',
    ],
  ),
  SERVED_ISSUER_CHANGED: news(
    'warning',
    'Another certificate is served, and another CA issued it.',
    ['A CA rotation.', 'The certificate was bought elsewhere.', 'A third party intercepts the connection.'],
    [
      'Nothing, if the CA was changed on purpose. Otherwise find out who replaced it: see that every client trusts the new issuer.',
    ],
  ),
  ACCEPTABLE_CAS_CHANGED: news(
    'warning',
    'The endpoint names other CAs in its certificate request than in the runs before (RFC 8446 §4.2.4): as a rule, the CAs whose clients it accepts.',
    ['Its client CAs were rotated.', 'A CA was added or removed.', 'Another server answers at this address.'],
    [
      'Nothing, if its client CAs were changed on purpose. Otherwise find out who changed them: a CA that was added may admit clients that nobody expects.',
    ],
  ),
  SERVED_CERTIFICATE_REISSUED: news(
    'info',
    'Another certificate is served for the same key, from the same issuer.',
    ['It was renewed without a new key.', 'A name was added.'],
    ['Nothing, if it was renewed. Make a new key at the next renewal where your policy asks for one.'],
  ),
  TRUST_BUNDLE_EXPIRED: refused(
    fail(
      'critical',
      'The CA of the trust bundle that the served chain leads to has expired: clients that trust the same CA refuse to connect.',
      ['A CA rotation was missed or not finished.'],
      ['Put the CA’s successor into the trust bundle and into every client, and serve a chain that leads to it.'],
    ),
  ),
  TRUST_BUNDLE_EXPIRES_SOON: fail(
    'warning',
    'The CA of the trust bundle that the served chain leads to expires soon; critical past `expiry.critical`. When it expires, every certificate under it fails at once.',
    ['A CA rotation is due.'],
    [
      'Make the successor; list old and new CA in one bundle here and in every client; then serve chains of the new one; then drop the old.',
    ],
  ),
  TRUST_BUNDLE_HOLDS_LEAF: fail(
    'warning',
    'The trust bundle holds the served certificate itself in place of a CA.',
    ['The server’s certificate was put there in place of its issuer’s.'],
    ['Put the certificate of the CA that issued it into the trust bundle.'],
  ),
  TRUST_BUNDLE_DAMAGED: fail(
    'warning',
    'A part of the trust bundle cannot be read: the message names its place. The other certificates are used, and the served chain leads to one of them. Many clients that load the same file refuse all of it.',
    ['A line was lost when the file was put together.', 'The file was cut off.'],
    ['Export the certificate that the message names again, or take it out of the trust bundle.'],
  ),
  CRL_EXPIRED: fail(
    'warning',
    'A CRL that the registry names is past its nextUpdate: relying parties that use it refuse every client (nginx, OpenSSL) or none.',
    ['The CA’s publication job stopped.', 'The file in the registry was not renewed.'],
    ['Publish a fresh CRL; see that each relying party reloads it.'],
  ),
  CRL_EXPIRES_SOON: fail(
    'warning',
    'A CRL that the registry names is near its nextUpdate and should have been followed by another one already.',
    ['The CA’s publication job was missed.', 'The file in the registry was not renewed.'],
    ['Publish a fresh CRL before its nextUpdate; see that each relying party reloads it.'],
  ),
  CRL_UNUSABLE: unsure(
    'The CRLs that the registry names cannot say whether a served certificate is revoked: one cannot be read or used, or none of its CA covers the certificate (RFC 5280 §5.2, §6.3.3). What such a list lists is revoked all the same, where its CA signed it, its thisUpdate is not ahead and no other list clears the certificate.',
    [
      'Its URL does not answer, leads elsewhere, shows a page, or gives more than 64 MiB.',
      'It is no CRL; or a delta whose base is not there; or an indirect one whose issuer is no CA of the served path.',
      'It is of another CA or another key of it, forged, or signed with an algorithm that is not known here.',
      'It is the list of another distribution point: a shard, as AWS Private CA’s partitioned CRLs are.',
      'It lists certificates of CAs only, attribute certificates only, or some reasons only.',
      'It has a critical extension that is not known here.',
      'Its thisUpdate is ahead: the CA’s clock or the monitor’s is wrong.',
      'Two lists contradict each other: one lists the certificate, and another one that covers it too does not.',
      'The CA that signed it has a key usage without `cRLSign`, or signed it with a key that it has replaced.',
    ],
    [
      'Follow the advice of the finding, which is for its own reason.',
      'Look at the CRL itself, at the file or URL that stands in `crls` of the trust bundle: `openssl crl -noout -text` shows its issuer, its dates and its extensions.',
      'Of a shard or a part: name the list in the certificate’s own CRL distribution points, or every shard; one list that covers the certificate is enough.',
      'Of a delta: name the complete list beside it. Of an indirect list or an unknown critical extension: have the CA publish a complete list without it.',
      'Of a date ahead: set the clocks right.',
      'Of a CA without `cRLSign`: renew its certificate with it, since clients refuse the list too; of a replaced key: name the list of the new one.',
    ],
  ),
  OCSP_STAPLE_EXPIRED: fail(
    'warning',
    'The OCSP response that the server staples is past its nextUpdate: clients that check it refuse to connect.',
    ['The server cannot reach the CA’s responder.', 'The job that renews a staple file stopped.'],
    ['See that the server reaches the responder, or renew its staple file and reload it.'],
  ),
  OCSP_STAPLE_EXPIRES_SOON: fail(
    'warning',
    'The OCSP response that the server staples is near its nextUpdate and should have been followed by another one already.',
    ['The last fetch from the responder failed.', 'The job that renews a staple file was missed.'],
    ['Look for failed OCSP fetches in the server’s log; renew the staple before its nextUpdate.'],
  ),
  OCSP_STAPLE_INVALID: fail(
    'warning',
    'The OCSP response that the server staples proves nothing: it is damaged, of another certificate, an error, `unknown`, or signed with a key that the issuer did not authorise (RFC 6960 §3.2, §4.2.2.2). Clients that check it refuse to connect.',
    [
      'The certificate was renewed and the staple file was not.',
      'The response was signed by a key without `OCSPSigning`, or by another CA.',
      'The responder does not know the certificate.',
    ],
    [
      'Fetch a response for the served certificate from its own issuer’s responder: `openssl ocsp -respin` reads a staple file.',
    ],
  ),
  OCSP_STAPLE_MISSING: fail(
    'warning',
    'The served certificate demands an OCSP staple (TLS feature `status_request`, RFC 7633) and comes without one: clients that honour it refuse to connect.',
    [
      'Stapling is not switched on.',
      'The server cannot reach the CA’s responder.',
      'Node’s own server staples nothing after a HelloRetryRequest.',
    ],
    ['Switch stapling on (nginx: `ssl_stapling`), or issue the certificate without the feature.'],
  ),
  OCSP_STAPLE_UNJUDGED: unsure(
    'The OCSP response that the server staples cannot be judged here: its signature algorithm, the hash function that names its certificate, or one of its critical extensions is not known to the monitor. Clients may take it or not.',
    ['The responder uses an algorithm or an extension that few clients know.'],
    [
      'Ask the responder with a widespread client (`openssl ocsp`), and have the CA sign with an algorithm of RFC 4055, 5758, 8410 or 9881 without such extensions.',
    ],
  ),
} as const satisfies Partial<Record<FixedCode, Explanation>>;
