/** nginx: what `nginx -T` prints, or its files. */
import type { SourceDocument, TextDocument } from '../../document.ts';
import type { Reader } from '../../reader.ts';
import { withoutTwins } from '../without-twins.ts';
import { claimsOf } from './nginx-claim.ts';
import { wholesOf } from './nginx-include.ts';
import { partsOf } from './nginx-parse.ts';
import { serversOf } from './nginx-server.ts';

const BLOCK = /^[ \t]*(?:http|stream|events|server)[ \t]*\{/m;
const DIRECTIVE =
  /^[^#\n]*\b(?:listen|server_name|worker_connections|worker_processes|ssl_certificate|include)\s[^\n]*;/m;

/** A manifest that holds such a text (a ConfigMap) is data. */
const isNginx = (text: string): boolean =>
  /^# configuration file .+:$/m.test(text) ||
  (BLOCK.test(text) && DIRECTIVE.test(text) && !/^\s*["{[]|^(?:apiVersion|kind):/m.test(text));

const isOwn = (document: SourceDocument): document is TextDocument =>
  document.kind === 'text' && isNginx(document.text);

export const nginx: Reader = {
  name: 'nginx',
  title: 'nginx',
  exports: ['nginx -T'],
  isText: isNginx,
  recognises: isOwn,
  read: (documents, context) => {
    const parts = documents.filter(isOwn).flatMap(({ file, text }) => partsOf(file, text));
    const wholes = wholesOf(parts);
    return {
      claims: wholes.flatMap(({ directives }) => {
        const servers = serversOf(directives);
        return withoutTwins(
          servers.flatMap((server) =>
            claimsOf(
              server,
              servers.filter(({ kind }) => kind === server.kind),
              context,
            ),
          ),
        );
      }),
      certificates: [],
      problems: [...parts.flatMap(({ problems }) => problems), ...wholes.flatMap(({ problems }) => problems)],
    };
  },
};
