/**
 * Reads a trust bundle in any supported form: PEM, DER, PKCS#7, PKCS#12, JKS, JSON, YAML, SPIFFE bundles. Unreadable certificates are reported by
 * their place; the others are used. Not supported: JCEKS, BKS and BCFKS keystores, archives, values over 16 MiB.
 */
import type { X509Certificate } from 'node:crypto';
import { certificatesOf, type OpenPkcs12, unreadWords } from '../content/certificates.ts';
import { type Content, contentOf, MAX_BUNDLE } from '../content/content.ts';
import { documentsOf, isJson, type Json } from '../content/documents.ts';
import type { Formats } from '../content/formats.ts';
import { kindOf } from '../content/found.ts';
import {
  type Field,
  type Fields,
  fieldsOfAll,
  groupsOf,
  isObject,
  namesFor,
  namesOf,
  passphraseOf,
  readField,
} from '../content/secret-fields.ts';
import { anchorsOfJwks, type Gathered } from './jwks.ts';

type Tools = { readonly formats: Formats; readonly passphrase: string | null };

const NO_ANCHOR =
  'is no anchor for servers by OpenSSL’s trust settings beside it (`openssl x509 -clrtrust -clrreject` takes them away)';
const SEALED =
  '; of a truststore, no passphrase and `changeit` are tried: convert it (`openssl pkcs12 -nokeys -in FILE -out ca.pem`), or keep it as JSON with its password beside it ({"truststore": BASE64, "password": …})';
const NOTHING: Gathered = { found: [], unread: [], holdsKey: false };
/** The passphrase in keytool's manual, which most truststores have; a truststore contains no secrets. */
const USUAL = 'changeit';

const together = (all: readonly Gathered[]): Gathered => ({
  found: all.flatMap(({ found }) => found),
  unread: all.flatMap(({ unread }) => unread),
  holdsKey: all.some(({ holdsKey }) => holdsKey),
});

/** `holdsKey`: the bundle also contains a private key, which must not be deployed. */
export type ReadBundle =
  | {
      readonly ok: true;
      readonly anchors: readonly X509Certificate[];
      /** The unreadable certificates, each by its place: `certificate 3 of 5 (line 41) is damaged …`. */
      readonly unread?: readonly string[];
      readonly holdsKey?: true;
    }
  | { readonly ok: false; readonly reason: string; readonly holdsKey?: true };

/**
 * Returns the distinct certificates of a trust bundle. `passphrase`: of a PKCS#12 truststore; default: the passphrase field beside it, else none
 * and `changeit`. Never throws.
 */
export const readBundle = (
  value: string | Uint8Array,
  formats: Formats,
  passphrase: string | null = null,
): ReadBundle => {
  const content = contentOf(value, MAX_BUNDLE);
  const { found, unread, holdsKey } = ofContent(content, { formats, passphrase });
  const key = holdsKey ? ({ holdsKey: true } as const) : {};
  if (found.length === 0) return { ok: false, reason: unread[0] ?? whyNothing(content), ...key };
  const anchors = [...new Map(found.map((each) => [each.fingerprint256, each])).values()];
  return { ok: true, anchors, ...(unread.length === 0 ? {} : { unread }), ...key };
};

const whyNothing = (content: Content): string => {
  if (content.kind === 'empty') return 'it is empty';
  return content.kind === 'text' && isJson(content.text)
    ? 'it begins like JSON but is none, or it is cut off'
    : `it holds ${kindOf(content)}; CA certificates were expected`;
};

const ofContent = (content: Content, tools: Tools): Gathered => {
  const plain = ofField({ label: '', content }, tools);
  if (content.kind !== 'text') return plain;
  const documents = documentsOf(content.text, tools.formats);
  if (documents === null) return isJson(content.text) && plain.found.length === 0 ? { ...plain, unread: [] } : plain;
  const read = together(documents.map((each) => ofDocument(each, tools)));
  return read.found.length > 0 || plain.found.length === 0
    ? { ...read, holdsKey: read.holdsKey || plain.holdsKey }
    : plain;
};

