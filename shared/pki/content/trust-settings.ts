/**
 * Reads the trust settings in OpenSSL's `TRUSTED CERTIFICATE` blocks: the usages for which the certificate is an anchor (openssl-x509(1),
 * `-addtrust`, `-addreject`). RHEL's `ca-bundle.trust.crt` contains such blocks; its CAs for e-mail alone are not anchors for servers.
 */
import { Buffer } from 'node:buffer';
import { dotted, readAll, readTlv, TAG } from '../asn1/der.ts';
import type { PemBlock } from './pem-blocks.ts';

const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
const ANY_USAGE = '2.5.29.37.0';
/** X509_CERT_AUX: `trust SEQUENCE OF OBJECT IDENTIFIER OPTIONAL, reject [0] IMPLICIT SEQUENCE OF OBJECT IDENTIFIER OPTIONAL, …`. */
const REJECT = 0xa0;

/**
 * Whether OpenSSL's settings exclude the certificate as an anchor of a server's chain (X509_check_trust(3)). False for an unreadable block: the
 * certificate's reader reports it.
 */
export const rejectsServers = ({ label, body }: PemBlock): boolean => {
  if (label !== 'TRUSTED CERTIFICATE') return false;
  try {
    const bytes = new Uint8Array(Buffer.from(body, 'base64'));
    const settings = bytes.subarray(readTlv(bytes).bytes.length);
    if (settings.length === 0) return false;
    const parts = readAll(readTlv(settings).content);
    const usages = (tag: number) => parts.find((part) => part.tag === tag)?.content;
    const [trusted, rejected] = [usages(TAG.sequence), usages(REJECT)];
    return (rejected !== undefined && namesServers(rejected)) || (trusted !== undefined && !namesServers(trusted));
  } catch {
    return false;
  }
};

const namesServers = (usages: Uint8Array): boolean =>
  readAll(usages).some(({ content }) => [SERVER_AUTH, ANY_USAGE].includes(dotted(content)));
