/** The records of `platforms.ts`, one for each kind of server. Options are named as the server's own manual names them. */
import type { Platform } from './platform.ts';
import { SERVICES } from './platform-services.ts';

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
  ...SERVICES,
];
