/** TLS alert descriptions by number: RFC 8446 §6, and those of RFC 5246, 6066 and 7301 that older servers still send. */
const NAMES: Readonly<Record<number, string>> = {
  0: 'close_notify',
  10: 'unexpected_message',
  20: 'bad_record_mac',
  21: 'decryption_failed',
  22: 'record_overflow',
  30: 'decompression_failure',
  40: 'handshake_failure',
  41: 'no_certificate',
  42: 'bad_certificate',
  43: 'unsupported_certificate',
  44: 'certificate_revoked',
  45: 'certificate_expired',
  46: 'certificate_unknown',
  47: 'illegal_parameter',
  48: 'unknown_ca',
  49: 'access_denied',
  50: 'decode_error',
  51: 'decrypt_error',
  60: 'export_restriction',
  70: 'protocol_version',
  71: 'insufficient_security',
  80: 'internal_error',
  86: 'inappropriate_fallback',
  90: 'user_canceled',
  100: 'no_renegotiation',
  109: 'missing_extension',
  110: 'unsupported_extension',
  111: 'certificate_unobtainable',
  112: 'unrecognized_name',
  113: 'bad_certificate_status_response',
  114: 'bad_certificate_hash_value',
  115: 'unknown_psk_identity',
  116: 'certificate_required',
  120: 'no_application_protocol',
};

export type TlsAlert = { readonly alert: string; readonly number: number };

export const tlsAlert = (number: number): TlsAlert => ({ alert: NAMES[number] ?? 'unassigned', number });

/**
 * The TLS alert that an error of node:tls reports, or null. OpenSSL 3.0 and 3.5 name the same alert differently in
 * `error.code`; the number in the message is the same in both.
 */
export const alertOfError = (error: Error): TlsAlert | null => {
  const number = /SSL alert number (\d+)/.exec(error.message)?.[1];
  return number === undefined ? null : tlsAlert(Number(number));
};
