/** endpoints × scenarios as data: what the terminal and the page draw with the same marks. */
import type { ScenarioName, Verdict } from '../../../shared/model/names.ts';
import type { CheckResult, Report } from '../../../shared/model/report.ts';
import { CATALOGUE } from '../../../shared/scenario/catalogue.ts';

type Head = {
  /** Short enough for a dozen beside each other. */
  readonly head: string;
  readonly meaning: string;
};
export type Column = Head & { readonly name: ScenarioName };
export type Cell = {
  /** The worst of them; null where there is no check. */
  readonly verdict: Verdict | null;
  readonly checks: readonly CheckResult[];
};
export type Row = { readonly endpoint: string; readonly cells: readonly Cell[] };

const HEADS: Readonly<Partial<Record<ScenarioName, Head>>> = {
  'valid-identity': { head: 'admits', meaning: 'who must get in' },
  'no-certificate': { head: 'none', meaning: 'no certificate' },
  plaintext: { head: 'plain', meaning: 'without TLS' },
  'untrusted-issuer': { head: 'untru', meaning: 'a CA nobody trusts' },
  'self-signed': { head: 'self', meaning: 'signed by itself' },
  'lookalike-issuer': { head: 'look', meaning: 'the real CA’s name, another key' },
  expired: { head: 'exp', meaning: 'expired' },
  'not-yet-valid': { head: 'early', meaning: 'not valid yet' },
  revoked: { head: 'revok', meaning: 'revoked' },
  'wrong-usage': { head: 'usage', meaning: 'a server’s certificate' },
  'foreign-identity': { head: 'other', meaning: 'somebody else’s' },
  'forged-header': { head: 'forge', meaning: 'headers that claim an identity' },
  'sni-bypass': { head: 'sni', meaning: 'another name in the handshake' },
  resumption: { head: 'resum', meaning: 'another’s session' },
  'bypass-address': { head: 'bypas', meaning: 'another way in' },
  rotation: { head: 'rotat', meaning: 'the next version of a secret' },
  'served-certificate': { head: 'chain', meaning: 'what the endpoint itself serves' },
};

export const WORST: readonly Verdict[] = ['fail', 'inconclusive', 'waived', 'pass'];
export const MARKS: Readonly<Record<Verdict, string>> = { pass: '✔', fail: '✘', inconclusive: '?', waived: '~' };
export const NO_CHECK = '·';
/** What a mark says. */
export const MARK_WORDS: Readonly<Record<Verdict, string>> = {
  pass: 'as it must be',
  fail: 'fail',
  inconclusive: 'inconclusive',
  waived: 'waived',
};

const worstOf = (checks: readonly CheckResult[]): Verdict | null =>
  WORST.find((verdict) => checks.some((check) => check.verdict === verdict)) ?? null;

/** Only scenarios of which there is a check; endpoints in the report's order. */
export const gridOf = ({ checks }: Report): { readonly columns: readonly Column[]; readonly rows: readonly Row[] } => {
  const tried = new Set(checks.map(({ scenario }) => scenario));
  const columns = CATALOGUE.flatMap(({ name }) => {
    const head = HEADS[name];
    return head === undefined || !tried.has(name) ? [] : [{ name, ...head }];
  });
  const byEndpoint = Map.groupBy(checks, ({ endpoint }) => endpoint);
  const rows = [...byEndpoint].flatMap(([endpoint, own]) => {
    if (endpoint === null) return [];
    const byScenario = Map.groupBy(own, ({ scenario }) => scenario);
    const cells = columns.map(({ name }) => {
      const here = byScenario.get(name) ?? [];
      return { verdict: worstOf(here), checks: here };
    });
    return [{ endpoint, cells }];
  });
  return { columns, rows };
};
