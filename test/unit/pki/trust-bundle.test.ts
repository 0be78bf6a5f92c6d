import { beforeAll, describe, expect, test } from 'vitest';
import { DAY } from '../../../shared/model/time.ts';
import { explicit, octetString, oid, pem, sequence } from '../../../shared/pki/asn1/der.ts';
import { type Authority, issueAuthority } from '../../../shared/pki/mint/issue.ts';
import { bundleOf, bundleOfText, systemBundle } from '../../../shared/pki/served/trust-bundle.ts';

const validity = { notBefore: Date.now() - DAY, notAfter: Date.now() + 200 * DAY };
let root: Authority;
let next: Authority;
beforeAll(async () => {
  root = await issueAuthority({ subject: 'CN=Root', validity });
  next = await issueAuthority({ subject: 'CN=Next', validity });
});

const x5c = (...authorities: Authority[]) => authorities.map(({ der }) => Buffer.from(der).toString('base64'));
const svid = (...authorities: Authority[]) => ({
  kty: 'EC',
  use: 'x509-svid',
  crv: 'P-256',
  x: 'AA',
  y: 'AA',
  x5c: x5c(...authorities),
});
/** As Bouncy Castle 1.78 writes it: an encrypted store, and its integrity check. */
const bcfks = () => {
  const algorithm = sequence(oid('1.2.840.113549.1.5.13'), sequence());
  return sequence(
    sequence(algorithm, octetString(new Uint8Array(64))),
    sequence(sequence(oid('1.2.840.113549.2.11')), algorithm, octetString(new Uint8Array(64))),
  );
};
const jwks = (keys: unknown) => JSON.stringify({ keys, spiffe_sequence: 12, spiffe_refresh_hint: 300 });

/** As `openssl x509 -addtrust` and `-addreject` write it. */
const SERVERS = '1.3.6.1.5.5.7.3.1';
const CLIENTS = '1.3.6.1.5.5.7.3.2';
const ANY = '2.5.29.37.0';
const trustedFor = ({ der }: Authority, settings: { trust?: string[]; reject?: string[] }): string => {
  const usages = (named: string[] = []) => named.map((each) => oid(each));
  const trust = settings.trust === undefined ? [] : [sequence(...usages(settings.trust))];
  const reject = settings.reject === undefined ? [] : [explicit(0, ...usages(settings.reject))];
  return pem('TRUSTED CERTIFICATE', new Uint8Array(Buffer.concat([der, sequence(...trust, ...reject)])));
};

describe('an OpenSSL `TRUSTED CERTIFICATE`', () => {
  test.each<[string, { trust?: string[]; reject?: string[] }, boolean]>([
    ['without settings', {}, true],
    ['for servers', { trust: [CLIENTS, SERVERS] }, true],
    ['for anything', { trust: [ANY] }, true],
    ['for servers, not for clients', { trust: [SERVERS], reject: [CLIENTS] }, true],
    ['for clients', { trust: [CLIENTS] }, false],
    ['for nothing', { trust: [] }, false],
    ['not for servers', { reject: [SERVERS] }, false],
    ['for servers, and rejected for anything', { trust: [SERVERS], reject: [ANY] }, false],
  ])('%s', async (_, settings, isAnchor) => {
    const alone = await bundleOf(trustedFor(root, settings));
    expect(alone.ok).toBe(isAnchor);
    const beside = await bundleOf(`${trustedFor(root, settings)}${next.certificatePem}`);
    expect(beside).toMatchObject({ ok: true, anchors: { length: isAnchor ? 2 : 1 } });
    expect(beside).not.toHaveProperty('unread');
  });

  test('of the same CA twice, once rejected: the first counts, as in OpenSSL', async () => {
    const rejected = trustedFor(root, { reject: [SERVERS] });
    const last = await bundleOf(`${rejected}${root.certificatePem}${next.certificatePem}`);
    expect(last.ok && last.anchors.map(({ subject }) => subject)).toEqual(['CN=Next']);
    const first = await bundleOf(`${root.certificatePem}${rejected}${next.certificatePem}`);
    expect(first.ok && first.anchors.map(({ subject }) => subject)).toEqual(['CN=Root', 'CN=Next']);
    expect(await bundleOf(rejected + root.certificatePem)).toMatchObject({ ok: false });
  });
});

describe('a trust bundle', () => {
  test.each<[string, () => string, string[]]>([
    [
      'PEM, old and new root, with text around',
      () => `# old\n${root.certificatePem}\n# new\r\n${next.certificatePem}`,
      ['CN=Root', 'CN=Next'],
    ],
    ['a SPIFFE bundle', () => jwks([svid(root), svid(next)]), ['CN=Root', 'CN=Next']],
    [
      'a SPIFFE bundle that also has keys for JWTs',
      () => jwks([{ kty: 'EC', use: 'jwt-svid', kid: '1' }, svid(root)]),
      ['CN=Root'],
    ],
    [
      'a SPIFFE bundle with a key of no use (it must be ignored)',
      () => jwks([{ kty: 'EC', x5c: x5c(next) }, null, svid(root)]),
      ['CN=Root'],
    ],
  ])('%s', async (_, text, subjects) => {
    const bundle = await bundleOf(text());
    expect(bundle.ok && bundle.anchors.map(({ subject }) => subject)).toEqual(subjects);
  });

  test.each<[string, () => string | Uint8Array, string]>([
    ['nothing', () => '', 'it is empty'],
    ['a key', () => pem('PUBLIC KEY', new Uint8Array(8)), 'it holds a public key; CA certificates were expected'],
    ['a damaged certificate', () => pem('CERTIFICATE', root.der.subarray(9)), 'damaged'],
    [
      'a BKS',
      () => new Uint8Array(Buffer.from(`0000000200000014${'7e'.repeat(40)}`, 'hex')),
      '(BKS): convert it with keytool',
    ],
    ['a BCFKS', bcfks, '(BCFKS): convert it with keytool'],
    ['half a JSON', () => jwks([svid(root)]).slice(0, 40), 'it begins like JSON but is none, or it is cut off'],
    ['another JSON', () => '{"certificates":[]}', '`keys`'],
    ['JWT keys only', () => jwks([{ kty: 'EC', use: 'jwt-svid', kid: '1' }]), 'x509-svid'],
    ['an x509-svid key without its certificate', () => jwks([{ kty: 'EC', use: 'x509-svid' }]), 'x5c'],
    ['two certificates in one key (SPIFFE wants one)', () => jwks([svid(root, next)]), 'x5c'],
    ['a certificate that is none', () => jwks([{ ...svid(root), x5c: ['AAAA'] }]), 'x5c'],
  ])('%s says what is wrong', async (_, text, reason) => {
    expect(await bundleOf(text())).toEqual({ ok: false, reason: expect.stringContaining(reason) });
  });

  test('the system’s', () => {
    const bundle = systemBundle();
    expect(bundle.ok && bundle.anchors.length).toBeGreaterThan(100);
  });
});

test('a text is read once: the anchors, and what is made from them, are the same in the next run', async () => {
  const text = root.certificatePem + next.certificatePem;
  const [first, again] = [await bundleOfText(text), await bundleOfText(`${text}`)];
  expect(again).toBe(first);
  expect(first).toEqual(await bundleOf(text));
  expect(await bundleOfText(root.certificatePem)).toEqual(await bundleOf(root.certificatePem));
  expect(await bundleOfText('nothing')).toMatchObject({ ok: false });
});
