/** The names under which people keep the parts of an identity, and where in a JSON or YAML document those are. */
import { jsonKind, kindOf } from './found.ts';
import { type Content, contentOf } from './secret-content.ts';

/** Fields by their own names. */
export type Fields = ReadonlyMap<string, unknown>;
export type Field = { readonly label: string; readonly content: Content };

/** Compared without case and punctuation: `tls.crt`, `tlsCrt` and `TLS_CRT` are one. The first that is there counts. */
const NAMES = {
  certificate:
    `certificate cert crt tlscrt tlscert certificatepem certpem crtpem certificatebody clientcertificate clientcert clientcrt
    certchainpem fullchain fullchainpem svid svidpem x509svid publiccertificate pem combined`.split(/\s+/),
  chain:
    `certificatechain certchain chain chainpem cachain intermediates intermediate intermediatecertificate intermediatecertificates
    issuingca`.split(/\s+/),
  privateKey:
    `privatekey key tlskey privatekeypem keypem certificatekey clientkey clientprivatekey svidkey svidkeypem privkey privkeypem
    x509svidkey rsaprivatekey ecprivatekey`.split(/\s+/),
  passphrase:
    `passphrase password keypassphrase keypassword privatekeypassphrase privatekeypassword keystorepassword pkcs12password
    pfxpassword p12password storepassword`.split(/\s+/),
  pkcs12: 'pkcs12 p12 pfx keystorep12 keystore clientp12 keystorepfx'.split(' '),
  roots: 'rootcertpem rootcert cacrt bundlepem bundle ca capem cacert cabundle rootca root trustbundle'.split(' '),
} as const;
export type Part = keyof typeof NAMES;

const KNOWN: ReadonlySet<string> = new Set([...NAMES.certificate, ...NAMES.privateKey, ...NAMES.pkcs12]);
const bare = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

/** A field's name is shown, unless it looks like no name: somebody's key may have slipped into that place. */
const shown = (name: string): string => (/^[A-Za-z][\w .-]{0,31}$/.test(name) ? name : '…');

/** The field that holds a part: the first known name with something in it, else one that is there and empty. */
export const fieldOf = (fields: Fields, part: Part): Field | null => {
  const present = NAMES[part].flatMap((wanted) =>
    [...fields].filter(([name]) => bare(name) === wanted).map(([name, value]) => read(name, value)),
  );
  return present.find(({ content }) => content.kind !== 'empty') ?? present[0] ?? null;
};

const read = (name: string, value: unknown): Field => ({
  label: `the field "${shown(name)}"`,
  content:
    typeof value === 'string' || value instanceof Uint8Array
      ? contentOf(value)
      : { kind: 'other', is: jsonKind(value) },
});

/** A passphrase is taken as it is: it may well look like something else. */
export const passphraseOf = (fields: Fields): string | null => {
  const found = [...fields].find(
    ([name, value]) => NAMES.passphrase.includes(bare(name)) && value !== '' && value !== null,
  );
  const value = found?.[1];
  if (value instanceof Uint8Array) return Buffer.from(value).toString();
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
};

/** What there is instead of the part that is missing. */
export const namesOf = (fields: Fields): string => {
  const names = [...fields.keys()];
  const list = names.slice(0, 10).map(shown).join(', ') || 'none';
  return names.length > 10 ? `${list} and ${names.length - 10} more` : list;
};

/** A field that holds what is wanted, under a name that does not say so. */
export const misnamed = (fields: Fields, kind: string): string | null => {
  const found = [...fields].find(([name, value]) => kindOf(read(name, value).content) === kind);
  return found === undefined ? null : shown(found[0]);
};

type Json = Readonly<Record<string, unknown>>;
export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);

/** A document's fields: those of a Kubernetes Secret, of the `data` that Vault and others wrap around them, else its own. */
export const fieldsOf = (document: Json, depth = 0): Fields => {
  if (isKubernetes(document)) return kubernetesFields(document);
  const { data } = document;
  const wrapped = isObject(data) && !Object.keys(document).some((name) => KNOWN.has(bare(name)));
  if (wrapped && depth < 3) return fieldsOf(data, depth + 1);
  return new Map(Object.entries(document).map(([name, value]) => [name, joined(value)]));
};

export const isKubernetes = ({ kind, apiVersion }: Json): boolean =>
  typeof kind === 'string' && typeof apiVersion === 'string';

/** `data` is base64 of each value; `stringData` wins (Kubernetes API reference, Secret v1). */
const kubernetesFields = ({ data, stringData }: Json): Fields =>
  new Map([
    ...(isObject(data) ? Object.entries(data).map(([name, value]) => [name, ofBase64(value)] as const) : []),
    ...(isObject(stringData) ? Object.entries(stringData) : []),
  ]);

const ofBase64 = (value: unknown): unknown =>
  typeof value === 'string' && /^[A-Za-z0-9+/\s]+=*\s*$/.test(value)
    ? new Uint8Array(Buffer.from(value, 'base64'))
    : value;

/** Vault gives the chain as a list of PEM texts. */
const joined = (value: unknown): unknown =>
  Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === 'string')
    ? value.join('\n')
    : value;
