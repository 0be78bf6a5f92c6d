/** Objects as cert-manager.io/docs/trust/trust-manager (0.16) shows them, and istiod’s as istio.io, Plug in CA Certificates, does. */
import { beforeAll, describe, expect, test } from 'vitest';
import { documentsOf } from '../../../../shared/claims/document.ts';
import { isIstioAuthority, istioAuthorities } from '../../../../shared/claims/readers/istio-authorities.ts';
import { DAY, iso } from '../../../../shared/model/time.ts';
import { type Authority, issueAuthority } from '../../../../shared/pki/mint/issue.ts';
import { listOf, READ_AT, readText } from './read-text.ts';

let old: Authority;
let next: Authority;
beforeAll(async () => {
  old = await issueAuthority({
    subject: 'CN=Old CA',
    validity: { notBefore: READ_AT - DAY, notAfter: READ_AT + 30 * DAY },
  });
  next = await issueAuthority({
    subject: 'CN=Next CA',
    validity: { notBefore: READ_AT - DAY, notAfter: READ_AT + 300 * DAY },
  });
});

const bundle = (sources: readonly object[], conditions: readonly object[] = [{ type: 'Synced', status: 'True' }]) => ({
  ...{ apiVersion: 'trust.cert-manager.io/v1alpha1', kind: 'Bundle', metadata: { name: 'corp-ca' } },
  spec: { sources, target: { configMap: { key: 'root-certs.pem' } } },
  status: { conditions },
});
const configMap = (namespace: string, pem: string) => ({
  ...{ apiVersion: 'v1', kind: 'ConfigMap' },
  metadata: { name: 'corp-ca', namespace, labels: { 'trust.cert-manager.io/bundle': 'corp-ca' } },
  data: { 'root-certs.pem': pem },
});
const read = (...objects: readonly object[]) => {
  const { certificates, problems } = readText(listOf(...objects));
  expect(problems).toEqual([]);
  return certificates;
};

describe('Bundles', () => {
  test('the CAs of a Bundle, and a namespace that does not have one of them', () => {
    const both = `${old.certificatePem}${next.certificatePem}`;
    const [claim, ...more] = read(
      bundle([{ inLine: both }]),
      configMap('payments', both),
      configMap('orders', old.certificatePem),
    );
    expect(more).toEqual([]);
    expect(claim).toMatchObject({
      ...{ use: 'authority', name: 'corp-ca', notAfter: iso(READ_AT + 30 * DAY) },
      trouble: 'the namespace orders does not have CN=Next CA',
      authorities: [{ subject: 'CN=Old CA' }, { subject: 'CN=Next CA' }],
    });
  });
  test('a source of which the content is not there is named', () => {
    const conditions = [{ type: 'Synced', status: 'False', reason: 'SourceNotFound', message: 'secret "x" not found' }];
    const [claim] = read(bundle([{ useDefaultCAs: true }, { secret: { name: 'x', key: 'ca.crt' } }], conditions));
    expect(claim?.trouble).toBe('it is not synced: SourceNotFound: secret "x" not found');
    expect(claim?.authorities?.map(({ subject, sha256 }) => [subject, sha256])).toEqual([
      ['the public CAs that trust-manager brings (useDefaultCAs)', null],
      ['what the Secret x holds', null],
    ]);
  });
  test('a ConfigMap of a Bundle that is not in the source stands for itself', () => {
    expect(read(configMap('payments', old.certificatePem))).toMatchObject([
      { name: 'payments/corp-ca', authorities: [{ subject: 'CN=Old CA' }] },
    ]);
  });
});

describe('istiod’s CAs', () => {
  const encoded = (text: string) => Buffer.from(text).toString('base64');
  const secret = (data: object) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'cacerts', namespace: 'istio-system' },
    data,
  });
  const istio = (...objects: readonly object[]) =>
    istioAuthorities(documentsOf({ name: 'istio.json', text: listOf(...objects) }, () => false).documents);

  test('other ConfigMaps and Secrets are none of them', () => {
    const other = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'tls', namespace: 'istio-system' }, data: {} };
    const { documents } = documentsOf({ name: null, text: listOf(other, secret({})) }, () => false);
    expect(documents.map(isIstioAuthority)).toEqual([false, true]);
  });
  test('a root that stands in every namespace is one', () => {
    const root = (namespace: string) => ({
      ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'istio-ca-root-cert', namespace } },
      data: { 'root-cert.pem': old.certificatePem },
    });
    const { authorities, certificates } = istio(root('a'), root('b'));
    expect(authorities).toMatchObject([{ subject: 'CN=Old CA', notAfter: iso(READ_AT + 30 * DAY) }]);
    expect(certificates).toHaveLength(1);
  });
  test('of a Secret the certificates are read, and a key never is', () => {
    const data = {
      'ca-cert.pem': encoded(next.certificatePem),
      'root-cert.pem': encoded(old.certificatePem),
      'ca-key.pem': encoded('SECRET'),
    };
    const result = istio(secret(data));
    expect(result.authorities).toMatchObject([{ subject: 'CN=Old CA' }]);
    expect(result.certificates.map(({ notAfter }) => notAfter)).toEqual([
      iso(READ_AT + 300 * DAY),
      iso(READ_AT + 30 * DAY),
    ]);
    expect(JSON.stringify(result)).not.toContain('SECRET');
    expect(JSON.stringify(result)).not.toContain(encoded('SECRET'));
  });
});
