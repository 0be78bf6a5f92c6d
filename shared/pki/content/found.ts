/** Names the kind of unexpected content for messages, which never quote the content. */
import type { DerKind } from '../asn1/der-kind.ts';
import { bytesOfBase64, type Content } from './content.ts';
import { isCertificate, isEncrypted, isPrivateKey, type PemBlock, pemText } from './pem-blocks.ts';

const article = (kind: DerKind): string => {
  if (kind === 'Bouncy Castle keystore (BCFKS)')
    return `a ${kind}: convert it with keytool -importkeystore -deststoretype pkcs12`;
  return kind === 'encrypted private key' ? `an ${kind}` : `a ${kind}`;
};

/** File formats that are recognised by their first bytes and not supported. */
const MAGIC: readonly (readonly [string, string])[] = [
  ['feedfeed', 'a Java keystore (JKS): convert it with keytool -importkeystore -deststoretype pkcs12'],
  ['cececece', 'a Java keystore (JCEKS): convert it with keytool -importkeystore -deststoretype pkcs12'],
  [
    '0000000100000014',
    'a Bouncy Castle keystore (BKS or UBER): convert it with keytool -importkeystore -deststoretype pkcs12',
  ],
  ['0000000200000014', 'a Bouncy Castle keystore (BKS): convert it with keytool -importkeystore -deststoretype pkcs12'],
  ['504b0304', 'a ZIP archive'],
  ['1f8b', 'gzip data'],
];

const blockKind = (block: PemBlock): string => {
  if (isCertificate(block)) return 'a certificate';
  if (isPrivateKey(block)) return isEncrypted(block) ? 'an encrypted private key' : 'a private key';
  switch (block.label) {
    case 'OPENSSH PRIVATE KEY':
      return 'an OpenSSH private key (ssh-keygen -p -m PEM converts it)';
    case 'PUBLIC KEY':
    case 'RSA PUBLIC KEY':
      return 'a public key';
    case 'CERTIFICATE REQUEST':
    case 'NEW CERTIFICATE REQUEST':
      return 'a certificate request';
    case 'X509 CRL':
      return 'a CRL';
    case 'PKCS7':
    case 'PKCS #7 SIGNED DATA':
    case 'CMS':
      return 'a PKCS#7 bundle';
    case 'EC PARAMETERS':
    case 'DH PARAMETERS':
      return 'parameters';
    default:
      return 'a PEM block of another kind';
  }
};

const textKind = (text: string, base64: boolean): string => {
  const { blocks, unfinished } = pemText(text);
  const kinds = [...new Set(blocks.map(blockKind))];
  if (kinds.length > 0) return kinds.slice(0, 3).join(' and ');
  if (unfinished) return 'a PEM block that is damaged or cut off';
  if (base64) return 'base64 of a text that is no PEM';
  if (text.startsWith('{')) return 'JSON';
  if (text.startsWith('arn:')) return 'an ARN, not what it stands for';
  if (/^\/?[\w.-]+(\/[\w.-]+)*\.(pem|crt|cer|key|p12|pfx)$/i.test(text)) return 'a file name, not what is in the file';
  return bytesOfBase64(text) === null ? 'text that is neither PEM nor base64' : 'base64 that is no DER';
};

const bytesKind = (bytes: Uint8Array, base64: boolean): string => {
  if (bytes.length === 0) return 'more than is read (1 MiB, of a trust bundle 16 MiB)';
  const start = Buffer.from(bytes.subarray(0, 8)).toString('hex');
  const known = MAGIC.find(([magic]) => start.startsWith(magic))?.[1];
  return known ?? (base64 ? 'base64 that is no DER' : 'bytes that are no DER');
};

/** Returns the kind of content: `a certificate`, `base64 that is no DER`, `an empty string` … */
export const kindOf = (content: Content): string => {
  switch (content.kind) {
    case 'empty':
      return 'an empty string';
    case 'der':
      return article(content.as);
    case 'text':
      return textKind(content.text, content.base64);
    case 'bytes':
      return bytesKind(content.bytes, content.base64);
    case 'other':
      return content.is;
    default:
      return content satisfies never;
  }
};

/** Returns the kind of a JSON value that is not a string. */
export const jsonKind = (value: unknown): string => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
};
