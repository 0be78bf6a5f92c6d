/** The schemas of an endpoint's HTTP request, and of the answers that accept or refuse. */
import { z } from 'zod';
import { checked, headerValue, pattern, status, text } from '../model/registry-fields.ts';

/** RFC 9110 §5.6.2 token; §5.5 value without CR, LF and NUL. */
const TOKEN = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]{0,8192}$/;
/** Header fields that the probe sets itself, because they frame the request (RFC 9110 §7.2, §7.6.1, §10.1.1; RFC 9112 §6). */
const RESERVED = ['host', 'content-length', 'connection', 'transfer-encoding', 'upgrade', 'expect', 'te', 'trailer'];

type Headers = Readonly<Record<string, string | object>>;
function headerProblem(headers: Headers): string | null {
  const names = Object.keys(headers).map((header) => header.toLowerCase());
  if (names.includes('host')) return 'host is not a header here: use hostHeader';
  const reserved = names.find((header) => RESERVED.includes(header));
  if (reserved !== undefined) return `${reserved} is the probe’s own: leave it out`;
  const twice = names.find((header, at) => names.indexOf(header) !== at);
  if (twice !== undefined) return `${twice} stands here twice: the case of a header’s name does not count`;
  const illegal = Object.entries(headers).find(([, value]) => typeof value === 'string' && !VALUE.test(value));
  return illegal === undefined
    ? null
    : `the value of ${illegal[0]} may not have line breaks or other control characters`;
}

export const http = z.strictObject({
  version: z.literal([1, 2]).optional().meta({ description: 'The HTTP version. Default: 1.' }),
  method: checked(text(/^[A-Z]{1,20}$/, 'a method in capitals such as GET'), (method) =>
    method === 'CONNECT' ? 'CONNECT asks for a tunnel, not for an answer' : null,
  )
    .optional()
    .meta({ description: 'The request’s method. Default: GET.' }),
  headers: checked(z.record(text(TOKEN, 'a header’s name such as accept'), headerValue()), headerProblem)
    .optional()
    .meta({
      description: 'A value, or where it is kept. Values from secrets are sent only over verified TLS. Default: none.',
    }),
  body: z.string().max(65_536).optional().meta({ description: 'What is sent. Default: none.' }),
});

const neverAccepts = (entry: number | string): string | null => {
  const last = Number(String(entry).slice(-3));
  if (last >= 100 && last < 200)
    return `found ${JSON.stringify(entry)}; a 1xx is an interim answer, which the probe reads past: name the final status (an upgrade to WebSocket is not asked for)`;
  return last >= 500
    ? `found ${JSON.stringify(entry)}; a 5xx is an application that fails, and never an answer that accepts`
    : null;
};

export const accepts = z.strictObject({
  status: status(neverAccepts).optional().meta({
    description: 'Statuses and ranges below 500: a 5xx is an application that fails. Default: 200-399.',
  }),
  body: pattern('What the answer must also carry.', 'none').optional(),
});
export const rejects = z.strictObject({
  status: status().optional().meta({
    description:
      'Statuses and ranges; 5xx, 429, and 408 of what must be refused, decide nothing. Default: 400, 401, 403, 421, 495, 496.',
  }),
  body: pattern(
    'An answer that carries it is a refusal, whatever its status; only a 5xx of the control is an application that fails.',
    'none',
  ).optional(),
  silence: z
    .boolean()
    .optional()
    .meta({ description: 'No answer within the timeout is a refusal. Default: false, inconclusive.' }),
});
