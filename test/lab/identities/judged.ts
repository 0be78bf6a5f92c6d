/** Identities that can be read, and what is wrong with them. */
import type { Made } from './making.ts';
import type { IdentityCase } from './unreadable.ts';

const ID = 'spiffe://corp.example/ns/shop/sa/checkout';
const OK = 'IDENTITY_OK it is fit for use.';
const unusable = (reason: string): string => `IDENTITY_UNUSABLE it cannot be used: ${reason}.`;
const svid = (problems: string): string => `IDENTITY_NOT_AN_SVID it ${problems}.`;
const both =
  (name: string) =>
  ({ text }: Made) => ({ value: text(`${name}.pem`) + text(`${name}.key`) });
const workload = (name: string) => (made: Made) => ({
  ...both(name === '' ? 'py-svid' : `py-svid-${name}`)(made),
  principal: ID,
});
/** Its dates follow the run's: `…` stands for them. */
const DATE = '…';

// biome-ignore format: a table
export const JUDGED: readonly IdentityCase[] = [
  ['openssl', 'a server’s certificate', unusable('its extended key usage does not allow clients (clientAuth is missing)'), both('server')],
  ['openssl', 'a server’s certificate, declared', OK, (made) => ({ ...both('server')(made), fault: 'wrong-usage' })],
  ['openssl', 'an RSA key of 1024 bits', unusable('its/secret: its key is too short to be used: RSA with 1024 bits'), both('short')],
  ['openssl', 'a key on P-192', unusable('its/secret: its key is too short to be used: EC on prime192v1'), both('p192')],
  ['openssl', 'signed with SHA-1', 'IDENTITY_WEAK it has a signature with sha1WithRSAEncryption, which relying parties refuse.', both('sha1')],
  ['openssl', 'signed with MD5', 'IDENTITY_WEAK it has a signature with md5WithRSAEncryption, which relying parties refuse.', both('md5')],
  ['openssl', 'a CA', unusable('it is a CA certificate, not an identity'), both('intermediate')],
  ['openssl', 'certificates in the wrong order', 'IDENTITY_OK it is fit for use; its certificates are presented leaf first, unlike where they are kept.', ({ text }) => ({ value: text('intermediate.pem') + text('rsa.pem') + text('rsa.key') })],
  ['openssl', 'an intermediate that another has', 'IDENTITY_CHAIN_INCOMPLETE it comes without CN=intermediate: its chain ends at CN=rsa, and a relying party that has only the root cannot verify it.', ({ text }) => ({ value: text('rsa.pem') + text('rsa.key'), bundle: text('root.pem'), beside: text('p256.pem') + text('intermediate.pem') + text('p256.key') })],
  ['openssl', 'an intermediate that the bundle has', OK, ({ text }) => ({ value: text('rsa.pem') + text('rsa.key'), bundle: text('root.pem') + text('intermediate.pem'), beside: text('p256.pem') + text('intermediate.pem') + text('p256.key') })],
  ['openssl', 'an issuer that nobody here knows', OK, ({ text }) => ({ value: text('foreign.pem') + text('foreign.key'), bundle: text('root.pem') })],
  ['openssl', 'a complete chain', OK, ({ text }) => ({ value: text('rsa.pem') + text('intermediate.pem') + text('rsa.key'), bundle: text('root.pem') })],
  ['go', 'an intermediate that its own root needs', 'IDENTITY_CHAIN_INCOMPLETE it comes without CN=Go Intermediate: its chain ends at CN=go-ec, and a relying party that has only the root cannot verify it.', ({ text }) => ({ value: JSON.stringify({ 'svid.pem': text('go-ec.pem'), 'svid_key.pem': text('go-ec.key'), 'bundle.pem': text('go-root.pem') }), beside: text('go-ed.chain') + text('go-ed.key') })],
  ['python', 'expired', unusable(`it expired on ${DATE}`), both('py-expired')],
  ['python', 'expired, declared', OK, (made) => ({ ...both('py-expired')(made), fault: 'expired' })],
  ['python', 'not yet valid', unusable(`it is not valid before ${DATE}`), both('py-ahead')],
  ['python', 'valid, declared expired', unusable(`it says it is expired, but it is valid until ${DATE}: it tests nothing`), (made) => ({ ...both('py-any')(made), fault: 'expired' })],
  ['python', 'ends in six days', `IDENTITY_EXPIRES_SOON it expires in 6.0 days, at ${DATE}.`, both('py-soon')],
  ['python', 'ends in half a day', `IDENTITY_EXPIRES_SOON it expires in 0.5 days, at ${DATE}, which is past \`expiry.critical\`.`, both('py-verysoon')],
  ['python', 'whose issuer ends', `IDENTITY_EXPIRES_SOON it has an issuer, CN=Ending CA, that expires in 2.0 days, at ${DATE}, which is past \`expiry.critical\`.`, ({ text }) => ({ value: text('py-ending-leaf.pem') + text('py-ending-ca.pem') + text('py-ending-leaf.key') })],
  ['python', 'for any usage', OK, both('py-any')],
  ['python', 'self-signed', OK, both('py-selfsigned')],
  ['python', 'a CA that signs as well', unusable('it is a CA certificate, not an identity'), both('py-ca')],
  ['python', 'an SVID', OK, workload('')],
  ['python', 'an SVID without extended key usage', OK, workload('noeku')],
  ['python', 'an SVID of somebody else', svid(`is ${ID}, not spiffe://corp.example/other as the registry says (§2)`), (made) => ({ ...both('py-svid')(made), principal: 'spiffe://corp.example/other' })],
  ['python', 'two URIs', svid('has 2 URI SANs, and validators accept exactly one (§2)'), workload('two')],
  ['python', 'no URI', svid('has no URI SAN (§2)'), workload('none')],
  ['python', 'the trust domain’s own ID', svid(`is spiffe://corp.example, not ${ID} as the registry says (§2); it has a SPIFFE ID without a path, as only CAs do (§3.1)`), workload('root')],
  ['python', 'an empty path segment', svid(`is spiffe://corp.example/a//b, not ${ID} as the registry says (§2); it has a URI SAN that is no SPIFFE ID (SPIFFE-ID §2)`), workload('slash')],
  ['python', 'a trust domain in capitals', svid(`is spiffe://Corp.example/a, not ${ID} as the registry says (§2); it has a URI SAN that is no SPIFFE ID (SPIFFE-ID §2)`), workload('upper')],
  ['python', 'a URI of another scheme', svid(`is https://corp.example/a, not ${ID} as the registry says (§2); it has a URI SAN that is no SPIFFE ID (SPIFFE-ID §2)`), workload('https')],
  ['python', 'no key usage', svid('has no key usage (§4.3)'), workload('noku')],
  ['python', 'no digitalSignature', svid('lacks the key usage digitalSignature (§4.3)'), workload('nosign')],
  ['python', 'a CA’s key usage', svid('has the key usage keyCertSign and cRLSign (§4.3)'), workload('certsign')],
  ['python', 'for clients only', OK, workload('clientonly')],
];
