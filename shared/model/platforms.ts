/**
 * Kinds of servers and where each is mended: one record for each. Options are named as the server's own manual names them. `docs/reference/cures.md` has
 * the table.
 */

import type { ProtocolName } from './protocol.ts';

/**
 * What is mended. `request`: no certificate is requested. `require`: a client without one is served. `verify`: any certificate is taken. `plaintext`: the
 * port serves clients without TLS. `authorize`: an identity is let in that must not. `headers`: a client may name its own identity. `revocation`: revoked
 * certificates are taken. `names`: another name than the handshake's is served. `sessions`: a session of another name is resumed.
 */
export const MENDINGS = [
  'request',
  'require',
  'verify',
  'plaintext',
  'authorize',
  'headers',
  'revocation',
  'names',
  'sessions',
] as const;
export type Mending = (typeof MENDINGS)[number];

/** What an answer says of the program that made it: the values of its header fields, at most 200 characters, never shown; null without the field. */
export type Marks = { readonly server: string | null; readonly via: string | null };

export type Platform = {
  /** As `platform` of an endpoint spells it. */
  readonly name: string;
  readonly title: string;
  /** What the `Server` header field is like (RFC 9110 §10.2.4). Absent: it has none of its own. */
  readonly server?: RegExp;
  /** What the `Via` header field is like (RFC 9110 §7.6.3). Absent: it adds none, or none of its own. */
  readonly via?: RegExp;
  /** A name of a protocol that this program alone speaks. */
  readonly protocol?: ProtocolName;
  readonly cures: Readonly<Partial<Record<Mending, string>>>;
};

const NGINX: Platform['cures'] = {
  request: 'ssl_verify_client on',
  require: 'ssl_verify_client on, not optional',
  verify: 'ssl_verify_client on with ssl_client_certificate, not optional_no_ca',
  authorize: 'map on $ssl_client_s_dn',
  headers:
    'proxy_set_header X-SSL-Client-Verify $ssl_client_verify, and the same for every header that the application reads',
  revocation: 'ssl_crl',
  names: 'ssl_reject_handshake on in the default server, and 421 where Host is not the handshake’s name',
  sessions: 'ssl_session_tickets off and ssl_session_cache off',
};
const ENVOY: Platform['cures'] = {
  request: 'require_client_certificate needs a trusted_ca',
  require: 'require_client_certificate: true',
  verify: 'trusted_ca without trust_chain_verification ACCEPT_UNTRUSTED',
  plaintext: 'no filter chain without a transport_socket',
  authorize: 'RBAC, or match_typed_subject_alt_names',
  headers: 'forward_client_cert_details SANITIZE_SET',
  revocation: 'crl',
  names: 'match server_names, and give each filter chain its own virtual hosts',
};

