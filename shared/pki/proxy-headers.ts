/**
 * Builds the headers in which proxies forward a verified client identity, filled from a certificate whose key the sender does not have. Each family
 * has the names and formats of one proxy's documentation.
 */
import { X509Certificate } from 'node:crypto';
import { certificateFacts } from './x509/certificate.ts';
import { Latest } from './x509/latest.ts';

export type HeaderFamily = { readonly name: string; readonly headers: Readonly<Record<string, string>> };

/** The values that the families put into their headers. */
type Claim = {
  /** RFC 4514: most specific attribute first. */
  readonly subject: string;
  readonly issuer: string;
  readonly commonName: string;
  readonly serial: string;
  readonly sha1: string;
  readonly sha256: string;
  readonly uri: string;
  readonly dns: string;
  readonly notBefore: string;
  readonly notAfter: string;
  readonly der: string;
  readonly pem: string;
};

const claimOf = (certificate: X509Certificate): Claim => {
  const facts = certificateFacts(certificate);
  const subject = facts.subject.replaceAll(', ', ',');
  return {
    subject,
    issuer: facts.issuer.replaceAll(', ', ','),
    commonName: /(?:^|,)CN=([^,]*)/.exec(subject)?.[1] ?? facts.uris[0] ?? facts.dnsNames[0] ?? subject,
    serial: certificate.serialNumber,
    sha1: certificate.fingerprint.replaceAll(':', '').toLowerCase(),
    sha256: facts.sha256,
    uri: facts.uris[0] ?? '',
    dns: facts.dnsNames[0] ?? '',
    notBefore: certificate.validFromDate.toISOString().replace('.000', ''),
    notAfter: certificate.validToDate.toISOString().replace('.000', ''),
    der: certificate.raw.toString('base64'),
    pem: encodeURIComponent(certificate.toString()),
  };
};

/** Envoy, `forward_client_cert_details`: semicolons between keys, a subject in quotes. */
const xfcc = ({ sha256, subject, uri, dns }: Claim, quotedSubject: string): string =>
  [
    'By=spiffe://cluster.local/ns/default/sa/default',
    `Hash=${sha256}`,
    quotedSubject === '' ? `Subject="${subject.replaceAll('"', '\\"')}"` : quotedSubject,
    `URI=${uri}`,
    ...(dns === '' ? [] : [`DNS=${dns}`]),
  ].join(';');

