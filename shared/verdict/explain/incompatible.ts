/** Why OpenSSL gives up on a handshake: its reasons in the field's words, each with its cure. */

type Incompatibility = { readonly fault: string; readonly cure: string };

/** By the names that node:tls gives to OpenSSL's reasons (`error.code`); 3.0 and 3.5 spell some differently. */
const REASONS: readonly (readonly [RegExp, Incompatibility])[] = [
  [
    /UNSAFE_LEGACY_RENEGOTIATION/,
    {
      fault: 'the server lacks secure renegotiation, RFC 5746',
      cure: 'Update the server’s TLS library, or enable secure renegotiation there (RFC 5746): clients built on OpenSSL 3 and later all refuse it.',
    },
  ],
  [
    /(DH|EE|CA)_KEY_TOO_(SMALL|WEAK)|_KEY_TOO_SMALL|MD_TOO_WEAK|BAD_DH_VALUE|DH_VALUE/,
    {
      fault: 'its key, or its Diffie-Hellman group, is too short',
      cure: 'Give the server a Diffie-Hellman group of 2048 bits at least (or ECDHE only), and a certificate with RSA 2048 or P-256 at least.',
    },
  ],
  [
    /UNSUPPORTED_PROTOCOL|WRONG_(SSL_)?VERSION|TLSV1_ALERT_PROTOCOL_VERSION|NO_PROTOCOLS_AVAILABLE|VERSION_TOO_LOW/,
    {
      fault: 'it chose a version of TLS that was not offered',
      cure: 'Enable TLS 1.2 or 1.3 on the server; in the registry leave out of tlsVersions the version that it does not speak.',
    },
  ],
  [
    /SIGNATURE|SIGALG/,
    {
      fault: 'it signed with an algorithm that was not offered',
      cure: 'Let the server sign with SHA-256 or better (its certificate’s key, or its list of signature algorithms).',
    },
  ],
  [
    /CIPHER|GROUP|CURVE|KEY_SHARE|ECPOINT/,
    {
      fault: 'it chose a cipher or a group that was not offered',
      cure: 'Let the server offer a cipher suite and a group that OpenSSL takes by default (ECDHE with AES-GCM or ChaCha20; X25519 or P-256).',
    },
  ],
  [
    /ASN1|_TIME|CERTIFICATE|X509|DECODE|ENCODING|NESTED|BAD_OBJECT/,
    {
      fault: 'a certificate or a message of it cannot be read',
      cure: 'Look at the certificate that the server serves: its dates or its encoding break RFC 5280 (§4.1.2.5). Reissue it.',
    },
  ],
];

const UNKNOWN: Incompatibility = {
  fault: 'a reason that the monitor has no words for',
  cure: 'Try the printed command from the same vantage; `openssl s_client` shows where the handshake breaks off.',
};

/** `reason`: the error code of node:tls. A reason that no pattern matches gets a general cure; never throws. */
export const incompatibility = (reason: string): Incompatibility =>
  REASONS.find(([pattern]) => pattern.test(reason))?.[1] ?? UNKNOWN;
