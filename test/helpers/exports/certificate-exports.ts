/** Exports of what manages certificates, in the forms whose sources the tests of each reader name. */
import { CA, type Export, kubernetes, listed, object, PEM } from './export-parts.ts';

const certManager = kubernetes('cert-manager', 'certificates', (name) => ({
  certificate: object('cert-manager.io/v1', 'Certificate', name, {
    spec: {
      ...{
        secretName: `${name}-tls`,
        dnsNames: [`${name}.corp.example`],
        duration: '2160h0m0s',
        renewBefore: '360h0m0s',
      },
      ...{ usages: ['server auth'], issuerRef: { name, kind: 'Issuer', group: 'cert-manager.io' } },
    },
    status: {
      conditions: [{ type: 'Ready', status: 'False', reason: 'Expired', message: `${name} has ended` }],
      ...{ notBefore: '2026-09-01T00:00:00Z', notAfter: '2026-11-30T00:00:00Z', renewalTime: '2026-11-15T00:00:00Z' },
    },
  }),
  issuer: object('cert-manager.io/v1', 'Issuer', name, {
    spec: { ca: { secretName: name } },
    status: { conditions: [{ type: 'Ready', status: 'False', reason: 'ErrGetKeyPair', message: `no ${name}` }] },
  }),
}));

const trustManager = kubernetes('trust-manager', 'bundles', (name) => ({
  bundle: {
    ...{ apiVersion: 'trust.cert-manager.io/v1alpha1', kind: 'Bundle', metadata: { name } },
    spec: {
      sources: [{ inLine: PEM }, { secret: { name: `${name}-ca`, key: 'ca.crt' } }],
      target: { configMap: { key: 'a' } },
    },
    status: { conditions: [{ type: 'Synced', status: 'True', reason: 'Synced' }] },
  },
}));

const spire: Export = {
  ...{ reader: 'spire', what: 'entries' },
  part: (name) => ({
    entry: {
      spiffe_id: { trust_domain: `${name}.example`, path: `/${name}` },
      parent_id: { trust_domain: `${name}.example`, path: '/agent' },
      ...{ x509_svid_ttl: 60, expires_at: '1552410266', dns_names: [name] },
    },
  }),
  whole: (parts) => [{ entries: listed(parts, 'entry'), next_page_token: '' }],
};
const spireBundles: Export = {
  ...{ reader: 'spire', what: 'bundles' },
  part: (name) => ({
    bundle: { trust_domain: `${name}.example`, x509_authorities: [{ asn1: CA }], refresh_hint: '60' },
  }),
  whole: (parts) => [listed(parts, 'bundle')],
};

export const CERTIFICATE_EXPORTS: readonly Export[] = [certManager, trustManager, spire, spireBundles];
