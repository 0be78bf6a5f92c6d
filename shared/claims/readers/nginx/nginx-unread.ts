/** Directives that may change what becomes of a client’s certificate, and that are not understood. */
import type { Unread } from '../../../model/claim.ts';
import { printable } from '../../printable.ts';
import type { Directive } from './nginx-parse.ts';

/** Of `ngx_http_ssl_module` and `ngx_stream_ssl_module`; either read, or without a say in whom they let in. */
const KNOWN: ReadonlySet<string> = new Set([
  ...['ssl', 'ssl_alpn', 'ssl_buffer_size', 'ssl_certificate', 'ssl_certificate_cache', 'ssl_certificate_compression'],
  ...['ssl_certificate_key', 'ssl_ciphers', 'ssl_client_certificate', 'ssl_crl', 'ssl_dhparam', 'ssl_early_data'],
  ...['ssl_ech_file', 'ssl_ecdh_curve', 'ssl_handshake_timeout', 'ssl_key_log', 'ssl_ocsp', 'ssl_ocsp_cache'],
  ...['ssl_ocsp_responder', 'ssl_password_file', 'ssl_prefer_server_ciphers', 'ssl_protocols', 'ssl_reject_handshake'],
  ...['ssl_session_cache', 'ssl_session_ticket_key', 'ssl_session_tickets', 'ssl_session_timeout', 'ssl_stapling'],
  ...['ssl_stapling_file', 'ssl_stapling_responder', 'ssl_stapling_verify', 'ssl_trusted_certificate'],
  ...['ssl_verify_client', 'ssl_verify_depth'],
]);

const isUnknown = ({ name, args }: Directive): boolean =>
  (name.startsWith('ssl_') && !KNOWN.has(name)) ||
  /_by_lua(_block|_file)?$/.test(name) ||
  ['js_access', 'js_preread', 'perl', 'include'].includes(name) ||
  (name === 'set' && args.some((arg) => arg.includes('$ssl_client_')));

const MOST = 50;

export const unreadOf = (levels: readonly (readonly Directive[])[]): readonly Unread[] =>
  levels
    .flatMap((level) => level.filter(isUnknown))
    .map(({ name, at }) => ({ at, path: printable(name, 100) }))
    .slice(0, MOST);
