/** What TLS options of Traefik do with client certificates (`buildTLSConfig` in Traefik’s pkg/tls/tlsmanager.go; doc.traefik.io/traefik/reference/routing-configuration/http/tls/tls-options/). */
import type { Claim, ClientCertificate } from '../../../model/claim.ts';
import type { Place } from '../../../model/place.ts';
import { said } from '../../claim-of.ts';
import type { Field } from '../../field.ts';
import { authorityOf, certificatesIn } from '../../pem-field.ts';
import { printable } from '../../printable.ts';

const TYPES = [
  'NoClientCert',
  'RequestClientCert',
  'RequireAnyClientCert',
  'VerifyClientCertIfGiven',
  'RequireAndVerifyClientCert',
] as const;
const MEANINGS: Readonly<Record<(typeof TYPES)[number], ClientCertificate>> = {
  NoClientCert: 'none',
  RequestClientCert: 'passed-through',
  RequireAnyClientCert: 'passed-through',
  VerifyClientCertIfGiven: 'optional',
  RequireAndVerifyClientCert: 'required',
};

export type OptionsSay = Pick<
  Claim,
  'clientCertificate' | 'authorities' | 'revocation' | 'expiry' | 'notes' | 'unread'
>;

const NOTHING = { authorities: null, revocation: null, expiry: null };

/** `options`: null where no such options are in the source. `usual`: where it stands that they are the default ones. */
export const optionsSay = (options: Field | null, name: string, usual: Place): OptionsSay => {
  if (options !== null) return saysOf(options, name);
  return name === 'default'
    ? {
        ...{ ...NOTHING, notes: [], unread: [] },
        clientCertificate: said('none', usual, 'no options called default are in this source'),
      }
    : {
        ...{ ...NOTHING, clientCertificate: null, unread: [] },
        notes: [`Its TLS options ${printable(name)} are not in this source.`],
      };
};

type Trust = {
  /** That stand there as PEM. */
  readonly inline: readonly Field[];
  /** Files, and secrets of Kubernetes. */
  readonly elsewhere: readonly string[];
};

const trustIn = (client: Field): Trust => {
  const files = client
    .get('caFiles')
    .items()
    .map((field) => ({ field, text: field.text() ?? '' }));
  const isPem = (text: string): boolean => text.includes('BEGIN CERTIFICATE');
  const secrets = client.get('secretNames').texts();
  return {
    inline: files.filter(({ text }) => isPem(text)).map(({ field }) => field),
    elsewhere: [
      ...files.filter(({ text }) => !isPem(text)).map(({ text }) => text),
      ...secrets.map((secret) => `the secret ${secret}`),
    ],
  };
};

const saysOf = (options: Field, name: string): OptionsSay => {
  const client = options.get('clientAuth');
  const at = client.isThere ? client.at() : options.at();
  const { inline, elsewhere } = trustIn(client);
  const given = client.get('clientAuthType').oneOf(TYPES);
  const usual = inline.length + elsewhere.length > 0 ? 'RequireAndVerifyClientCert' : 'NoClientCert';
  const type = given ?? usual;
  const because = `the options ${printable(name)} have ${given === null ? `no \`clientAuthType\`, which is ${type}` : type}`;
  for (const quiet of QUIET) options.get(quiet).plain();
  const says = { clientCertificate: said(MEANINGS[type], at, because), unread: [...options.unread()] };
  if (type === 'NoClientCert') return { ...NOTHING, notes: [], ...says };
  const trusts = `It trusts the CAs in ${printable(elsewhere.join(' and '))}; what is in there is not in this source.`;
  const notes = elsewhere.length > 0 ? [trusts] : [];
  if (MEANINGS[type] === 'passed-through') {
    const nobody = `Nobody verifies the certificate (${type}): a name in it proves nothing.`;
    return { ...NOTHING, ...says, expiry: said('ignored', at, `${type} verifies no date`), notes: [...notes, nobody] };
  }
  const authorities = inline.flatMap((file) => certificatesIn(file)).map(authorityOf);
  return {
    ...says,
    authorities: inline.length > 0 && elsewhere.length === 0 ? said(authorities, at) : null,
    revocation: said('none', at, 'Traefik reads no revocation list of clients'),
    expiry: said('checked', at, 'Go’s crypto/tls verifies it'),
    notes,
  };
};

const QUIET = [
  ...['minVersion', 'maxVersion', 'cipherSuites', 'curvePreferences', 'sniStrict', 'alpnProtocols'],
  ...['preferServerCipherSuites', 'disableSessionTickets'],
] as const;
