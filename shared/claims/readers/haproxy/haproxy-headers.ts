/** In which headers HAProxy passes on who the client is, and where a client’s own header of that name gets through. */
import { printable } from '../../printable.ts';
import type { Frontend } from './haproxy-frontend.ts';
import type { Line } from './haproxy-parse.ts';

const isOfClient = ({ words: [set, action, , ...value] }: Line): boolean =>
  set === 'http-request' && /^(set|add)-header$/.test(action ?? '') && /ssl_c_|ssl_fc_has_crt/.test(value.join(' '));
const nameOf = ({ words }: Line): string => printable(words[2] ?? '', 100);
const distinct = (names: readonly string[]): readonly string[] => [...new Set(names)];

export const headersOf = ({ lines }: Frontend): readonly string[] => distinct(lines.filter(isOfClient).map(nameOf));

/** Sentences. A header is overwritten by `set-header`, and by `del-header`; each without a condition. */
export const forgeable = (frontend: Frontend, frontends: readonly Frontend[]): readonly string[] => {
  const behind = frontends.filter((other) => other.backends.some((backend) => frontend.backends.includes(backend)));
  const trusted = distinct([frontend, ...behind].flatMap(headersOf));
  const overwritten = frontend.lines
    .filter(
      ({ words }) =>
        words[0] === 'http-request' &&
        /^(set|del)-header$/.test(words[1] ?? '') &&
        !words.includes('if') &&
        !words.includes('unless'),
    )
    .map((line) => nameOf(line).toLowerCase());
  return trusted
    .filter((name) => !overwritten.includes(name.toLowerCase()))
    .map(
      (name) =>
        `A client’s own header ${name} is passed on, at least for some requests: nothing overwrites it for all of them.`,
    );
};
