import type { KeyObject, X509Certificate } from 'node:crypto';
import { constants } from 'node:crypto';
import { createSecureContext, type SecureContext, type SecureContextOptions } from 'node:tls';
import type { TlsVersion } from '../model/names.ts';

/** A certificate chain (PEM, leaf first) with its key, as a handshake presents it. */
export type Presentable = { readonly certificatePem: string; readonly privateKey: KeyObject };

const FULL_NAME = { '1.2': 'TLSv1.2', '1.3': 'TLSv1.3' } as const;
// X25519 first costs a third of the default's post-quantum key share; a relying party that wants another group asks for it (HelloRetryRequest).
const GROUPS = 'X25519:P-256:P-384:P-521:X448:X25519MLKEM768:SecP256r1MLKEM768:SecP384r1MLKEM1024';

/**
 * OpenSSL ≥ 3.2 compresses a certificate for a server that offers it (RFC 8879), which costs both sides time, and where our messages cannot be read their bytes are counted. Node has no name for
 * this option (openssl/ssl.h: `SSL_OP_BIT(32)`). To be added, never OR-ed: `|` cuts to 32 bits.
 */
const SSL_OP_NO_TX_CERTIFICATE_COMPRESSION = 2 ** 32;

const bytes = new WeakMap<Presentable, number>();

/** Bytes of the certificates it presents, at least; 0 for none. Counted once for each identity. */
export const presentedBytes = (identity: Presentable | null): number => {
  if (identity === null) return 0;
  const counted = bytes.get(identity) ?? bytesOf(identity);
  bytes.set(identity, counted);
  return counted;
};

const bytesOf = ({ certificatePem }: Presentable): number => {
  const blocks = certificatePem.match(/-----BEGIN [^-]+-----[^-]+/g) ?? [];
  return blocks.reduce((sum, block) => sum + Math.floor((block.replace(/-----.*-----|\s|=/g, '').length * 3) / 4), 0);
};

/** The CAs that OpenSSL verifies with. `system`: they are Node's own, whose store is made once a process. */
export type Trust = { readonly anchors: readonly X509Certificate[]; readonly system: boolean };

const withoutIdentity = {};
const cache = new WeakMap<object, Map<string, SecureContext>>();

const once = (owner: object, variant: string, make: () => SecureContext): SecureContext => {
  const known = cache.get(owner) ?? new Map<string, SecureContext>();
  cache.set(owner, known);
  const context = known.get(variant) ?? make();
  known.set(variant, context);
  return context;
};

type Tickets = { readonly tickets?: boolean };

const settings = (version: TlsVersion | null, tickets: boolean): SecureContextOptions => ({
  ecdhCurve: GROUPS,
  secureOptions: SSL_OP_NO_TX_CERTIFICATE_COMPRESSION + (tickets ? 0 : constants.SSL_OP_NO_TICKET),
  minVersion: version === null ? 'TLSv1.2' : FULL_NAME[version],
  maxVersion: version === null ? 'TLSv1.3' : FULL_NAME[version],
});

/**
 * The secure context for an identity and a version, made once and reused: making one costs more than a handshake.
 * No session tickets unless a scenario is about them (every probe is a full handshake). No trust store: OpenSSL would complete the identity's
 * chain from it (SSL_CTX_set_mode(3), SSL_MODE_NO_AUTO_CHAIN), and a missing intermediate would be presented after all. Throws OpenSSL's error
 * for an unusable pair.
 */
export const secureContext = (
  identity: Presentable | null,
  version: TlsVersion | null,
  { tickets = false }: Tickets = {},
): SecureContext =>
  once(identity ?? withoutIdentity, `${version} ${tickets}`, () =>
    createSecureContext({
      ca: [],
      ...settings(version, tickets),
      ...(identity === null
        ? {}
        : { cert: identity.certificatePem, key: identity.privateKey.export({ format: 'pem', type: 'pkcs8' }) }),
    }),
  );

/**
 * Presents nothing, and lets OpenSSL verify what is served. As in the registry, whatever a bundle holds is an anchor: a path may end at an
 * intermediate or a pinned leaf (X509_V_FLAG_PARTIAL_CHAIN), which changes nothing for a bundle of roots.
 */
export const verifyingContext = (
  { anchors, system }: Trust,
  version: TlsVersion | null,
  { tickets = false }: Tickets = {},
): SecureContext =>
  once(anchors, `${version} ${tickets}`, () =>
    createSecureContext({
      ...(system ? {} : { ca: anchors.map(String) }),
      allowPartialTrustChain: true,
      ...settings(version, tickets),
    }),
  );
