/** Fields and conditions as cert-manager 1.16 writes them: cert-manager.io/docs/reference/api-docs, and `kubectl get certificate -o yaml` in its documentation. */
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { documentsOf } from '../../../../shared/claims/document.ts';
import { certificateRenewal } from '../../../../shared/claims/readers/cert-manager-renewal.ts';
import { DAY, HOUR, iso } from '../../../../shared/model/time.ts';
import { type Authority, type Issued, issue, issueAuthority } from '../../../../shared/pki/mint/issue.ts';
import { certificateFacts, certificatesOfPem } from '../../../../shared/pki/x509/certificate.ts';
import { listOf, READ_AT, readText } from './read-text.ts';

const validity = { notBefore: READ_AT - DAY, notAfter: READ_AT + 89 * DAY };
let root: Authority;
let leaf: Issued;
beforeAll(async () => {
  root = await issueAuthority({ subject: 'CN=Corp CA', validity });
  leaf = await issue({ subject: 'CN=checkout', validity, altNames: [{ dns: 'checkout.payments.svc' }] }, root);
});
const sha256Of = ({ certificatePem }: Issued) => certificatesOfPem(certificatePem).map(certificateFacts)[0]?.sha256;
const encoded = ({ certificatePem }: Issued) => Buffer.from(certificatePem).toString('base64');

const condition = (type: string, status: string, reason = type, message = '') => ({ type, status, reason, message });
const certificate = (status: object = {}, spec: object = {}) => ({
  apiVersion: 'cert-manager.io/v1',
  kind: 'Certificate',
  metadata: { name: 'checkout', namespace: 'payments' },
  spec: {
    secretName: 'checkout-tls',
    dnsNames: ['checkout.payments.svc'],
    issuerRef: { name: 'corp-ca', kind: 'ClusterIssuer', group: 'cert-manager.io' },
    ...spec,
  },
  status: {
    conditions: [condition('Ready', 'True', 'Ready', 'Certificate is up to date and has not expired')],
    notBefore: iso(validity.notBefore),
    notAfter: iso(validity.notAfter),
    renewalTime: iso(validity.notAfter - 30 * DAY),
    revision: 2,
    ...status,
  },
});
const request = (name: string, revision: string | null, status: object) => ({
  apiVersion: 'cert-manager.io/v1',
  kind: 'CertificateRequest',
  metadata: {
    ...{ name, namespace: 'payments' },
    annotations:
      revision === null
        ? {}
        : { 'cert-manager.io/certificate-name': 'checkout', 'cert-manager.io/certificate-revision': revision },
  },
  spec: { issuerRef: { name: 'corp-ca', kind: 'ClusterIssuer' }, usages: ['client auth'], request: 'LS0t' },
  status,
});
const read = (...items: readonly object[]) => readText(listOf(...items));
const troubleOf = (status: object, spec: object = {}) => read(certificate(status, spec)).certificates[0]?.trouble;

test('a Certificate has its names, issuer and dates', () => {
  const { certificates, problems } = read(certificate());
  expect(problems).toEqual([]);
  expect(certificates).toEqual([
    {
      ...{ use: 'served', name: 'payments/checkout', names: ['checkout.payments.svc'], sha256: null },
      ...{ issuer: 'ClusterIssuer corp-ca', notBefore: iso(validity.notBefore), notAfter: iso(validity.notAfter) },
      ...{ renewAt: iso(validity.notAfter - 30 * DAY), trouble: null, authorities: null },
      at: { file: 'export.yaml', line: 5, object: 'Certificate payments/checkout' },
    },
  ]);
});

