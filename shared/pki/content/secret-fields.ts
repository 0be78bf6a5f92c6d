/** Finds certificates, keys and passphrases in the fields of a JSON or YAML document by the names of the fields. */
import { bytesOfBase64, type Content, contentOf } from './content.ts';
import { jsonKind, kindOf } from './found.ts';

/** Fields by name; a field of a nested object by the names on the path to it, joined by `BELOW`. */
export type Fields = ReadonlyMap<string, unknown>;
export type Field = { readonly label: string; readonly content: Content };

/**
 * Known names of each part, compared without case and punctuation: `tls.crt`, `tlsCrt` and `TLS_CRT` are equal. The first name that is present is
 * used.
 */
const NAMES = {
  certificate:
    `certificate cert crt tlscrt tlscert certificatepem certpem crtpem certificatebody clientcertificate clientcert clientcrt
    clientcertificatedata certchainpem fullchain fullchainpem svid svidpem x509svid publiccertificate pem combined`.split(
      /\s+/,
    ),
  chain:
    `certificatechain certchain chain chainpem cachain intermediates intermediate intermediatecertificate intermediatecertificates
    issuingca`.split(/\s+/),
  privateKey:
    `privatekey key tlskey privatekeypem keypem certificatekey clientkey clientprivatekey svidkey svidkeypem privkey privkeypem
    clientkeydata x509svidkey rsaprivatekey ecprivatekey`.split(/\s+/),
  passphrase:
    `passphrase password keypassphrase keypassword privatekeypassphrase privatekeypassword keystorepassword pkcs12password
    pfxpassword p12password storepassword`.split(/\s+/),
  pkcs12: 'pkcs12 p12 pfx keystorep12 keystore clientp12 keystorepfx jks keystorejks clientjks'.split(' '),
  roots:
    `rootcertpem rootcert cacrt bundlepem bundle ca capem cacert cacertpem cabundle cabundlecrt cabundlepem rootca rootcapem root
    rootcertificate cacertificate cacertificates trustbundle trustbundlepem certificateauthoritydata`.split(/\s+/),
} as const;
export type Part = keyof typeof NAMES;

const KNOWN: ReadonlySet<string> = new Set([...NAMES.certificate, ...NAMES.privateKey, ...NAMES.pkcs12]);
const PARTS: ReadonlySet<string> = new Set(Object.values(NAMES).flat());
/** Fields of a Kubernetes object that are not searched as nested objects: `kubernetesFields` reads the data, and metadata contains no part. */
const NO_FIELDS: ReadonlySet<string> = new Set(['metadata', 'data', 'stringData', 'binaryData']);
/** Levels of nested objects that are searched; real documents have three (kubeconfig: users, index, user). */
const MAX_NESTED = 4;
const MAX_GROUPS = 200;
const BELOW = '\u0001';
const bare = (name: string): string => (name.split(BELOW).at(-1) ?? '').toLowerCase().replaceAll(/[^a-z0-9]/g, '');

/** Returns a field's name for messages; `…` replaces a name of unusual form, which may be a misplaced secret. */
const shown = (name: string): string =>
  name
    .split(BELOW)
    .map((each) => (/^([A-Za-z][\w .-]{0,31}|\d{1,4})$/.test(each) ? each : '…'))
    .join('/');

/** Returns the field of a part: the first known name with content, else the first that is present; null if none is. */
export const fieldOf = (fields: Fields, part: Part): Field | null => {
  const present = namesFor(fields, part).map((name) => readField(name, fields.get(name)));
  return present.find(({ content }) => content.kind !== 'empty') ?? present[0] ?? null;
};

/** Returns the names of the fields that may hold the part, best match first. */
export const namesFor = (fields: Fields, part: Part): readonly string[] =>
  NAMES[part].flatMap((wanted) => [...fields.keys()].filter((name) => bare(name) === wanted));

export const readField = (name: string, value: unknown, limit?: number): Field => ({
  label: `the field "${shown(name)}"`,
  content:
    typeof value === 'string' || value instanceof Uint8Array
      ? contentOf(value, limit)
      : { kind: 'other', is: jsonKind(value) },
});

/** Returns the passphrase, or null. Its content is not interpreted: a passphrase may look like base64 or PEM. */
export const passphraseOf = (fields: Fields): string | null => {
  const found = [...fields].find(
    ([name, value]) => NAMES.passphrase.includes(bare(name)) && value !== '' && value !== null,
  );
  const value = found?.[1];
  if (value instanceof Uint8Array) return Buffer.from(value).toString();
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
};

/** Returns the first field whose name matches `words`; null if none does. */
export const nearest = (fields: Fields, words: RegExp): Field | null => {
  const found = [...fields].find(([name]) => words.test(bare(name)));
  return found === undefined ? null : readField(...found);
};

