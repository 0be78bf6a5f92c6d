/** Kinds of servers that are a cloud's, or no web server. */
import type { Platform } from './platform.ts';

export const SERVICES: readonly Platform[] = [
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
