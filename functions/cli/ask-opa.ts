/** Asks a running OPA about each cell of an access matrix, and says what it decided as rules (openpolicyagent.org/docs/rest-api, “Get a Document (with Input)”). */
import pLimit from 'p-limit';
import { type Cell, envoyInput, ruleOf } from '../../shared/claims/readers/opa/opa-decision.ts';
import type { Admission } from '../../shared/model/admission.ts';
import type { ReadingProblem } from '../../shared/model/claim.ts';

export type Question = {
  /** Of the server: `http://127.0.0.1:8181`. */
  readonly server: string;
  /** Of the decision, as `envoy/authz/allow`. */
  readonly policy: string;
  readonly cells: readonly Cell[];
  /** Makes the input of a cell; default: the shape of Envoy’s external authorization. */
  readonly toInput?: (cell: Cell) => object;
  /** For each answer; default: 5 s. */
  readonly timeoutMs?: number;
};
export type Decided = {
  readonly admission: Admission;
  /** Cells without an answer; they have no rule. */
  readonly problems: readonly ReadingProblem[];
};

const AT_ONCE = 4;

/** Never rejects for what OPA does: a cell that it does not answer is a problem. Throws for a URL that is none. */
export const askOpa = async ({ server, policy, cells, ...how }: Question): Promise<Decided> => {
  const { toInput = envoyInput, timeoutMs = 5_000 } = how;
  const url = new URL(`v1/data/${policy.split('/').map(encodeURIComponent).join('/')}`, server.replace(/\/*$/, '/'));
  const at = { file: null, line: null, object: `OPA’s decision ${policy}` };
  const limit = pLimit(AT_ONCE);
  const answers = await Promise.all(
    cells.map((cell) =>
      limit(async () => {
        const input = toInput(cell);
        const answer = await decide(url, input, timeoutMs);
        const path = `${cell.identity} ${cell.method} ${cell.path}`;
        return answer.ok
          ? { rule: ruleOf(envoyInput(cell), answer.result, at), problem: null }
          : { rule: null, problem: { at, path, message: answer.reason } };
      }),
    ),
  );
  return {
    admission: { rules: answers.flatMap(({ rule }) => rule ?? []), otherwise: 'unsaid' },
    problems: answers.flatMap(({ problem }) => problem ?? []),
  };
};

type Answer = { readonly ok: true; readonly result: unknown } | { readonly ok: false; readonly reason: string };

const decide = async (url: URL, input: object, timeoutMs: number): Promise<Answer> => {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ input }),
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (!response.ok) return { ok: false, reason: `OPA answered with status ${response.status}` };
    const answer: unknown = await response.json();
    return typeof answer === 'object' && answer !== null && !Array.isArray(answer)
      ? { ok: true, result: (answer as { readonly result?: unknown }).result }
      : { ok: false, reason: 'OPA answered with something that is no object' };
  } catch (error) {
    return { ok: false, reason: reasonOf(error, timeoutMs) };
  }
};

const reasonOf = (error: unknown, timeoutMs: number): string => {
  if (error instanceof SyntaxError) return 'OPA answered with something that is not JSON';
  if (error instanceof DOMException && error.name === 'TimeoutError')
    return `OPA did not answer within ${timeoutMs} ms`;
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
  return `OPA could not be asked: ${code}`;
};
