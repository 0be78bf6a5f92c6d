/** Certificates in a DataSource (envoy/config/core/v3/base.proto): in the text itself, or in a file that the source does not have. */
import type { CertificateFacts } from '../../../model/certificate.ts';
import type { Field } from '../../field.ts';
import { certificatesIn } from '../../pem-field.ts';
import { at } from './envoy-fields.ts';

export type FoundCertificates = {
  /** Null where they stand elsewhere. */
  readonly certificates: readonly CertificateFacts[] | null;
  /** The file, or the variable of the environment. */
  readonly elsewhere: string | null;
};

/** Null where the field is absent. Throws `DamagedField` for a damaged certificate. */
export const certificatesOf = (source: Field): FoundCertificates | null => {
  if (!source.isThere) return null;
  const bytes = at(source, 'inline_bytes');
  const text = at(source, 'inline_string');
  at(source, 'watched_directory').plain();
  if (bytes.isThere) return { certificates: certificatesIn(bytes, 'in-base64'), elsewhere: null };
  if (text.isThere) return { certificates: certificatesIn(text), elsewhere: null };
  return { certificates: null, elsewhere: source.get('filename').text() ?? at(source, 'environment_variable').text() };
};
