import { X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { DAY } from '../../../shared/model/time.ts';
import { issue, issueAuthority } from '../../../shared/pki/mint/issue.ts';
import { combined, forgedFamilies, type HeaderFamily } from '../../../shared/pki/proxy-headers.ts';

const validity = { notBefore: Date.UTC(2026, 0, 1), notAfter: Date.UTC(2026, 0, 1) + 90 * DAY };
let pem = '';
let families: readonly HeaderFamily[] = [];

beforeAll(async () => {
  const authority = await issueAuthority({ subject: 'CN=Lab root, O=Lab', validity });
  const altNames = [{ uri: 'spiffe://lab.test/payments' }, { dns: 'payments.lab.test' }];
  const issued = await issue({ subject: 'CN=payments, O=Lab', validity, altNames }, authority);
  // As an identity's file: the leaf, and what comes after it.
  pem = issued.certificatePem + authority.certificatePem;
  families = forgedFamilies(pem);
});
const family = (name: string) => families.find((each) => each.name === name)?.headers ?? {};

describe('the families', () => {
  test('are all there, each with headers of its own', () => {
    expect(families.map(({ name }) => name)).toEqual([
      'nginx',
      'ingress-nginx',
      'Envoy',
      'Istio',
      'HAProxy',
      'Apache',
      'AWS ALB and API Gateway',
      'Traefik',
      'Kong',
      'Caddy and RFC 9440',
    ]);
    expect(families.every(({ headers }) => Object.keys(headers).length > 0)).toBe(true);
  });
  test('each in its own words', () => {
    expect(family('nginx')).toMatchObject({
      'X-SSL-Client-Verify': 'SUCCESS',
      'X-SSL-Client-S-DN': 'CN=payments,O=Lab',
    });
    expect(family('HAProxy')).toMatchObject({ 'X-SSL-Client-Verify': '0', 'X-SSL-Client-CN': 'payments' });
    expect(family('Istio')['X-Forwarded-Client-Cert']).toMatch(/;Subject="";URI=spiffe:\/\/lab\.test\/payments;DNS=/);
    expect(family('Envoy')['X-Forwarded-Client-Cert']).toMatch(/^By=.+;Hash=[0-9a-f]{64};Subject=".+";URI=spiffe:/);
    expect(decodeURIComponent(family('Traefik')['X-Forwarded-Tls-Client-Cert-Info'] ?? '')).toContain('CN=payments');
    const der = /^:(.+):$/.exec(family('Caddy and RFC 9440')['Client-Cert'] ?? '')?.[1] ?? '';
    expect(new X509Certificate(Buffer.from(der, 'base64')).fingerprint256).toBe(
      new X509Certificate(pem).fingerprint256,
    );
  });
  test('names are tokens and values are on one line (RFC 9110 §5.1, §5.5), each below 8 KB', () => {
    for (const { headers } of families)
      for (const [name, value] of Object.entries(headers)) {
        expect(name).toMatch(/^[A-Za-z0-9_-]+$/);
        expect(value).toMatch(/^[\x20-\x7e]{1,8000}$/);
      }
  });
  test('hold the leaf, and nothing of the issuers after it or of any key', () => {
    const [, issuer = ''] = pem.split(/(?<=-----END CERTIFICATE-----\n)/);
    const said = families
      .flatMap(({ headers }) => Object.values(headers))
      .map(decodeURIComponent)
      .join('\n');
    expect(said).not.toContain(issuer.split('\n')[4]);
    expect(said).not.toContain('PRIVATE KEY');
  });
  test('a certificate without names still claims its subject, and one that is damaged throws', async () => {
    const bare = await issueAuthority({ subject: 'O=Lab only', validity });
    const own = forgedFamilies(bare.certificatePem);
    expect(own.find(({ name }) => name === 'HAProxy')?.headers['X-SSL-Client-CN']).toBe('O=Lab only');
    expect(own.every(({ headers }) => Object.values(headers).every((value) => value !== ''))).toBe(true);
    expect(() => forgedFamilies('nonsense')).toThrow();
  });
});

describe('all together', () => {
  test('the first request has what is always there', () => {
    const [first = {}] = combined(families);
    expect(first['X-SSL-Client-Verify']).toBe('SUCCESS');
    expect(first['X-SSL-Client-S-DN']).toContain('CN=payments');
    for (const part of ['By=', 'Hash=', 'Subject="', 'URI=']) expect(first['X-Forwarded-Client-Cert']).toContain(part);
  });
  test('of every family one request carries all headers, in its own words', () => {
    for (const { headers } of families) {
      const whole = combined(families).some((request) =>
        Object.entries(headers).every(([name, value]) =>
          Object.entries(request).some(([other, said]) => other.toLowerCase() === name.toLowerCase() && said === value),
        ),
      );
      expect(whole).toBe(true);
    }
    expect(combined(families)).toHaveLength(2);
  });
  test('no name stands twice in a request, whatever its case', () => {
    const headers = fc.dictionary(fc.constantFrom('a', 'A', 'b', 'B', 'c'), fc.constantFrom('1', '2', '3'));
    fc.assert(
      fc.property(fc.array(headers), (all) => {
        const requests = combined(all.map((each, at) => ({ name: String(at), headers: each })));
        for (const request of requests) {
          const names = Object.keys(request).map((name) => name.toLowerCase());
          expect(new Set(names).size).toBe(names.length);
        }
        // Nothing that a family says is left out.
        const said = new Set(
          requests.flatMap((each) => Object.entries(each).map(([name, value]) => `${name.toLowerCase()} ${value}`)),
        );
        for (const [name, value] of all.flatMap(Object.entries))
          expect(said).toContain(`${name.toLowerCase()} ${value}`);
      }),
    );
  });
});
