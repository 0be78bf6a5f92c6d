/** What else a certificate says of its subject, by which a server may decide: extensions that no standard gives a meaning in path validation. */
import { oid, readTlv } from '../asn1/der.ts';
import { takeApart } from './certificate-parts.ts';

/**
 * Those that a CA writes for the validation of paths, in all names below them: certificate extensions (RFC 5280 §4.2.1), PKIX private extensions
 * (§4.2.2), certificate transparency (RFC 6962 §3.3), and Netscape’s.
 */
const STANDARD = ['2.5.29', '1.3.6.1.5.5.7.1', '1.3.6.1.4.1.11129.2.4', '2.16.840.1.113730.1'].map(
  (arc) => readTlv(oid(arc)).content,
);

/** The extensions in DER, in their order. Throws a RangeError for bytes that are not a certificate in DER. */
export const attributesOf = (der: Uint8Array): readonly Uint8Array[] =>
  takeApart(der).extensions.filter((extension) => {
    const identifier = readTlv(readTlv(readTlv(extension).content).bytes).content;
    return !STANDARD.some((arc) => arc.every((byte, index) => identifier[index] === byte));
  });
