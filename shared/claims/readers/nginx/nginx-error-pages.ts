/**
 * Refusals of nginx that become something else: `error_page 495 496 = @open`. A client certificate is looked at before a location is chosen
 * (`ngx_http_process_request`), so only the server’s own `error_page` counts, and where it leads nothing looks at the certificate again.
 */
import { printable } from '../../printable.ts';
import { upstreamOf } from './nginx-headers.ts';
import type { Directive } from './nginx-parse.ts';
import { inheritedAll, levelsOf, named, type Server } from './nginx-server.ts';

/** `errors`: 495, a certificate that does not verify; 496, none at all. */
export type Opened = { readonly errors: readonly string[]; readonly directive: Directive };

const ERRORS = ['495', '496'];
const errorsIn = ({ args }: Directive): readonly string[] => args.filter((arg) => ERRORS.includes(arg));
const pagesOf = (server: Server): readonly Directive[] =>
  inheritedAll(levelsOf(server), 'error_page').filter((page) => errorsIn(page).length > 0);

/** The first that lets such a client in: it is answered as if nothing were wrong, or what stands behind is asked for it. */
export const openedBy = (server: Server): Opened | null => {
  const [open] = pagesOf(server).filter((page) => isOpen(page, server));
  return open === undefined ? null : { errors: errorsIn(open), directive: open };
};

/** What else becomes of them, as sentences. */
export const errorPageNotes = (server: Server): readonly string[] =>
  pagesOf(server)
    .filter((page) => isOpen(page, server))
    .map(({ args }) => `What it refuses is answered otherwise: \`error_page ${printable(args.join(' '))}\`.`);

/** `=` alone takes the status of the page; without it the status is 400, and the page is asked for all the same. */
const isOpen = ({ args }: Directive, server: Server): boolean => {
  const status = args.find((arg) => arg.startsWith('='));
  const target = args.at(-1) ?? '';
  const location = locationOf(target, server);
  if (location !== null && isRefusal(location)) return false;
  const asksBehind = location !== null && upstreamOf([location]) !== null;
  return asksBehind || (status !== undefined && !/^=[45]\d\d$/.test(status) && !/^https?:/.test(target));
};

/** By its name, or the longest that begins the path. */
const locationOf = (target: string, server: Server): readonly Directive[] | null => {
  const all = named(server.own, 'location').map(({ args, block }) => ({ name: args.at(-1) ?? '', block: block ?? [] }));
  const own = all.filter(({ name }) => name === target || (!target.startsWith('@') && target.startsWith(name)));
  return own.toSorted((a, b) => b.name.length - a.name.length)[0]?.block ?? null;
};

const isRefusal = (location: readonly Directive[]): boolean =>
  named(location, 'return').some(({ args: [code = ''] }) => /^[345]\d\d$/.test(code));