describe('what stands against its renewal', () => {
  const due = { renewalTime: iso(READ_AT - HOUR) };
  test('it was missed: the time is past and nothing is being issued', () => {
    expect(troubleOf(due)).toBe('its renewal was due at 2026-11-30T23:00:00.000Z and nothing is being issued');
    expect(troubleOf({ ...due, conditions: [condition('Ready', 'True'), condition('Issuing', 'True')] })).toBe(null);
    expect(troubleOf({ renewalTime: iso(READ_AT + HOUR) })).toBe(null);
  });
  test('Ready says why not, and attempts that failed are counted', () => {
    const conditions = [
      condition('Ready', 'False', 'Expired', 'Certificate expired on Mon'),
      condition('Issuing', 'True'),
    ];
    expect(troubleOf({ ...due, conditions, failedIssuanceAttempts: 3 })).toBe(
      'it is not ready: Expired: Certificate expired on Mon; its last 3 issuances failed',
    );
  });
  test('a policy that disables it, and a renewBefore that its life does not leave room for', () => {
    expect(troubleOf({}, { renewal: { policy: 'Disabled' } })).toBe('its renewal is disabled');
    expect(troubleOf({}, { duration: '4320h', renewBefore: '2160h' })).toBe(
      'its renewBefore is not shorter than its life and is not used, since its issuer gave it less than the duration asked for',
    );
  });
  test('an issuer that is not ready', () => {
    const issuer = {
      ...{ apiVersion: 'cert-manager.io/v1', kind: 'ClusterIssuer', metadata: { name: 'corp-ca' }, spec: { ca: {} } },
      status: { conditions: [condition('Ready', 'False', 'SecretNotFound', 'secret "corp-ca" not found')] },
    };
    const { certificates } = read(certificate(), issuer);
    expect(certificates.map(({ use, name, trouble }) => [use, name, trouble])).toEqual([
      ['served', 'payments/checkout', 'its issuer: it is not ready: SecretNotFound: secret "corp-ca" not found'],
      ['authority', 'corp-ca', 'it is not ready: SecretNotFound: secret "corp-ca" not found'],
    ]);
  });
});

test('without a renewalTime it is reckoned as cert-manager does: within the life, whatever the specification says', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 3, max: 10_000 }),
      fc.option(fc.integer({ min: 1, max: 20_000 }), { nil: undefined }),
      fc.option(fc.integer({ min: -5, max: 150 }), { nil: undefined }),
      (hours, renewBefore, renewBeforePercentage) => {
        const status = { renewalTime: null, notBefore: iso(READ_AT), notAfter: iso(READ_AT + hours * HOUR) };
        const spec = { renewBeforePercentage, ...(renewBefore !== undefined && { renewBefore: `${renewBefore}h` }) };
        const [document] = documentsOf(
          { name: null, text: JSON.stringify(certificate(status, spec)) },
          () => false,
        ).documents;
        if (document?.kind !== 'data') throw new Error('not read');
        const { renewAt } = certificateRenewal(document.root, false, READ_AT);
        expect(renewAt).toBeGreaterThanOrEqual(READ_AT);
        expect(renewAt).toBeLessThan(READ_AT + hours * HOUR);
        if (renewBefore !== undefined && renewBefore < hours)
          expect(renewAt).toBe(READ_AT + (hours - renewBefore) * HOUR);
      },
    ),
  );
});

describe('CertificateRequests', () => {
  test('the newest gives the Certificate its fingerprint and the CA that signed it', () => {
    const issued = {
      certificate: encoded(leaf),
      ca: encoded(root),
      conditions: [condition('Ready', 'True', 'Issued')],
    };
    const { certificates, problems } = read(
      certificate(),
      request('checkout-1', '1', {}),
      request('checkout-2', '2', issued),
    );
    expect(problems).toEqual([]);
    expect(certificates).toHaveLength(1);
    expect(certificates[0]).toMatchObject({
      sha256: sha256Of(leaf),
      authorities: [{ subject: 'CN=Corp CA', sha256: sha256Of(root), notAfter: iso(validity.notAfter) }],
    });
  });
  test('one that was denied is told, and one of nobody’s Certificate stands for itself', () => {
    const denied = { conditions: [condition('Denied', 'True', 'policy', 'not of this trust domain')] };
    const [of, alone] = read(
      certificate(),
      request('checkout-3', '3', denied),
      request('istio-csr-x', null, { certificate: encoded(leaf) }),
    ).certificates;
    expect(of?.trouble).toBe('its request was refused: not of this trust domain');
    expect(alone).toMatchObject({
      use: 'client',
      name: 'payments/istio-csr-x',
      sha256: sha256Of(leaf),
      issuer: 'CN=Corp CA',
    });
  });
  test('a damaged certificate is a problem with its place, and loses nothing else', () => {
    const ca = Buffer.from('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n').toString('base64');
    const { certificates, problems } = read(certificate({}), request('checkout-2', '2', { ca }));
    expect(certificates).toHaveLength(1);
    expect(problems).toMatchObject([{ path: 'items[1].status.ca', message: 'a certificate in it is damaged' }]);
    expect(problems[0]?.at.object).toBe('CertificateRequest payments/checkout-2');
  });
});
