/**
 * Reads a client certificate and its key from the forms in which they are stored: JSON, Kubernetes Secrets, kubeconfig, answers of AWS and Vault,
 * files of Istio and SPIRE, one PEM text, PKCS#12, JKS. Unreadable content is reported by its place and kind; messages never quote a value. Not
 * supported: other Java keystores (JCEKS, BKS, BCFKS), OpenSSH keys.
 */

import type { Parsed } from '../../model/parsed.ts';
import { contentOf } from '../content/content.ts';
import { isYaml, itemsOf } from '../content/documents.ts';
import { kindOf } from '../content/found.ts';
import { isJks } from '../content/jks.ts';
import { openJks } from '../content/jks-key.ts';
import { type Field, type Fields, fieldOf, isObject, misnamed, namesOf, nearest } from '../content/secret-fields.ts';
import { chosenOf } from './chosen.ts';
import { certificatesIn, holdsKey, keystoreIn, privateKeyIn } from './parts.ts';

export type IdentityText = {
  /** The leaf and its intermediates, PEM, in any order. */
  readonly certificate: string;
  readonly privateKey: string;
  readonly passphrase: string | null;
  /** The CAs stored with the identity, PEM; empty for none. They are not presented to servers. */
  readonly roots?: string;
  /** The key's place for messages, such as ` in the field "tls.key"`. */
  readonly keyPlace?: string;
};

type Reading = Promise<Parsed<IdentityText>>;

const no = (reason: string): { readonly ok: false; readonly reason: string } => ({ ok: false, reason });