/** In the order in which a list of them is shown. */
export const PLATFORMS: readonly Platform[] = [
  { name: 'nginx', title: 'nginx', server: /^(nginx|openresty)\b/i, cures: NGINX },
  {
    name: 'apache',
    title: 'Apache',
    server: /^Apache(\/|$| \()/,
    cures: {
      request: 'SSLVerifyClient require',
      require: 'SSLVerifyClient require, not optional',
      verify: 'SSLVerifyClient require, not optional_no_ca',
      authorize: 'Require expr',
      headers: 'RequestHeader unset',
      revocation: 'SSLCARevocationFile with SSLCARevocationCheck chain',
      names: '421 where Host is not the handshake’s name',
    },
  },
  {
    name: 'haproxy',
    title: 'HAProxy',
    cures: {
      request: 'ca-file with verify required',
      require: 'verify required',
      verify: 'verify required without crt-ignore-err and ca-ignore-err',
      plaintext: 'no backend for what is not TLS',
      authorize: 'http-request deny unless ssl_c_s_dn matches',
      headers: 'http-request del-header',
      revocation: 'crl-file',
      names: 'strict-sni, and http-request deny if ssl_fc_sni is not the host',
      sessions: 'no-tls-tickets and tune.ssl.cachesize 0',
    },
  },
  {
    name: 'istio',
    title: 'Istio',
    server: /^istio-envoy$/,
    cures: {
      ...ENVOY,
      request: 'PeerAuthentication STRICT',
      require: 'PeerAuthentication STRICT, not PERMISSIVE',
      plaintext: 'PeerAuthentication STRICT, also per port',
      authorize: 'AuthorizationPolicy with principals',
    },
  },
  { name: 'envoy', title: 'Envoy', server: /^envoy$/, cures: ENVOY },
  {
    name: 'caddy',
    title: 'Caddy',
    server: /^Caddy\b/,
    cures: {
      request: 'client_auth with mode require_and_verify',
      require: 'mode require_and_verify, not verify_if_given',
      verify: 'mode require_and_verify, not require',
    },
  },
  {
    name: 'lighttpd',
    title: 'lighttpd',
    server: /^lighttpd\b/,
    cures: {
      request: 'ssl.verifyclient.activate and enforce',
      require: 'ssl.verifyclient.enforce',
      verify: 'ssl.verifyclient.enforce',
    },
  },
  {
    name: 'stunnel',
    title: 'stunnel',
    cures: {
      request: 'verifyChain = yes',
      require: 'verifyChain = yes',
      verify: 'verifyChain = yes',
      authorize: 'checkHost',
    },
  },
  {
    name: 'hitch',
    title: 'hitch',
    cures: { request: 'client-verify = required', require: 'client-verify = required, not optional' },
  },
  {
    name: 'go',
    title: 'Go',
    cures: {
      request: 'ClientAuth: tls.RequireAndVerifyClientCert',
      require: 'RequireAndVerifyClientCert, not VerifyClientCertIfGiven',
      verify: 'RequireAndVerifyClientCert with ClientCAs, not RequireAnyClientCert',
      sessions: 'VerifyConnection in place of VerifyPeerCertificate, or SetSessionTicketKeys for each name',
    },
  },
  {
    name: 'python',
    title: 'Python',
    server: /^(uvicorn|hypercorn|gunicorn|Werkzeug|BaseHTTP|granian)\b/i,
    cures: {
      request: 'CERT_REQUIRED',
      require: 'CERT_REQUIRED, not CERT_OPTIONAL',
      revocation: 'VERIFY_CRL_CHECK_LEAF',
    },
  },
  {
    name: 'java',
    title: 'Java',
    server: /^Jetty\b/,
    cures: {
      request: 'setNeedClientAuth(true)',
      require: 'setNeedClientAuth(true), not setWantClientAuth',
      verify: 'a TrustManager that throws',
      revocation: 'PKIXBuilderParameters with revocation enabled',
    },
  },
  {
    name: 'node',
    title: 'Node',
    cures: {
      request: 'requestCert: true with rejectUnauthorized: true',
      require: 'rejectUnauthorized: true',
      verify: 'rejectUnauthorized: true',
      revocation: 'crl',
    },
  },
  {
    name: 'openssl',
    title: 'openssl s_server',
    cures: { request: '-Verify', require: '-Verify, not -verify', verify: '-verify_return_error' },
  },
  {
    name: 'alb',
    title: 'ALB',
    server: /^awselb\//,
    cures: {
      request: 'mutual authentication verify',
      require: 'mode verify',
      verify: 'mode verify, not passthrough',
      revocation: 'trust store revocations',
    },
  },
  {
    name: 'cloudfront',
    title: 'CloudFront',
    server: /^CloudFront$/,
    via: /\.cloudfront\.net \(CloudFront\)/,
    cures: {
      request: 'viewer mutual TLS in mode required',
      require: 'viewer mutual TLS in mode required, not optional',
    },
  },
  { name: 'nlb', title: 'NLB', cures: { authorize: 'identity filters' } },
  { name: 'grpc', title: 'gRPC', cures: { request: 'require_client_auth' } },
  {
    name: 'postgresql',
    title: 'PostgreSQL',
    protocol: 'postgres',
    cures: {
      request: 'ssl_ca_file and clientcert=verify-full',
      require: 'clientcert=verify-full',
      plaintext: 'hostssl in place of host',
      revocation: 'ssl_crl_file',
    },
  },
  {
    name: 'mosquitto',
    title: 'mosquitto',
    cures: {
      request: 'require_certificate true',
      require: 'require_certificate true',
      revocation: 'crlfile',
    },
  },
  {
    name: 'redis',
    title: 'Redis',
    protocol: 'redis',
    cures: { request: 'tls-auth-clients yes', require: 'tls-auth-clients yes, not optional' },
  },
];

export const PLATFORM_NAMES = PLATFORMS.map(({ name }) => name);

export const platformNamed = (name: string): Platform | undefined => PLATFORMS.find((each) => each.name === name);

/** Where a platform's name comes from: the registry says it, or an answer of the server does. */
export const PLATFORM_SOURCES = ['registry', 'answer'] as const;
export type KnownPlatform = { readonly name: string; readonly from: (typeof PLATFORM_SOURCES)[number] };

/** The program that says its name in an answer; null where none does. `Via` comes first: what stands before the other meets the client. */
export const recognised = ({ server, via }: Marks = { server: null, via: null }): KnownPlatform | null => {
  const found =
    PLATFORMS.find((each) => via !== null && each.via?.test(via) === true) ??
    PLATFORMS.find((each) => server !== null && each.server?.test(server) === true);
  return found === undefined ? null : { name: found.name, from: 'answer' };
};
