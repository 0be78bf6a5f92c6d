/**
 * The shapes in which people keep a client certificate with its key: JSON, a Kubernetes Secret, ACM's export, Istio's and SPIRE's files, PEM in one
 * text, PKCS#12. What cannot be read is named by its place and its kind; no value is ever quoted.
 */

import type { Parsed } from '../../model/parsed.ts';
import { kindOf } from './found.ts';
import { certificatesIn, holdsKey, privateKeyIn } from './parts.ts';
import { contentOf } from './secret-content.ts';
import {
  type Field,
  type Fields,
  fieldOf,
  fieldsOf,
  isKubernetes,
  isObject,
  misnamed,
  namesOf,
  passphraseOf,
} from './secret-fields.ts';

export type IdentityText = {
  /** The leaf and its intermediates, PEM, in any order. */
  readonly certificate: string;
  readonly privateKey: string;
  readonly passphrase: string | null;
  /** The CAs that came with it, PEM; empty for none. Not presented. */
  readonly roots?: string;
  /** Where the key is, for messages: ` in the field "tls.key"`. */
  readonly keyPlace?: string;
};

type Reading = Promise<Parsed<IdentityText>>;

const no = (reason: string): { readonly ok: false; readonly reason: string } => ({ ok: false, reason });

/** `passphrase`: the registry's; it wins over one in the secret. */
export const identityTextOf = async (secret: string | Uint8Array, passphrase: string | null = null): Reading => {
  const field: Field = { label: 'the secret', content: contentOf(secret) };
  const { content } = field;
  if (content.kind === 'empty') return no('the secret is empty');
  const bytes = pkcs12In(field);
  if (bytes !== null) return fromPkcs12(field, bytes, passphrase);
  if (content.kind !== 'text') return unreadable(field);
  if (content.text.startsWith('{')) return fromJson(content.text, passphrase);
  if (/^kind:\s*["']?[A-Z]/m.test(content.text)) return fromYaml(content.text, passphrase);
  return content.text.includes('-----BEGIN ') ? fromPem(field, field, passphrase) : unreadable(field);
};

export type IdentityFile = { readonly path: string; readonly value: string | Uint8Array };

/** Both may be one file: PEM with certificate and key, or PKCS#12. */
export const identityTextOfFiles = async (
  certificate: IdentityFile,
  privateKey: IdentityFile,
  passphrase: string | null,
): Reading => {
  const [own, key] = [certificate, privateKey].map(
    ({ path, value }): Field => ({ label: path, content: contentOf(value) }),
  ) as [Field, Field];
  const bytes = pkcs12In(own);
  return bytes === null ? fromPem(own, key, passphrase) : fromPkcs12(own, bytes, passphrase);
};

const unreadable = ({ label, content }: Field) =>
  no(`${label} holds ${kindOf(content)}; JSON, PEM or PKCS#12 was expected`);

/** Loaded only where there is one to read: it brings a library. */
const fromPkcs12 = async ({ label }: Field, bytes: Uint8Array, passphrase: string | null): Reading => {
  const { openPkcs12 } = await import('./pkcs12.ts');
  const opened = await openPkcs12(bytes, passphrase);
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
  try {
    const document: unknown = JSON.parse(text);
    return isObject(document) ? await fromDocument(document, passphrase) : no('the secret is JSON, but no object');
  } catch {
    return no('the secret begins like JSON but is not a JSON object');
  }
};

const fromYaml = async (text: string, passphrase: string | null): Reading => {
  const { parse } = await import('yaml');
  try {
    const document: unknown = parse(text, { logLevel: 'silent' });
    if (isObject(document) && isKubernetes(document)) return await fromDocument(document, passphrase);
    return no('the secret begins like a Kubernetes Secret but is none');
  } catch {
    return no('the secret begins like a Kubernetes Secret but is not one YAML document');
  }
};

const fromDocument = async (document: Readonly<Record<string, unknown>>, passphrase: string | null): Reading => {
  if (isKubernetes(document) && document['kind'] !== 'Secret')
    return no('the secret is a Kubernetes object of another kind; a Secret was expected');
  const fields = fieldsOf(document);
  const own = fieldOf(fields, 'certificate') ?? fieldOf(fields, 'chain');
  const given = passphrase ?? passphraseOf(fields);
  // PEM first: cert-manager keeps a keystore beside it.
  const store = own ?? fieldOf(fields, 'pkcs12');
  const bytes = store === null ? null : pkcs12In(store);
  if (store !== null && bytes !== null) return fromPkcs12(store, bytes, given);
  if (own !== null) return fromFields(fields, own, given);
  return store === null
    ? missing('certificate', 'a certificate', fields)
    : no(`${store.label} holds ${kindOf(store.content)}; a PKCS#12 file was expected`);
};

const pkcs12In = ({ content }: Field): Uint8Array | null =>
  content.kind === 'der' && content.as === 'PKCS#12 file' ? content.bytes : null;

const fromFields = (fields: Fields, own: Field, passphrase: string | null): Parsed<IdentityText> => {
  const key = fieldOf(fields, 'privateKey') ?? (holdsKey(own) ? own : null);
  if (key === null) return missing('privateKey', 'a private key', fields);
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

const missing = (name: string, kind: string, fields: Fields) => {
  const elsewhere = misnamed(fields, kind);
  const hint = elsewhere === null ? '' : `; "${elsewhere}" holds ${kind}: name it "${name}"`;
  return no(`the secret has no field "${name}" (its fields: ${namesOf(fields)})${hint}`);
};
