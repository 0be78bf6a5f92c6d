/**
 * CAs of trust stores. A PEM file belongs to the trust store whose name it has; the inventory function writes
 * `{"TrustStoreBundle": {"Of": ARN or s3 URI, "VersionId": …, "Pem": …}}`, since the service's own answer is only a link.
 */
import type { Authority, ReadingProblem } from '../../../model/claim.ts';
import { iso } from '../../../model/time.ts';
import { certificateFacts, certificatesOfPem } from '../../../pki/x509/certificate.ts';
import type { SourceDocument, TextDocument } from '../../document.ts';
import type { Field } from '../../field.ts';
import { printable } from '../../printable.ts';
import { has } from './aws-fields.ts';

export type Bundle = {
  /** An ARN, an s3 URI, or the name of a PEM file without its ending. */
  readonly of: string;
  readonly isFile: boolean;
  /** Of an object in S3, its newest; null where that is not known. */
  readonly versionId: string | null;
  readonly authorities: readonly Authority[];
};
export type Bundles = readonly Bundle[];

/** A text that begins with a certificate, but for comments. A manifest that contains one is data. */
export const isPem = (text: string): boolean =>
  /^\s*(?:#[^\n]*\n\s*){0,1000}-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----/.test(text);

export const isBundle = (root: Field): boolean => has(root, 'TrustStoreBundle');

/** Never throws: a bundle that cannot be read is a problem. */
export const bundlesIn = (
  documents: readonly SourceDocument[],
): { readonly bundles: Bundles; readonly problems: readonly ReadingProblem[] } => {
  const problems: ReadingProblem[] = [];
  const bundles = documents.flatMap((document): readonly Bundle[] => {
    try {
      if (document.kind === 'text') return [ofFile(document)];
      return isBundle(document.root) ? [ofField(document.root.get('TrustStoreBundle'))] : [];
    } catch (error) {
      const at = document.kind === 'text' ? { file: document.file, line: 1, object: null } : document.root.at();
      const why = error instanceof Error ? printable(error.message, 100) : 'it is damaged';
      problems.push({ at, path: '', message: `the certificates of a trust store cannot be read: ${why}` });
      return [];
    }
  });
  return { bundles, problems };
};

const ofFile = ({ file, text }: TextDocument): Bundle => {
  const base = (file ?? '').split('/').at(-1) ?? '';
  return { of: base.replace(/\.\w+$/, ''), isFile: true, versionId: null, authorities: authoritiesIn(text) };
};

const ofField = (bundle: Field): Bundle => ({
  of: bundle.get('Of').text() ?? '',
  isFile: false,
  versionId: bundle.get('VersionId').text(),
  authorities: authoritiesIn(bundle.get('Pem').text() ?? ''),
});

const authoritiesIn = (pem: string): readonly Authority[] =>
  certificatesOfPem(pem).map((certificate) => {
    const { subject, sha256, notAfter } = certificateFacts(certificate);
    return { subject: printable(subject), sha256, notAfter: iso(notAfter) };
  });

/** The bundle of a trust store: by its ARN or URI, else the PEM file of that name. */
export const bundleOf = (bundles: Bundles, of: string, name: string | null): Bundle | null =>
  bundles.find((bundle) => !bundle.isFile && bundle.of === of) ??
  bundles.find((bundle) => bundle.isFile && name !== null && bundle.of === name) ??
  null;
