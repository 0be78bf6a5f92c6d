/** Servers of Gateways: doors into the mesh, whose TLS no PeerAuthentication decides (istio.io/latest/docs/reference/config/networking/gateway). */

import type { Rule } from '../../../model/admission.ts';
import type { Claim, Said, Unread } from '../../../model/claim.ts';
import type { Place } from '../../../model/place.ts';
import { said } from '../../claim-of.ts';
import type { Field } from '../../field.ts';
import { type ObjectDocument, qualifiedName } from '../../kubernetes-objects.ts';
import { type Labels, labelsIn } from './istio-labels.ts';

const MODES = ['PASSTHROUGH', 'SIMPLE', 'MUTUAL', 'AUTO_PASSTHROUGH', 'ISTIO_MUTUAL', 'OPTIONAL_MUTUAL'] as const;
type Mode = (typeof MODES)[number];

export type GatewayServer = {
  readonly at: Place;
  readonly name: string | null;
  /** Without the namespaces in front of them. */
  readonly hosts: readonly string[];
  readonly port: number | null;
  readonly protocol: string;
  /** Null: no TLS. */
  readonly mode: Mode | null;
  readonly says: Pick<Claim, 'clientCertificate' | 'plaintext' | 'revocation' | 'admission'>;
  readonly notes: readonly string[];
};
export type Gateway = {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Labels;
  readonly selector: Labels;
  readonly servers: readonly GatewayServer[];
  readonly unread: readonly Unread[];
};

/** Throws `DamagedField`. */
export const gatewayIn = ({ root, object }: ObjectDocument): Gateway => {
  const spec = root.get('spec');
  const gateway = {
    ...{ name: qualifiedName(object), namespace: object.namespace ?? 'default', labels: object.labels },
    selector: labelsIn(spec.get('selector')),
    servers: spec.get('servers').items().map(serverIn),
  };
  return { ...gateway, unread: spec.unread() };
};

/** Fields that say nothing of client certificates. */
const OTHER_FIELDS = [
  ...['minProtocolVersion', 'maxProtocolVersion', 'cipherSuites', 'serverCertificate', 'privateKey', 'tlsCertificates'],
  ...['credentialNames', 'caCertificates', 'caCertCredentialName'],
];

const serverIn = (server: Field): GatewayServer => {
  const tls = server.get('tls');
  for (const name of OTHER_FIELDS) tls.get(name).plain();
  for (const path of [tls.get('credentialName'), server.get('bind'), server.get('port', 'name')]) path.plain();
  server.get('defaultEndpoint').plain();
  const redirects = tls.get('httpsRedirect').boolean() ?? false;
  const protocol = server.get('port', 'protocol').text() ?? '';
  const isPlain = /^(HTTP|HTTP2|GRPC|GRPC-WEB|TCP|MONGO)$/i.test(protocol) && !tls.get('mode').isThere;
  const mode = isPlain || !tls.isThere ? null : (tls.get('mode').oneOf(MODES) ?? 'PASSTHROUGH');
  return {
    ...{ at: server.at(), protocol, mode },
    name: server.get('name').text() ?? server.get('port', 'name').text(),
    hosts: server
      .get('hosts')
      .texts()
      .map((host) => host.split('/').at(-1) ?? host),
    port: server.get('port', 'number').port(),
    says: mode === null ? withoutTls(tls, server.at(), redirects) : withTls(tls, mode),
    notes: notesOf(tls, mode),
  };
};

const withoutTls = (tls: Field, at: Place, redirects: boolean): GatewayServer['says'] => ({
  clientCertificate: said('none', at, 'the server has no TLS'),
  plaintext: redirects
    ? said('refused', tls.at(), 'httpsRedirect answers every request with a redirect to HTTPS')
    : said('allowed', at, 'the server has no TLS'),
  ...{ revocation: null, admission: null },
});

const CLIENTS = {
  SIMPLE: 'none',
  MUTUAL: 'required',
  ISTIO_MUTUAL: 'required',
  OPTIONAL_MUTUAL: 'optional',
  PASSTHROUGH: null,
  AUTO_PASSTHROUGH: null,
} as const;

const withTls = (tls: Field, mode: Mode): GatewayServer['says'] => {
  const at = tls.get('mode').at();
  const clients = CLIENTS[mode];
  const skips = tls.get('insecureSkipVerify').boolean() ?? false;
  const asks = clients === 'required' || clients === 'optional';
  return {
    clientCertificate:
      asks && skips
        ? said('passed-through', tls.get('insecureSkipVerify').at(), 'insecureSkipVerify lets in what does not verify')
        : clients === null
          ? null
          : said(clients, at, `the mode is ${mode}`),
    plaintext: clients === null ? null : said('refused', at),
    revocation: asks ? revocationIn(tls, mode) : null,
    admission: asks ? admissionIn(tls) : null,
  };
};

/** A Secret behind `credentialName` may have a list, too (`ca.crl`), and is not in the source. */
const revocationIn = (tls: Field, mode: Mode): Said<'none' | 'crl'> => {
  const list = tls.get('caCrl');
  const isElsewhere = [tls.get('credentialName').text(), mode === 'ISTIO_MUTUAL' ? '' : null].some(
    (name) => name !== null,
  );
  if (list.text() !== null) return said('crl', list.at());
  return isElsewhere ? null : said('none', tls.at(), 'there is no caCrl');
};

/** `subjectAltNames` and hashes: one of the names, and one of the hashes. */
const admissionIn = (tls: Field): Claim['admission'] => {
  const names = tls.get('subjectAltNames');
  const hashes = tls.get('verifyCertificateHash');
  const keys = tls.get('verifyCertificateSpki');
  const sans = names.texts();
  const exact = (text: string) => ({ how: 'exact' as const, text });
  const fingerprints = hashes.texts().map((hash) => exact(hash.replaceAll(':', '').toLowerCase()));
  const unread = keys.texts().length > 0 ? [keys.path] : [];
  if (sans.length + fingerprints.length + unread.length === 0) return null;
  const ofHash =
    fingerprints.length > 0 && unread.length === 0
      ? [{ field: 'fingerprint' as const, not: false, any: fingerprints }]
      : [];
  const uris = sans.filter((name) => name.includes('://'));
  const dns = sans.filter((name) => !name.includes('://'));
  const byName = [
    ...(uris.length > 0 ? [{ field: 'san-uri' as const, not: false, any: uris.map(exact) }] : []),
    ...(dns.length > 0 ? [{ field: 'san-dns' as const, not: false, any: dns.map(exact) }] : []),
  ];
  const rule = (all: Rule['all']): Rule => ({ effect: 'admit', all, unread, at: tls.at() });
  const rules = byName.length > 0 ? byName.map((condition) => rule([condition, ...ofHash])) : [rule(ofHash)];
  return said({ rules, otherwise: 'refuse' }, tls.at(), 'only certificates with these names or hashes verify');
};

const notesOf = (tls: Field, mode: Mode | null): readonly string[] => {
  if (mode === 'PASSTHROUGH' || mode === 'AUTO_PASSTHROUGH')
    return ['The gateway passes TLS on unopened: whoever is behind it asks for certificates, or does not.'];
  const secret = tls.get('credentialName').text();
  return secret === null || mode === null || mode === 'SIMPLE'
    ? []
    : [`Its CAs stand in the Secret ${secret}, or in ${secret}-cacert.`];
};
