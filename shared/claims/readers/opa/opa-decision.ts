/** Decisions of OPA as rules: what was asked, in the shape of Envoy’s external authorization, and what was answered (openpolicyagent.org/docs/envoy, /docs/management-decision-logs). */
import type { Condition, ConditionField, Rule } from '../../../model/admission.ts';
import type { CertificateFacts } from '../../../model/certificate.ts';
import type { Place } from '../../../model/place.ts';
import { printable } from '../../printable.ts';

/** Whom to ask about. `identity`: a SPIFFE ID, a DNS name or a subject. */
export type Cell = {
  readonly identity: string;
  readonly method: string;
  /** With its query, as a request line has it. */
  readonly path: string;
  readonly host?: string;
};

/** The parts of Envoy’s `CheckRequest` that policies look at, as OPA’s plugin hands them on (opa-envoy-plugin, envoyauth/request.go). */
export const envoyInput = ({ identity, method, path, host }: Cell): object => {
  const [plain = '', query = ''] = path.split(/\?(.*)/s);
  const asked = new URLSearchParams(query);
  return {
    attributes: {
      source: { principal: identity },
      request: { http: { method, path, ...(host !== undefined && { host }), headers: {} } },
    },
    parsed_path: plain.replace(/^\/+/, '').split('/'),
    parsed_query: Object.fromEntries([...new Set(asked.keys())].map((name) => [name, asked.getAll(name)])),
  };
};

type Entries = Readonly<Record<string, unknown>>;
const isEntries = (value: unknown): value is Entries =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const textAt = (value: unknown, ...path: readonly string[]): string | null => {
  const found = path.reduce<unknown>((at, name) => (isEntries(at) ? at[name] : undefined), value);
  return typeof found === 'string' && found !== '' ? found : null;
};

export const hostIn = (input: unknown): string | null => textAt(input, 'attributes', 'request', 'http', 'host');

/** `result`: undefined where OPA’s answer has none. An object’s `allowed` (of Envoy’s plugin) or `allow` counts. */
export const effectOf = (result: unknown): Rule['effect'] | null => {
  if (result === undefined || result === null) return 'undefined';
  const value = isEntries(result) ? (result['allowed'] ?? result['allow']) : result;
  return typeof value === 'boolean' ? (value ? 'admit' : 'refuse') : null;
};

/** One decision as a rule. What was asked in another shape, or answered in one that is not known, is `unread`. */
export const ruleOf = (input: unknown, result: unknown, at: Place): Rule => {
  const identity = textAt(input, 'attributes', 'source', 'principal');
  const method = textAt(input, 'attributes', 'request', 'http', 'method');
  const path = textAt(input, 'attributes', 'request', 'http', 'path');
  const host = hostIn(input);
  const effect = effectOf(result);
  return {
    effect: effect ?? 'undefined',
    all: [
      ...(identity === null ? [] : [exact(fieldOf(identity), identity)]),
      ...(method === null ? [] : [exact('method', method)]),
      ...(path === null ? [] : [exact('path', path.replace(/[?#].*$/s, ''))]),
      ...(host === null ? [] : [exact('host', host)]),
    ],
    unread: [
      ...(identity === null ? ['input.attributes.source.principal'] : []),
      ...(method === null || path === null ? ['input.attributes.request.http'] : []),
      ...(effect === null ? ['result'] : []),
    ],
    at,
  };
};

const exact = (field: ConditionField, text: string): Condition => ({
  ...{ field, not: false, any: [{ how: 'exact', text: printable(text, 2048) }] },
});

/** Envoy’s principal: the first URI SAN, else the first DNS SAN, else the subject (`setAttrContextPeer` in its check_request_utils.cc). Null: it has none of them. */
export const envoyPrincipal = ({
  uris,
  dnsNames,
  subject,
}: Pick<CertificateFacts, 'uris' | 'dnsNames' | 'subject'>): string | null =>
  [...uris, ...dnsNames, subject].find((name) => name !== '') ?? null;

/** Which of them a principal is. */
const fieldOf = (identity: string): ConditionField => {
  if (identity.startsWith('spiffe://')) return 'spiffe-id';
  if (/^[a-z][a-z0-9+.-]*:/i.test(identity)) return 'san-uri';
  return identity.includes('=') ? 'subject' : 'san-dns';
};
