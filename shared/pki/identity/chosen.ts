/** Chooses the fields of an identity in a document: the document's own, those of one object in it, or certificate and key in two objects. */
import type { Parsed } from '../../model/parsed.ts';
import type { Json } from '../content/documents.ts';
import {
  type Fields,
  fieldOf,
  fieldsOfAll,
  type Group,
  groupsOf,
  isKubernetes,
  isObject,
  passphraseOf,
} from '../content/secret-fields.ts';
import { holdsKey, keystoreIn } from './parts.ts';

export type Chosen = {
  readonly fields: Fields;
  /** All fields of the document, for messages. */
  readonly all: Fields;
  readonly passphrase: string | null;
  /** Whether certificate and key, or a PKCS#12 file, are among `fields`. */
  readonly complete: boolean;
};

const no = (reason: string): { readonly ok: false; readonly reason: string } => ({ ok: false, reason });

export const chosenOf = (documents: readonly unknown[]): Parsed<Chosen> => {
  const read = documents.filter(isObject).map(chosenIn);
  const [first] = read;
  if (first === undefined) return no('the secret is JSON, but no object');
  if (read.length === 1) return first;
  const complete = read.filter((each) => each.ok && each.value.complete);
  const [only] = complete;
  return only !== undefined && complete.length === 1
    ? only
    : no(
        `the secret has ${read.length} documents, ${complete.length} of them with a certificate and a key; one was expected`,
      );
};

const chosenIn = (document: Json): Parsed<Chosen> => {
  const { kind } = document;
  if (isKubernetes(document) && kind !== 'Secret' && kind !== 'Config')
    return no('the secret is a Kubernetes object of another kind; a Secret was expected');
  const groups = groupsOf(document, (isPart) => !isPart);
  const all = fieldsOfAll(groups);
  const [own, ...nested] = groups;
  if (own === undefined || isComplete(own.fields)) return { ok: true, value: chosen(own?.fields ?? all, all) };
  const pairs = nested.filter(({ fields }) => isComplete(fields));
  const current = kind === 'Config' ? currentUser(document) : null;
  const [pair, ...others] = current === null ? pairs : pairs.filter(({ path }) => path === current);
  const passphrase = passphraseOf(own.fields);
  if (pair !== undefined && others.length === 0) return { ok: true, value: chosen(pair.fields, all, passphrase) };
  if (pair === undefined) return { ok: true, value: chosen(apart(groups) ?? own.fields, all, passphrase) };
  const places = pairs.slice(0, 5).map(({ path }) => path);
  return no(`the secret has ${pairs.length} certificates with a key (${places.join(', ')}); one was expected`);
};

const chosen = (fields: Fields, all: Fields, passphrase: string | null = null): Chosen => ({
  fields,
  all,
  passphrase: passphraseOf(fields) ?? passphrase,
  complete: isComplete(fields),
});

const certificateOf = (fields: Fields) => fieldOf(fields, 'certificate') ?? fieldOf(fields, 'chain');

const isComplete = (fields: Fields): boolean => {
  const own = certificateOf(fields);
  if (own === null) return fieldOf(fields, 'pkcs12') !== null;
  return fieldOf(fields, 'privateKey') !== null || holdsKey(own) || keystoreIn(own) !== null;
};

/**
 * Combines the certificate of one object with the key of another, as `aws iot create-keys-and-certificate` returns them. Null unless exactly one
 * object has a certificate and exactly one has a key.
 */
const apart = (groups: readonly Group[]): Fields | null => {
  const [certificate, ...certificates] = groups.filter(({ fields }) => certificateOf(fields) !== null);
  const [key, ...keys] = groups.filter(({ fields }) => fieldOf(fields, 'privateKey') !== null);
  if (certificate === undefined || key === undefined || certificates.length + keys.length > 0) return null;
  return new Map([...certificate.fields, ...key.fields]);
};

/** Returns the path of the user in a kubeconfig's current context; null if the context names no known user. */
const currentUser = ({ users, contexts, 'current-context': current }: Json): string | null => {
  const named = (list: unknown, name: unknown): number =>
    Array.isArray(list) ? list.findIndex((each) => isObject(each) && each['name'] === name) : -1;
  const context: unknown = Array.isArray(contexts) ? contexts[named(contexts, current)]?.context : null;
  const index = isObject(context) ? named(users, context['user']) : -1;
  return index === -1 ? null : `users/${index}/user`;
};