/** Of the same certificate twice, OpenSSL keeps the first with its trust settings (X509_STORE_add_cert(3)); so does this. */
const firstOfEach = (found: readonly X509Certificate[]): readonly X509Certificate[] =>
  [...new Map(found.toReversed().map((each) => [each.fingerprint256, each])).values()].toReversed();

const ofField = ({ label, content }: Field, { formats, passphrase }: Tools): Gathered => {
  const open: OpenPkcs12 = (bytes) => {
    const opened = formats.pkcs12(bytes, passphrase === null ? [null, USUAL] : [passphrase]);
    return opened.ok || passphrase !== null ? opened : { ok: false, reason: opened.reason + SEALED };
  };
  const { found, noAnchors, unread, holdsKey } = certificatesOf(content, open);
  const anchors = firstOfEach(found).filter((each) => !noAnchors.includes(each));
  const none = found.length > 0 && anchors.length === 0 ? [{ which: 'what it holds', line: null, why: NO_ANCHOR }] : [];
  const words = [...none, ...unread].map((each) => unreadWords(each, label === '' ? null : label));
  return { found: anchors, unread: words, holdsKey };
};

const ofDocument = (document: unknown, tools: Tools): Gathered => {
  if (Array.isArray(document)) {
    const fields = new Map(document.map((each, index) => [String(index), each]));
    return document.every((each) => typeof each === 'string')
      ? together([...fields].map(([name, value]) => ofField(readField(name, value, MAX_BUNDLE), tools)))
      : together(document.map((each) => ofDocument(each, tools)));
  }
  if (!isObject(document)) return NOTHING;
  return Array.isArray(document['keys']) ? anchorsOfJwks(document['keys']) : ofGroups(document, tools);
};

/**
 * Uses the document's own fields; without certificates there, those of the only object in it that has certificates, or the only one that has a field
 * named as CAs (a kubeconfig's cluster, beside its user).
 */
const ofGroups = (document: Json, tools: Tools): Gathered => {
  const groups = groupsOf(document, () => true);
  const read = groups.map(({ path, fields }) => ({ path, fields, ...ofFields(fields, tools) }));
  const { holdsKey } = together(read);
  const some = read.filter(({ found }) => found.length > 0);
  const named = some.filter(({ fields }) => namesFor(fields, 'roots').length > 0);
  const [first, ...others] = some[0] !== read[0] && named.length === 1 ? named : some;
  if (first !== undefined && (first === read[0] || others.length === 0)) return { ...first, holdsKey };
  if (first === undefined) {
    const none = `it has no certificate in its fields (${namesOf(fieldsOfAll(groups))}); a SPIFFE bundle has \`keys\``;
    return { found: [], unread: [...together(read).unread, none], holdsKey };
  }
  const places = some.slice(0, 5).map(({ path }) => path);
  const several = `it has certificates in ${some.length} places (${places.join(', ')}); one was expected`;
  return { found: [], unread: [several], holdsKey };
};

/** Uses the fields named as CAs; without any, the chain, then the certificate, then all fields. A damaged CA is not replaced by a later field. */
const ofFields = (fields: Fields, { formats, passphrase }: Tools): Gathered => {
  const tools = { formats, passphrase: passphrase ?? passphraseOf(fields) };
  const read = new Map(
    [...fields].map(([name, value]) => [name, ofField(readField(name, value, MAX_BUNDLE), tools)] as const),
  );
  const named = (['roots', 'chain', 'certificate'] as const).map((part) =>
    together(namesFor(fields, part).flatMap((name) => read.get(name) ?? [])),
  );
  const all = together([...read.values()]);
  const { found, unread } = [...named, all].find((each) => each.found.length + each.unread.length > 0) ?? NOTHING;
  return { found, unread, holdsKey: all.holdsKey };
};

/** Whether other programs read the same certificates from this text: each in a block of its own, and no key. */
export const isPlainPem = (text: string, count: number): boolean =>
  text.match(/-----BEGIN [^-]*-----/g)?.length === count &&
  text.match(/-----BEGIN CERTIFICATE-----/g)?.length === count;
