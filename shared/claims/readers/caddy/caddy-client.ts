/** What a connection policy of Caddy does with client certificates (`ClientAuthentication` in Caddy’s modules/caddytls/connpolicy.go; caddyserver.com/docs/json/apps/http/servers/tls_connection_policies/client_authentication/). */
import { X509Certificate } from 'node:crypto';
import type { Authority, Claim, ClientCertificate } from '../../../model/claim.ts';
import { certificateFacts } from '../../../pki/x509/certificate.ts';
import { said } from '../../claim-of.ts';
import type { Field } from '../../field.ts';
import { authorityOf } from '../../pem-field.ts';
import { printable } from '../../printable.ts';

const MODES = ['request', 'require', 'verify_if_given', 'require_and_verify'] as const;
type Mode = (typeof MODES)[number];
const MEANINGS: Readonly<Record<Mode, ClientCertificate>> = {
  request: 'passed-through',
  require: 'passed-through',
  verify_if_given: 'optional',
  require_and_verify: 'required',
};

export type ClientSays = Pick<Claim, 'clientCertificate' | 'authorities' | 'revocation' | 'expiry' | 'notes'>;

export const clientSays = (policy: Field): ClientSays => {
  const client = policy.get('client_authentication');
  const at = client.isThere ? client.at() : policy.at();
  const trust = trustIn(client);
  const given = client.get('mode').oneOf(MODES);
  if (given === null && !trust.isThere)
    return {
      clientCertificate: said('none', at, 'the policy has no `client_authentication`'),
      ...{ authorities: null, revocation: null, expiry: null, notes: [] },
    };
  // Without a mode, whatever is trusted is required; a verifier alone needs a certificate only. Leaves are verified in every mode, and no certificate is none
  // of them (`ConfigureTLSConfig`, `LeafCertClientAuth`, modules/caddytls/connpolicy.go of Caddy 0cf03d3).
  const mode = given ?? (trust.hasAuthorities || trust.leaves > 0 ? 'require_and_verify' : 'require');
  const because =
    given === null ? `it trusts something and has no mode, which is \`${mode}\`` : `\`mode\` is \`${mode}\``;
  const isVerified = mode === 'require_and_verify' || mode === 'verify_if_given';
  return {
    clientCertificate:
      trust.leaves > 0
        ? said('required', at, `${because}, and one of \`trusted_leaf_certs\``)
        : said(MEANINGS[mode], at, because),
    authorities: isVerified && trust.authorities !== null ? said([...trust.authorities], at) : null,
    revocation: isVerified || trust.leaves > 0 ? said('none', at, 'Caddy reads no revocation list of clients') : null,
    expiry: isVerified
      ? said('checked', at, 'Go’s crypto/tls verifies it')
      : said('ignored', at, `\`${mode}\` verifies no date`),
    notes: [...notesOf(mode, trust)],
  };
};

type Trust = {
  readonly isThere: boolean;
  readonly hasAuthorities: boolean;
  /** Null where they are not in this source. */
  readonly authorities: readonly Authority[] | null;
  readonly files: readonly string[];
  readonly leaves: number;
  readonly verifiers: readonly string[];
  readonly provider: string | null;
};

/** `ca` was `trusted_ca_certs` and `trusted_ca_certs_pem_files` until 2.8. */
const trustIn = (client: Field): Trust => {
  const ca = client.get('ca');
  const provider = ca.get('provider').text();
  const inline = [client.get('trusted_ca_certs'), ca.get('trusted_ca_certs')].flatMap((field) => field.items());
  const files = [...client.get('trusted_ca_certs_pem_files').texts(), ...ca.get('pem_files').texts()].map((file) =>
    printable(file),
  );
  const leaves = client.get('trusted_leaf_certs').texts().length;
  const verifiers = client
    .get('verifiers')
    .items()
    .map((verifier) => printable(verifier.get('verifier').text() ?? 'unnamed'));
  const hasAuthorities = inline.length > 0 || files.length > 0 || ca.isThere;
  return {
    ...{ hasAuthorities, files, leaves, verifiers, provider: provider === null ? null : printable(provider) },
    isThere: hasAuthorities || leaves > 0 || verifiers.length > 0,
    authorities: inline.length > 0 && files.length === 0 ? inline.map(authorityIn) : null,
  };
};

/** A certificate is DER in base64, without the lines of PEM. */
const authorityIn = (field: Field): Authority => {
  try {
    return authorityOf(certificateFacts(new X509Certificate(Buffer.from(field.text() ?? '', 'base64'))));
  } catch {
    throw field.damaged('the certificate is damaged');
  }
};

const notesOf = (mode: Mode, { files, leaves, verifiers, provider, hasAuthorities }: Trust): readonly string[] => [
  ...(files.length > 0 ? [`It trusts the CAs in ${files.join(' and ')}; what is in there is not in this source.`] : []),
  ...(provider !== null && !['inline', 'file'].includes(provider)
    ? [`It trusts the CAs of the provider ${provider}, which are not in this source.`]
    : []),
  ...(!hasAuthorities && (mode === 'require_and_verify' || mode === 'verify_if_given')
    ? ['It names no CA: those of the machine’s own store are trusted.']
    : []),
  ...(leaves > 0 ? [`It lets in the ${leaves} client certificates of \`trusted_leaf_certs\` only.`] : []),
  ...verifiers.map((verifier) => `The verifier ${verifier} may turn clients away; what it does is not understood.`),
  ...(mode === 'request' || mode === 'require'
    ? [`Nobody verifies the certificate (\`${mode}\`): a name in it proves nothing.`].slice(leaves > 0 ? 1 : 0)
    : []),
];
