/** Whether a stored identity can be handed to other programs as it is: what they would present is what a probe presents. */
import type { SecretParts } from '../../model/whereabouts.ts';
import { certificatesOfPem } from '../x509/certificate.ts';
import type { Credentials } from './identity.ts';

/** The certificates of a text, in its order; empty for a text that is not PEM. */
const certificatesIn = (text: string): string => {
  try {
    return certificatesOfPem(text).map(String).join('');
  } catch {
    return '';
  }
};

/** One key, without a passphrase. */
const holdsPlainKey = (text: string): boolean => {
  const labels = [...text.matchAll(/-----BEGIN ([^-]*PRIVATE KEY)-----/g)].map(([, label]) => label);
  return labels.length === 1 && labels[0] !== 'ENCRYPTED PRIVATE KEY' && !text.includes('Proc-Type:');
};

/** Whether these texts are PEM in the order in which the identity is presented, with nothing else and no passphrase. */
export const isAsPresented = (
  { certificatePem }: Credentials,
  texts: { readonly certificate: string; readonly privateKey: string },
): boolean => certificatesIn(texts.certificate) === certificatePem && holdsPlainKey(texts.privateKey);

const fieldsOf = (text: string): readonly (readonly [string, string])[] => {
  try {
    const document: unknown = JSON.parse(text);
    if (typeof document !== 'object' || document === null || Array.isArray(document)) return [];
    return Object.entries(document).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  } catch {
    return [];
  }
};

/** Where a secret's text holds the identity as it is presented; undefined where it holds it in another form. */
export const partsOf = (text: string, credentials: Credentials): SecretParts | undefined => {
  if (isAsPresented(credentials, { certificate: text, privateKey: text })) return null;
  const fields = fieldsOf(text);
  const keys = fields.filter(([, value]) => holdsPlainKey(value));
  const [key] = keys;
  if (key === undefined || keys.length > 1) return undefined;
  const certificates = fields.filter(([, value]) => certificatesIn(value) !== '');
  const joined = [
    ...certificates.map((each) => [each]),
    ...certificates.flatMap((first) => certificates.filter((each) => each !== first).map((next) => [first, next])),
  ];
  const found = joined.find(
    (some) => some.map(([, value]) => certificatesIn(value)).join('') === credentials.certificatePem,
  );
  return found === undefined ? undefined : { certificate: found.map(([name]) => name), privateKey: key[0] };
};