/** Returns the names of the fields that are present, ten at most, for a message about a missing part. */
export const namesOf = (fields: Fields): string => {
  const names = [...fields.keys()];
  const list = names.slice(0, 10).map(shown).join(', ') || 'none';
  return names.length > 10 ? `${list} and ${names.length - 10} more` : list;
};

/** Returns the name of a field with content of this kind under an unknown name; null if there is none. */
export const misnamed = (fields: Fields, kind: string): string | null => {
  const found = [...fields].find(([name, value]) => kindOf(readField(name, value).content) === kind);
  return found === undefined ? null : shown(found[0]);
};

type Json = Readonly<Record<string, unknown>>;
export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);

/** Returns the fields in a Kubernetes Secret's or ConfigMap's data; of another document its own fields. */
const ownFields = (document: Json): Fields =>
  isKubernetes(document) ? kubernetesFields(document) : flat(Object.entries(document));

const flat = (entries: readonly (readonly [string, unknown])[], prefix = ''): Fields =>
  new Map(entries.map(([name, value]) => [prefix + name, joined(value)]));

/** Removes the `data` objects in which Vault and others wrap a secret. */
const unwrapped = (document: Json, depth = 0): Json => {
  const { data } = document;
  const isWrapped =
    !isKubernetes(document) && isObject(data) && !Object.keys(document).some((name) => KNOWN.has(bare(name)));
  return isWrapped && depth < 3 ? unwrapped(data, depth + 1) : document;
};

/** The fields of one object, and the path to it. */
export type Group = { readonly path: string; readonly fields: Fields };

/**
 * Returns a document's own fields, then those of each nested object, outer objects first. `enters`: whether a field is searched, by whether its
 * name is that of a part.
 */
export const groupsOf = (document: Json, enters: (isPart: boolean) => boolean): readonly Group[] => {
  const top = unwrapped(document);
  const groups: Group[] = [{ path: '', fields: ownFields(top) }];
  const nested = (object: Json, prefix: string, depth: number): void => {
    const below = Object.entries(object).filter(([name]) => isEntered(object, name) && enters(PARTS.has(bare(name))));
    for (const [name, value] of depth > MAX_NESTED ? [] : below) {
      for (const [each, inner] of objectsIn(value, prefix + name + BELOW)) {
        if (groups.length > MAX_GROUPS) return;
        groups.push({ path: shown(each.slice(0, -1)), fields: flat(Object.entries(inner), each) });
        nested(inner, each, depth + 1);
      }
    }
  };
  nested(top, '', 1);
  return groups;
};

/** Returns the fields of all groups, without those that hold objects. */
export const fieldsOfAll = (groups: readonly Group[]): Fields =>
  new Map(groups.flatMap(({ fields }) => [...fields].filter(([, value]) => !isObject(value) && !holdsObjects(value))));
const holdsObjects = (value: unknown): boolean => Array.isArray(value) && value.some(isObject);

/** Whether a field is searched for nested objects; the data and metadata of a Kubernetes object are not. */
const isEntered = (object: Json, name: string): boolean => !(isKubernetes(object) && NO_FIELDS.has(name));

const objectsIn = (value: unknown, path: string): readonly (readonly [string, Json])[] => {
  if (isObject(value)) return [[path, value]];
  return Array.isArray(value)
    ? value.flatMap((each, index) => (isObject(each) ? [[path + index + BELOW, each] as const] : []))
    : [];
};

export const isKubernetes = ({ kind, apiVersion }: Json): boolean =>
  typeof kind === 'string' && typeof apiVersion === 'string';

/**
 * Returns the fields of a Kubernetes object. `data` and `binaryData` are base64, and `stringData` overrides them (Kubernetes API reference, Secret
 * v1); a ConfigMap's `data` is text.
 */
const kubernetesFields = ({ data, stringData, binaryData }: Json): Fields =>
  new Map([
    ...(isObject(binaryData)
      ? Object.entries(binaryData).map(([name, value]) => [name, ofBase64(value)] as const)
      : []),
    ...(isObject(data) ? Object.entries(data).map(([name, value]) => [name, ofBase64(value)] as const) : []),
    ...(isObject(stringData) ? Object.entries(stringData) : []),
  ]);

const ofBase64 = (value: unknown): unknown =>
  typeof value === 'string' && /^[A-Za-z0-9+/\s]+=*\s*$/.test(value)
    ? new Uint8Array(Buffer.from(value, 'base64'))
    : value;

/** Joins a list of strings: Vault returns the chain as a list of PEM texts, others as a list of base64 DER. */
const joined = (value: unknown): unknown => {
  if (!Array.isArray(value) || value.length === 0 || !value.every((each) => typeof each === 'string')) return value;
  const text = value.join('\n');
  const bytes = text.includes('-----BEGIN ') ? [null] : value.map(bytesOfBase64);
  return bytes.every((each) => each !== null) ? new Uint8Array(Buffer.concat(bytes)) : text;
};
