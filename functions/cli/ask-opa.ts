/** Asks a running OPA about cells of an access matrix (openpolicyagent.org/docs/rest-api, “Get a Document (with Input)”). */
import pLimit from 'p-limit';
import { type Cell, envoyInput, ruleOf } from '../../shared/claims/readers/opa/opa-decision.ts';
import type { Rule } from '../../shared/model/admission.ts';
import type { ReadingProblem } from '../../shared/model/claim.ts';

export type Question = {
  /** Of the decision: `http://127.0.0.1:8181/v1/data/envoy/authz/allow`. */
  readonly url: string;
  readonly cells: readonly Cell[];
  /** A bearer token. Default: none. */
  readonly token?: string;
  /** For each answer; default: 5 s. */
  readonly timeoutMs?: number;
};
export type Decided = {
  readonly rules: readonly Rule[];
  /** Cells that it could not decide; they have no rule. */
  readonly problems: readonly ReadingProblem[];
  /** Why the server answers nobody: then there is nothing else. Null: it does. */
  readonly silent: string | null;
};

const AT_ONCE = 4;
const MOST_BYTES = 1024 * 1024;

/** `http://opa:8181/v1/data/envoy/authz/allow` → `envoy/authz/allow`. */
export const decisionPath = (url: string): string => new URL(url).pathname.replace(/^.*?\/v1\/data\//, '');

/** Never rejects for what OPA does. The first question that the server does not answer is the last. */
export const askOpa = async ({ url, cells, token, timeoutMs = 5_000 }: Question): Promise<Decided> => {
  const limit = pLimit(AT_ONCE);
  const at = { file: null, line: null, object: decisionPath(url) };
  let silent: string | null = null;
  const ask = async (cell: Cell): Promise<Pick<Decided, 'rules' | 'problems'>> => {
    if (silent !== null) return { rules: [], problems: [] };
    const answer = await decide(url, { input: envoyInput(cell) }, token, timeoutMs);
    if (answer.kind === 'silent') silent ??= `OPA at ${new URL(url).origin} ${answer.reason}`;
    const { host: _, ...asked } = cell;
    const path = `${cell.identity} ${cell.method} ${cell.path}`;
    return {
      rules: answer.kind === 'decided' ? [ruleOf(envoyInput(asked), answer.result, at)] : [],
      problems: answer.kind === 'failed' ? [{ at, path, message: `OPA ${answer.reason}` }] : [],
    };
  };
  const answers = await Promise.all(cells.map((cell) => limit(ask, cell)));
  if (silent !== null) return { rules: [], problems: [], silent };
  return {
    rules: answers.flatMap(({ rules }) => rules),
    problems: answers.flatMap(({ problems }) => problems),
    silent: null,
  };
};

/** `failed`: this question only. `silent`: every other would end so, too. `reason` follows “OPA”. */
type Answer =
  | { readonly kind: 'decided'; readonly result: unknown }
  | { readonly kind: 'failed' | 'silent'; readonly reason: string };

/** Statuses of a policy that cannot be evaluated with this input; of others the server is the cause (REST API, “Status Codes”). */
const OF_THE_QUESTION: readonly number[] = [400, 500];

const decide = async (url: string, question: object, token: string | undefined, timeoutMs: number): Promise<Answer> => {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(question),
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    const { status } = response;
    const text = await textOf(response);
    if (text === null) return { kind: 'failed', reason: `answered with more than ${MOST_BYTES} bytes` };
    if (status !== 200)
      return { kind: OF_THE_QUESTION.includes(status) ? 'failed' : 'silent', reason: `answered with status ${status}` };
    const answer: unknown = JSON.parse(text);
    return typeof answer === 'object' && answer !== null && !Array.isArray(answer)
      ? { kind: 'decided', result: (answer as { readonly result?: unknown }).result }
      : { kind: 'silent', reason: 'answered with something that is no object' };
  } catch (error) {
    return { kind: 'silent', reason: reasonOf(error, timeoutMs) };
  }
};

/** Null where it is too long. */
const textOf = async ({ body }: Response): Promise<string | null> => {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.length;
    if (length > MOST_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};

const reasonOf = (error: unknown, timeoutMs: number): string => {
  if (error instanceof SyntaxError) return 'answered with something that is not JSON';
  if (error instanceof DOMException && error.name === 'TimeoutError') return `did not answer within ${timeoutMs} ms`;
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
  return `could not be asked: ${code}`;
};
