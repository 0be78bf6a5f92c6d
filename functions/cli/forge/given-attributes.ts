/** Attributes on the command line of `forge`: organisational units, alternative names, extensions. */
import { Buffer } from 'node:buffer';
import { InvalidArgumentError } from 'commander';
import { text as derText, readTlv, TAG } from '../../../shared/pki/asn1/der.ts';
import { extension } from '../../../shared/pki/mint/assemble.ts';
import { type AltName, subjectAltName } from '../../../shared/pki/mint/extensions.ts';

/** Throws commander’s error for an empty text, or one longer than a name may be (RFC 5280 appendix A.1: 64). */
export const unitOf = (text: string): string => {
  if (text.length < 1 || text.length > 64) throw new InvalidArgumentError('Expected a name of 1 to 64 characters.');
  return text;
};

const isAddress = (name: string): boolean => {
  try {
    return subjectAltName([{ ip: name }]).length > 0;
  } catch {
    return false;
  }
};

/** `dns:checkout.corp.example`, `uri:spiffe://corp.example/checkout`, `email:a@corp.example`, `ip:192.0.2.1`. */
export const altNameOf = (text: string): AltName => {
  const [, kind = '', name = ''] = /^(dns|uri|email|ip):([\x21-\x7e]{1,255})$/.exec(text) ?? [];
  if (kind === 'dns') return { dns: name };
  if (kind === 'uri') return { uri: name };
  if (kind === 'email') return { email: name };
  if (kind === 'ip' && isAddress(name)) return { ip: name };
  throw new InvalidArgumentError('Expected dns:NAME, uri:URI, email:ADDRESS or ip:ADDRESS.');
};

const OID = /^([01]\.([0-9]|[1-3][0-9])|2\.(0|[1-9]\d{0,3}))(\.(0|[1-9]\d{0,8}))+$/;
/** A whole element of DER, or nothing that a certificate should carry. */
const isDer = (bytes: Uint8Array): boolean => {
  try {
    return readTlv(bytes).bytes.length === bytes.length;
  } catch {
    return false;
  }
};

/** `1.2.3.4=text`: a UTF8String. `=raw:text`: the bytes of the text. `=hex:0c0161`: an element of DER. Returns the extension, which is not critical. */
export const extensionOf = (text: string): Uint8Array => {
  const equals = text.indexOf('=');
  const [identifier, value] = [text.slice(0, equals), text.slice(equals + 1)];
  if (equals < 1 || !OID.test(identifier) || value === '')
    throw new InvalidArgumentError('Expected OID=TEXT, such as 1.3.6.1.4.1.99999.1=department-a.');
  if (identifier.startsWith('2.5.29.'))
    throw new InvalidArgumentError('The extensions of RFC 5280 (2.5.29) are made by forge itself.');
  return extension(identifier, bytesOf(value));
};

const bytesOf = (value: string): Uint8Array => {
  if (value.startsWith('raw:')) return Buffer.from(value.slice(4), 'utf8');
  if (!value.startsWith('hex:')) return derText(TAG.utf8String, value);
  const bytes = /^([0-9a-f]{2})+$/i.test(value.slice(4)) ? Buffer.from(value.slice(4), 'hex') : Buffer.alloc(0);
  if (bytes.length === 0 || !isDer(bytes))
    throw new InvalidArgumentError('Expected one element of DER in hexadecimal after hex:.');
  return bytes;
};