const FAMILIES: readonly {
  readonly name: string;
  readonly headers: (claim: Claim) => Readonly<Record<string, string>>;
}[] = [
  {
    name: 'nginx',
    headers: ({ subject, issuer, serial, sha1, pem }) => ({
      'X-SSL-Client-Verify': 'SUCCESS',
      'X-SSL-Client-S-DN': subject,
      'X-SSL-Client-I-DN': issuer,
      'X-SSL-Client-Serial': serial,
      'X-SSL-Client-Fingerprint': sha1,
      'X-SSL-Client-Cert': pem,
      'X-Client-Verify': 'SUCCESS',
      'X-Client-DN': subject,
    }),
  },
  {
    name: 'ingress-nginx',
    headers: ({ subject, issuer, pem }) => ({
      'ssl-client-verify': 'SUCCESS',
      'ssl-client-subject-dn': subject,
      'ssl-client-issuer-dn': issuer,
      'ssl-client-cert': pem,
    }),
  },
  { name: 'Envoy', headers: (claim) => ({ 'X-Forwarded-Client-Cert': xfcc(claim, '') }) },
  { name: 'Istio', headers: (claim) => ({ 'X-Forwarded-Client-Cert': xfcc(claim, 'Subject=""') }) },
  {
    name: 'HAProxy',
    headers: ({ subject, issuer, commonName, sha1, notBefore, notAfter }) => ({
      'X-SSL': '1',
      'X-SSL-Client-Has-Cert': '1',
      // ssl_c_verify: OpenSSL's error number, 0 for a verified certificate.
      'X-SSL-Client-Verify': '0',
      'X-SSL-Client-DN': subject,
      'X-SSL-Client-CN': commonName,
      'X-SSL-Client-SHA1': sha1,
      'X-SSL-Issuer': issuer,
      'X-SSL-Client-NotBefore': notBefore,
      'X-SSL-Client-NotAfter': notAfter,
    }),
  },
  {
    name: 'Apache',
    headers: ({ subject, issuer, commonName }) => ({
      SSL_CLIENT_VERIFY: 'SUCCESS',
      SSL_CLIENT_S_DN: subject,
      SSL_CLIENT_S_DN_CN: commonName,
      SSL_CLIENT_I_DN: issuer,
      'X-SSL-Client-S-DN-CN': commonName,
      'X-Remote-User': commonName,
      'X-Forwarded-User': commonName,
      'Remote-User': commonName,
    }),
  },
  {
    name: 'AWS ALB and API Gateway',
    headers: ({ subject, issuer, serial, notBefore, notAfter, pem }) => ({
      'X-Amzn-Mtls-Clientcert-Serial-Number': serial,
      'X-Amzn-Mtls-Clientcert-Subject': subject,
      'X-Amzn-Mtls-Clientcert-Issuer': issuer,
      'X-Amzn-Mtls-Clientcert-Validity': `NotBefore=${notBefore};NotAfter=${notAfter}`,
      'X-Amzn-Mtls-Clientcert-Leaf': pem,
    }),
  },
  {
    name: 'Traefik',
    headers: ({ subject, issuer, uri, der }) => ({
      'X-Forwarded-Tls-Client-Cert': encodeURIComponent(der),
      'X-Forwarded-Tls-Client-Cert-Info': encodeURIComponent(`Subject="${subject}";Issuer="${issuer}";SAN="${uri}"`),
    }),
  },
  {
    name: 'Kong',
    headers: ({ subject, commonName, uri, dns }) => ({
      'X-Client-Cert-DN': subject,
      'X-Client-Cert-SAN': uri === '' ? dns : uri,
      'X-Consumer-Username': commonName,
      'X-Consumer-Custom-ID': commonName,
      'X-Credential-Identifier': commonName,
    }),
  },
  {
    name: 'Caddy and RFC 9440',
    headers: ({ subject, issuer, sha256, der }) => ({
      'Client-Cert': `:${der}:`,
      'X-Client-Subject': subject,
      'X-Client-Issuer': issuer,
      'X-Client-Fingerprint': sha256,
      'X-TLS-Client-Subject': subject,
    }),
  },
];

/** RFC 9110 §5.5: whether the string is a field value; empty values are left out because they claim no identity. */
const isValue = (value: string): boolean => /^[\t\x20-\x7e\x80-\xff]{1,8000}$/.test(value);

/** Controls whose headers are kept: each takes some 20 KB. */
const MOST_CLAIMED = 64;
const claimed = new Latest<string, readonly HeaderFamily[]>(MOST_CLAIMED);

/**
 * Returns the headers of every family. `leafPem`: the certificate of the claimed identity. Throws node:crypto's error for a damaged certificate.
 */
export const forgedFamilies = (leafPem: string): readonly HeaderFamily[] =>
  claimed.of(leafPem, () => familiesOf(leafPem));

const familiesOf = (leafPem: string): readonly HeaderFamily[] => {
  const claim = claimOf(new X509Certificate(leafPem));
  return FAMILIES.map(({ name, headers }) => ({
    name,
    headers: Object.fromEntries(Object.entries(headers(claim)).filter(([, value]) => isValue(value))),
  }));
};

/**
 * Returns as few header sets as can carry all families: the first set has each header's first value; a further set has the next value of each
 * header for which families differ.
 */
export const combined = (families: readonly HeaderFamily[]): readonly HeaderFamily['headers'][] => {
  const said = new Map<string, { readonly name: string; readonly values: string[] }>();
  for (const [name, value] of families.flatMap(({ headers }) => Object.entries(headers))) {
    const known = said.get(name.toLowerCase()) ?? { name, values: [] };
    said.set(name.toLowerCase(), known);
    if (!known.values.includes(value)) known.values.push(value);
  }
  const headers = [...said.values()];
  const requests = Math.max(0, ...headers.map(({ values }) => values.length));
  return Array.from({ length: requests }, (_, at) =>
    Object.fromEntries(headers.map(({ name, values }) => [name, values[at] ?? values[0] ?? ''])),
  );
};
