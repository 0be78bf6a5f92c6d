/** What else a person should know of a server of nginx. */
import type { Rule } from '../../../model/admission.ts';
import { printable } from '../../printable.ts';
import { errorPageNotes } from './nginx-error-pages.ts';
import type { Where } from './nginx-places.ts';
import { defaultOf, inherited, levelsOf, type Server } from './nginx-server.ts';

const settingOf = (server: Server, name: string): string | null => inherited(levelsOf(server), name)?.args[0] ?? null;
const verifyOf = (server: Server): string => settingOf(server, 'ssl_verify_client') ?? 'off';

export const notesOf = (where: Where, isDefault: boolean, rules: readonly Rule[]): readonly string[] => {
  const { server, listen } = where;
  if (!listen.isTls) return [];
  const isAsked = verifyOf(server) !== 'off';
  return [
    ...(isAsked ? [...fileNotes(server), ...unverifiedNotes(server, rules), ...errorPageNotes(server)] : []),
    ...(isDefault ? [] : neighbourNotes(where)),
    ...(settingOf(server, 'ssl_reject_handshake') === 'on'
      ? ['It refuses every handshake (`ssl_reject_handshake on`).']
      : []),
    ...(server.outer === null ? ['The block around this server is not here: what it inherits is unsaid.'] : []),
  ];
};

const fileNotes = (server: Server): readonly string[] => {
  const files = ['ssl_client_certificate', 'ssl_trusted_certificate'].flatMap((name) => settingOf(server, name) ?? []);
  return files.length === 0
    ? []
    : [
        `It trusts the CAs in ${files.map((file) => printable(file)).join(' and ')}; what is in there is not in this source.`,
      ];
};

/** Whether a rule turns away whoever has no verified certificate. */
const isEnforced = (rules: readonly Rule[]): boolean =>
  rules.some(
    ({ effect, all: [condition, ...more], unread }) =>
      effect === 'refuse' &&
      unread.length === 0 &&
      more.length === 0 &&
      condition?.not === true &&
      condition.field === 'subject',
  );

const unverifiedNotes = (server: Server, rules: readonly Rule[]): readonly string[] => {
  const verify = verifyOf(server);
  if (verify === 'on') return [];
  const behind = isEnforced(rules)
    ? 'TLS lets clients in without a certificate; what turns them away is an `if` of this configuration.'
    : 'TLS lets clients in without a certificate; whatever stands behind has to turn them away.';
  const nobody =
    'Errors of an unknown issuer are forgiven (`optional_no_ca`): a name in a certificate proves nothing unless `$ssl_client_verify` is `SUCCESS`.';
  return verify === 'optional_no_ca' ? [behind, nobody] : [behind];
};

/** Without SNI the default server makes the handshake, and the server of `Host` only looks at its outcome (`ngx_http_process_request`). */
const neighbourNotes = ({ server, listen, all }: Where): readonly string[] => {
  const other = defaultOf(all, listen);
  if (other === null) return [];
  const title = printable(other.title);
  if (verifyOf(other) !== verifyOf(server))
    return [
      `Without SNI, or with a name that no server has, ${title} answers, with \`ssl_verify_client ${printable(verifyOf(other), 40)}\`.`,
    ];
  const trusts = (each: Server) => settingOf(each, 'ssl_client_certificate');
  return verifyOf(server) !== 'off' && trusts(other) !== trusts(server)
    ? [`Without SNI, ${title} makes the handshake, and its CAs count: ${printable(trusts(other) ?? 'none')}.`]
    : [];
};
