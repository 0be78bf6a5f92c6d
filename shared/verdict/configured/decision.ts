/** Whom a source’s rules admit: one client and one request → a decision. Pure: the rules are data, and nothing of them is run. */
import type { Admission, Condition, ConditionField, Match, Rule } from '../../model/admission.ts';
import type { AskedRequest as Asked } from '../../model/asked-request.ts';
import { inert } from '../../model/inert.ts';
import { compilePattern, patternFault } from '../../model/pattern.ts';
import type { Place } from '../../model/place.ts';

/** What a client’s certificate calls it; null for a client without one. */
export type ClientNames = {
  readonly subject: string;
  /** SANs: DNS names and URIs. */
  readonly dnsNames: readonly string[];
  readonly uris: readonly string[];
  readonly sha256: string;
};
type AskedRequest = Asked['asked'];

/** `because`: a clause; `at`: the rule that decides, null where none does. */
export type Decision = {
  readonly says: 'admitted' | 'refused' | 'unknown';
  readonly because: string;
  readonly at: Place | null;
  /** Whether no rule decides. */
  readonly byDefault: boolean;
};

/**
 * A rule of which a condition is not understood may apply: unless the others decide whatever it says, the answer is unknown. In the order of Istio
 * (istio.io, Authorization Policy): what asks somebody else, then what refuses, then what admits.
 */
export const decide = (admission: Admission, client: ClientNames | null, request: AskedRequest): Decision => {
  const judged = admission.rules.map((rule) => ({ rule, applies: applies(rule, client, request) }));
  const found = (effect: Rule['effect'], applies: Applies) =>
    judged.find((each) => each.rule.effect === effect && each.applies === applies)?.rule;
  const refusing = found('refuse', 'yes');
  if (refusing !== undefined)
    return { says: 'refused', because: 'a rule refuses it', at: refusing.at, byDefault: false };
  const asking = found('ask', 'yes') ?? found('ask', 'perhaps');
  if (asking !== undefined) return unknown('somebody else decides (an external authorizer)', asking);
  const unclear = found('refuse', 'perhaps');
  if (unclear !== undefined) return unknown(`it may be refused: ${listed(unclear.unread)} is not understood`, unclear);
  const admitting = found('admit', 'yes');
  if (admitting !== undefined)
    return { says: 'admitted', because: 'a rule admits it', at: admitting.at, byDefault: false };
  const maybe = found('admit', 'perhaps');
  if (maybe !== undefined && admission.otherwise !== 'admit')
    return unknown(`it may be admitted: ${listed(maybe.unread)} is not understood`, maybe);
  const none = found('undefined', 'yes');
  if (none !== undefined) return unknown('there was no decision: undefined is not a refusal', none);
  return OTHERWISE[admission.otherwise];
};

const OTHERWISE: Readonly<Record<Admission['otherwise'], Decision>> = {
  admit: { says: 'admitted', because: 'no rule speaks of it, and then it is admitted', at: null, byDefault: true },
  refuse: { says: 'refused', because: 'no rule admits it', at: null, byDefault: true },
  unsaid: { says: 'unknown', because: 'no rule speaks of it', at: null, byDefault: true },
};

const unknown = (because: string, { at }: Rule): Decision => ({ says: 'unknown', because, at, byDefault: false });
const listed = (paths: readonly string[]): string => inert(paths.slice(0, 3).join(', ')) || 'a pattern';

type Applies = 'yes' | 'no' | 'perhaps';

const applies = ({ all, unread }: Rule, client: ClientNames | null, request: AskedRequest): Applies => {
  const [known, odd] = [all.filter(isUnderstood), all.some((condition) => !isUnderstood(condition))];
  if (!known.every((condition) => holds(condition, client, request))) return 'no';
  return unread.length === 0 && !odd ? 'yes' : 'perhaps';
};

/** A pattern of another syntax than RE2’s is not. */
const isUnderstood = ({ any }: Condition): boolean =>
  any.every(({ how, text }) => how !== 'regex' || patternFault(text) === null);

const holds = ({ field, not, any }: Condition, client: ClientNames | null, request: AskedRequest): boolean => {
  const values = VALUES[field](client, request);
  return any.some((match) => values.some((value) => matches(match, value, field))) !== not;
};

const spiffeIds = (client: ClientNames | null): readonly string[] =>
  (client?.uris ?? []).filter((uri) => uri.startsWith('spiffe://'));
/** `spiffe://td/ns/NAMESPACE/sa/ACCOUNT` (Kubernetes), `…/dc/DC/svc/SERVICE` (Consul). */
const part = (name: string) => (client: ClientNames | null) =>
  spiffeIds(client).flatMap((id) => {
    const parts = id.split('/').slice(3);
    const at = parts.indexOf(name);
    return at === -1 ? [] : [parts[at + 1] ?? ''];
  });
/** Of a subject in RFC 4514’s form. Values with an escaped comma are kept whole. */
const attribute = (type: string) => (client: ClientNames | null) =>
  (client?.subject ?? '')
    .split(/(?<!\\)[,+]/)
    .map((each) => each.trim())
    .filter((each) => each.toUpperCase().startsWith(`${type}=`))
    .map((each) => each.slice(type.length + 1).replaceAll(/\\(.)/g, '$1'));

const VALUES: Readonly<
  Record<ConditionField, (client: ClientNames | null, request: AskedRequest) => readonly string[]>
> = {
  'spiffe-id': spiffeIds,
  namespace: part('ns'),
  'service-account': part('sa'),
  service: part('svc'),
  subject: (client) => (client === null || client.subject === '' ? [] : [client.subject]),
  'subject-cn': attribute('CN'),
  'subject-ou': attribute('OU'),
  'san-dns': (client) => client?.dnsNames ?? [],
  'san-uri': (client) => client?.uris ?? [],
  fingerprint: (client) => (client === null ? [] : [client.sha256]),
  method: (_, { method }) => [method],
  path: (_, { path }) => [path.split('?')[0] ?? path],
  host: (_, { host }) => [host],
};

/** DNS names and hosts match whatever their case (RFC 4343). */
const ANY_CASE: readonly ConditionField[] = ['san-dns', 'host', 'fingerprint'];

const matches = ({ how, text }: Match, value: string, field: ConditionField): boolean => {
  const [wanted, given] = ANY_CASE.includes(field) ? [text.toLowerCase(), value.toLowerCase()] : [text, value];
  switch (how) {
    case 'present':
      return given !== '';
    case 'exact':
      return given === wanted;
    case 'prefix':
      return given.startsWith(wanted);
    case 'suffix':
      return given.endsWith(wanted);
    case 'contains':
      return given.includes(wanted);
    case 'regex':
      return compilePattern(wanted).matches(given);
    default:
      return how satisfies never;
  }
};
