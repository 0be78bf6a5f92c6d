/** Who may call what: what a run has proven of each client at each endpoint and route. */
import { type Access, type AccessRow, ANSWERS, type Answer, type Client, type Configured } from '../model/access.ts';
import type { CheckResult, ReportPart } from '../model/report.ts';
import { scenarioNamed } from '../scenario/catalogue.ts';
import { configuredAnswers, differs } from './configured-access.ts';

const NOBODY: Client = { kind: 'nobody', name: 'no certificate' };
const STRANGER: Client = { kind: 'stranger', name: 'unknown CA' };

/** What a check says of a client. `detour`: it is asked in another way; then only an acceptance says more than the plain question. */
type Said = { readonly client: Client; readonly answer: Answer; readonly detour: boolean };

const keyOf = ({ kind, name }: Client): string => `${kind} ${name}`;
const identity = (name: string): Client => ({ kind: 'identity', name });
const worse = (one: Answer, other: Answer): Answer => (ANSWERS.indexOf(one) <= ANSWERS.indexOf(other) ? one : other);

/** Of two checks that ask the same. One that was not asked proves nothing of its version of TLS: what the other proves is then not the whole. */
const joined = (one: Answer, other: Answer): Answer => {
  const isPart = (one === 'not-asked') !== (other === 'not-asked');
  const seen = worse(one, other);
  return isPart && (seen === 'admitted' || seen === 'refused') ? 'untold' : seen;
};

/** Null for a check that asks nobody's admission. */
const saidBy = (check: CheckResult): Said | null => {
  const { scenario, subject } = check;
  const { family, expects, fault, comparedWithout } = scenarioNamed(scenario);
  const named = subject === null ? NOBODY : identity(subject);
  if (family === 'control') return { client: named, answer: answerOf(check, 'admitted'), detour: false };
  if (expects !== 'rejected') return null;
  const answer = answerOf(check, 'refused');
  if (family === 'bare') return { client: NOBODY, answer, detour: false };
  if (family === 'other-identity' || fault !== null) return { client: named, answer, detour: false };
  if (family === 'bad-certificate') return { client: STRANGER, answer, detour: false };
  // Where the same client is asked without the detour, the subject is that client; elsewhere it is a server's name or a URL.
  return { client: comparedWithout ? named : NOBODY, answer, detour: true };
};

const answerOf = ({ verdict, code }: CheckResult, expected: 'admitted' | 'refused'): Answer => {
  if (code === 'NOT_RUN') return 'not-asked';
  if (verdict === 'pass') return expected;
  if (verdict === 'waived') return 'waived';
  if (verdict === 'fail' && code.startsWith('ACCEPTED_')) return 'wrongly-admitted';
  return verdict === 'fail' && code === 'CONTROL_REJECTED' ? 'wrongly-refused' : 'untold';
};

const says = ({ answer, detour }: Said): boolean => !detour || answer === 'wrongly-admitted' || answer === 'waived';

type Asked = {
  readonly endpoint: string;
  readonly route: string | null;
  readonly answers: Map<string, Answer>;
  readonly configured: ReadonlyMap<string, Configured>;
};

/** The rows of one endpoint. `learn` gets each client that they speak of. */
const rowsIn = ({ checks }: ReportPart, learn: (key: string, client: Client) => void): Iterable<Asked> => {
  const rows = new Map<string, Asked>();
  const configured = configuredAnswers(checks);
  for (const check of checks) {
    const said = saidBy(check);
    if (said === null || check.endpoint === null || !says(said)) continue;
    const key = keyOf(said.client);
    learn(key, said.client);
    const route = check.route === null ? null : `${check.route.method} ${check.route.path}`;
    const row = rows.get(route ?? '') ?? {
      ...{ endpoint: check.endpoint, route, answers: new Map() },
      configured: configured.get(route ?? '') ?? new Map(),
    };
    rows.set(route ?? '', row);
    const before = row.answers.get(key);
    row.answers.set(key, before === undefined ? said.answer : joined(before, said.answer));
  }
  return rows.values();
};