/** Returns certificate, key and passphrase of a secret. `passphrase`: the registry's, default none; it takes precedence over one in the secret. */
export const identityTextOf = async (secret: string | Uint8Array, passphrase: string | null = null): Reading => {
  const field: Field = { label: 'the secret', content: contentOf(secret) };
  const { content } = field;
  if (content.kind === 'empty') return no('the secret is empty');
  const bytes = keystoreIn(field);
  if (bytes !== null) return fromKeystore(field, bytes, passphrase);
  if (content.kind !== 'text') return unreadable(field);
  const { text } = content;
  if (text.startsWith('{') || /^\[\s*\{/.test(text)) return fromJson(text, passphrase);
  const isKubernetes = /^kind:\s*["']?[A-Z]/m.test(text);
  if (isKubernetes || isYaml(text)) {
    const read = await fromYaml(text, passphrase);
    if (read !== null) return read;
    if (isKubernetes) return no('the secret begins like a Kubernetes Secret but is not YAML');
  }
  return text.includes('-----BEGIN ') ? fromPem(field, field, passphrase) : unreadable(field);
};

export type IdentityFile = { readonly path: string; readonly value: string | Uint8Array };

/** Certificate and key may be in one file: PEM with both, or PKCS#12. */
export const identityTextOfFiles = async (
  certificate: IdentityFile,
  privateKey: IdentityFile,
  passphrase: string | null,
): Reading => {
  const [own, key] = [certificate, privateKey].map(
    ({ path, value }): Field => ({ label: path, content: contentOf(value) }),
  ) as [Field, Field];
  const bytes = keystoreIn(own);
  return bytes === null ? fromPem(own, key, passphrase) : fromKeystore(own, bytes, passphrase);
};

const unreadable = ({ label, content }: Field) =>
  no(`${label} holds ${kindOf(content)}; JSON, PEM or PKCS#12 was expected`);

/** The readers are loaded only when there is a file to read, because PKCS#12 loads a library. */
const fromKeystore = async ({ label }: Field, bytes: Uint8Array, passphrase: string | null): Reading => {
  const opened = isJks(bytes)
    ? openJks(bytes, passphrase)
    : (await import('../content/pkcs12.ts')).openPkcs12(bytes, passphrase);
  return opened.ok ? { ok: true, value: { ...opened.value, passphrase: null } } : no(`${label}: ${opened.reason}`);
};

const fromPem = (own: Field, key: Field, passphrase: string | null): Parsed<IdentityText> => {
  const certificate = certificatesIn(own);
  if (!certificate.ok) return certificate;
  const privateKey = privateKeyIn(key);
  if (!privateKey.ok) return privateKey;
  return { ok: true, value: { certificate: certificate.value, privateKey: privateKey.value, passphrase } };
};

const fromJson = async (text: string, passphrase: string | null): Reading => {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return no('the secret begins like JSON but is not a JSON object');
  }
  return fromDocuments(Array.isArray(document) ? document : [document], passphrase);
};

/** Null for a text that is not YAML or contains no object. */
const fromYaml = async (text: string, passphrase: string | null): Promise<Parsed<IdentityText> | null> => {
  const { FORMATS } = await import('../content/formats.ts');
  const documents = FORMATS.yaml(text);
  return documents?.some(isObject) ? fromDocuments(documents, passphrase) : null;
};

const fromDocuments = async (documents: readonly unknown[], given: string | null): Reading => {
  const chosen = chosenOf(itemsOf(documents));
  if (!chosen.ok) return chosen;
  const { fields, all } = chosen.value;
  const passphrase = given ?? chosen.value.passphrase;
  const own = fieldOf(fields, 'certificate') ?? fieldOf(fields, 'chain');
  // PEM is tried first: cert-manager stores a keystore beside it.
  const store = own ?? fieldOf(fields, 'pkcs12');
  const bytes = store === null ? null : keystoreIn(store);
  if (store !== null && bytes !== null) return fromKeystore(store, bytes, passphrase);
  if (own !== null) return fromFields(fields, all, own, passphrase);
  return store === null
    ? no(missing(fields, all))
    : no(`${store.label} holds ${kindOf(store.content)}; a PKCS#12 file was expected`);
};

const fromFields = (fields: Fields, all: Fields, own: Field, passphrase: string | null): Parsed<IdentityText> => {
  const key = fieldOf(fields, 'privateKey') ?? (holdsKey(own) ? own : null);
  if (key === null) return no(missing(fields, all));
  const text = fromPem(own, key, passphrase);
  if (!text.ok) return text;
  const chain = fieldOf(fields, 'chain');
  const rest = chain === null || chain.content.kind === 'empty' ? null : certificatesIn(chain);
  if (rest !== null && !rest.ok) return rest;
  const roots = fieldOf(fields, 'roots');
  const anchors = roots === null ? null : certificatesIn(roots);
  return {
    ok: true,
    value: {
      ...text.value,
      certificate: text.value.certificate + (rest?.value ?? ''),
      roots: anchors?.ok ? anchors.value : '',
      keyPlace: ` in ${key.label}`,
    },
  };
};

const WANTED = [
  {
    name: 'certificate',
    kind: 'a certificate',
    words: /cert|crt|svid/,
    find: (fields: Fields) => fieldOf(fields, 'certificate') ?? fieldOf(fields, 'chain'),
  },
  {
    name: 'privateKey',
    kind: 'a private key',
    words: /(?<!public|api|access)key(?!id|type)/,
    find: (fields: Fields) => fieldOf(fields, 'privateKey'),
  },
] as const;

/** Names the missing part, the fields that are present, and the field that comes nearest. */
const missing = (fields: Fields, all: Fields): string => {
  const lacking = WANTED.filter(({ find }) => find(fields) === null);
  const names = lacking.map(({ name }) => `"${name}"`).join(' and ');
  const hints = lacking.map(({ name, kind, words }) => {
    const elsewhere = misnamed(all, kind);
    if (elsewhere !== null) return `; "${elsewhere}" holds ${kind}: name it "${name}"`;
    const near = nearest(all, words);
    return near === null ? '' : `; the nearest, ${near.label}, holds ${kindOf(near.content)}`;
  });
  return `the secret has no field${lacking.length > 1 ? 's' : ''} ${names} (its fields: ${namesOf(all)})${hints.join('')}`;
};
