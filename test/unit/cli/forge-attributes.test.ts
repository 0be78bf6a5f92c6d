import fc from 'fast-check';
import { expect, test } from 'vitest';
import { altNameOf, extensionOf, unitOf } from '../../../functions/cli/forge/given-attributes.ts';
import { DAY } from '../../../shared/model/time.ts';
import { issue, issueAuthority } from '../../../shared/pki/mint/issue.ts';
import { namesOfPem } from '../../../shared/pki/test-pki/given-names.ts';
import { attributesOf } from '../../../shared/pki/x509/attributes.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

test('an extension: as UTF8String, as bytes, as DER', () => {
  expect(hex(extensionOf('1.2.3.4=department'))).toBe('301306032a0304040c0c0a6465706172746d656e74');
  expect(hex(extensionOf('1.2.3.4=raw:a'))).toBe('300806032a0304040161');
  expect(hex(extensionOf('1.2.3.4=hex:0c0161'))).toBe('300a06032a030404030c0161');
});

test.each([
  '1.2.3.4',
  '=x',
  '1.2.3.4=',
  '3.2.1=x',
  '1.40.1=x',
  'department=x',
  '2.5.29.17=x',
  '1.2.3=hex:zz',
  '1.2.3=hex:0c05',
  '1.2.3=hex:',
])('%s is no extension', (text) => {
  expect(() => extensionOf(text)).toThrow();
});

test('alternative names and units', () => {
  expect(['dns:a.example', 'uri:spiffe://a/b', 'email:a@b.example', 'ip:::1'].map(altNameOf)).toEqual([
    { dns: 'a.example' },
    { uri: 'spiffe://a/b' },
    { email: 'a@b.example' },
    { ip: '::1' },
  ]);
  for (const text of ['a.example', 'dns:', 'ip:1.2.3', 'dns:a b']) expect(() => altNameOf(text)).toThrow();
  expect(() => unitOf('')).toThrow();
  expect(() => unitOf('x'.repeat(65))).toThrow();
});

test('an attribute comes through a certificate as it was, and what every certificate has is none', async () => {
  const validity = { notBefore: 0, notAfter: 100 * DAY };
  const authority = await issueAuthority({ subject: 'CN=CA', validity });
  expect(attributesOf(authority.der)).toEqual([]);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.string({ minLength: 1 })), { maxLength: 3 }),
      async (given) => {
        const extensions = given.map(([arc, text]) => extensionOf(`1.3.6.1.4.1.99999.${arc}=raw:${text}`));
        const request = {
          subject: 'CN=x',
          validity,
          altNames: [{ dns: 'x.example' }],
          extendedKeyUsage: ['clientAuth'] as const,
          extensions,
        };
        const { certificatePem } = await issue(request, authority);
        const names = namesOfPem(certificatePem);
        expect(names.ok && names.value.extensions.map(hex)).toEqual(extensions.map(hex));
      },
    ),
    { numRuns: 20 },
  );
});