/** Takes a report's parts. Clients in the order of their first checks: identities, then `NOBODY` and `STRANGER`. Rows in the parts' order. */
export const accessCollector = () => {
  const clients = new Map<string, Client>();
  const found: Asked[] = [];
  return {
    add: (part: ReportPart): void => {
      found.push(...rowsIn(part, (key, client) => clients.set(key, client)));
    },
    done: (): Access => {
      const columns = [...clients.values()].toSorted((one, other) => place(one) - place(other));
      const keys = columns.map(keyOf);
      const rows = found.map(({ answers, configured, ...where }) => ({
        ...where,
        answers: keys.map((key) => answers.get(key) ?? 'not-asked'),
        ...(configured.size > 0 && { configured: columns.map((client) => saysOf(client, configured)) }),
      }));
      return { clients: columns, rows, counts: countsOf(rows) };
    },
  };
};

const saysOf = ({ kind, name }: Client, configured: ReadonlyMap<string, Configured>): Configured | null =>
  kind === 'identity' ? (configured.get(name) ?? null) : null;

const place = ({ kind }: Client): number => ['identity', 'nobody', 'stranger'].indexOf(kind);

const countsOf = (rows: readonly AccessRow[]): Access['counts'] => {
  const counts = Object.fromEntries(ANSWERS.map((answer) => [answer, 0])) as Record<Answer, number>;
  for (const { answers } of rows) for (const answer of answers) counts[answer] += 1;
  return counts;
};

/** Behind what differs from the registry, before everything else. */
const DIFFERS = 1.5;
const worstOf = ({ answers, configured = [] }: AccessRow): number =>
  Math.min(
    ...answers.map((answer, at) =>
      differs(answer, configured[at]) ? Math.min(DIFFERS, ANSWERS.indexOf(answer)) : ANSWERS.indexOf(answer),
    ),
  );

export type SharedRow = AccessRow & { readonly alike: readonly AccessRow[] };

/** The worst row first; rows with the same answers share one, an endpoint's own and routes apart. `apart`: none is shared. Default: false. */
export const sharedRows = ({ rows }: Access, apart = false): readonly SharedRow[] => {
  const shared = new Map<string, SharedRow & { readonly alike: AccessRow[] }>();
  for (const row of rows) {
    const key = apart
      ? `${row.endpoint} ${row.route}`
      : `${row.route === null} ${row.answers.join()} ${row.configured?.join() ?? ''}`;
    const there = shared.get(key);
    if (there === undefined) shared.set(key, { ...row, alike: [row] });
    else there.alike.push(row);
  }
  return [...shared.values()].toSorted((one, other) => worstOf(one) - worstOf(other));
};

const WRONG = {
  'wrongly-admitted': ['is admitted, and must be refused', 'are admitted, and must be refused'],
  'wrongly-refused': ['is refused, and must be admitted', 'are refused, and must be admitted'],
} as const;
const SUBJECTS: Readonly<Record<Client['kind'], (name: string) => string>> = {
  nobody: () => 'anybody without a certificate',
  stranger: () => 'a certificate of an unknown CA',
  identity: (name) => name,
};
/** Clients that are named together. */
const NAMED = 3;

/**
 * What differs from the registry, a sentence for clients that differ at the same places: `payments and 2 more: orders and audit are admitted, and must be
 * refused`. Those that anybody can be come first.
 */
export const wrongAnswers = ({ clients, rows }: Access): readonly string[] =>
  (['wrongly-admitted', 'wrongly-refused'] as const).flatMap((answer) => {
    const places = clients.map((client, at) => ({
      client,
      where: rows.flatMap(({ answers }, row) => (answers[at] === answer ? [row] : [])),
    }));
    const found = places
      .filter(({ where }) => where.length > 0)
      .toSorted((one, other) => place(other.client) - place(one.client));
    return [...Map.groupBy(found, ({ where }) => where.join()).values()].map((same) => {
      const names = same.map(({ client: { kind, name } }) => SUBJECTS[kind](name));
      return `${rowsText(rows, same[0]?.where ?? [])}: ${listed(names)} ${WRONG[answer][names.length === 1 ? 0 : 1]}`;
    });
  });

const rowsText = (rows: readonly AccessRow[], where: readonly number[]): string => {
  const first = rows[where[0] ?? 0];
  const more = where.length > 1 ? ` and ${where.length - 1} more` : '';
  return `${first?.endpoint}${first?.route == null ? '' : ` ${first.route}`}${more}`;
};

const listed = (names: readonly string[]): string =>
  names.length > NAMED
    ? `${names.slice(0, NAMED).join(', ')} and ${names.length - NAMED} more`
    : [names.slice(0, -1).join(', '), ...names.slice(-1)].filter((part) => part !== '').join(' and ');
