/** Assigns each result to its state item. A check moves state in its own suite only; in runs of other suites it is only measured. */
import { SHORT_LIVED } from '../../model/certificate.ts';
import type { Check } from '../../model/check.ts';
import type { SourceState } from '../../model/configured.ts';
import { type Code, SUITES, type Suite } from '../../model/names.ts';
import type { Endpoint, Identity, Registry } from '../../model/registry.ts';
import type { CheckResult, ServedChain } from '../../model/report.ts';
import type { Leaf } from '../../model/state.ts';
import { endpointKey, identityKey, sourceKey } from '../../model/state-key.ts';
import { DAY } from '../../model/time.ts';
import { identityCheck, planEndpoint, sourceCheck } from '../../plan/plan.ts';
import type { NamedList } from '../../regression/ca-list-changes.ts';
import { LEADS_NOWHERE } from '../../regression/served-news.ts';
import type { Update } from '../../regression/update.ts';
import { familyOf, scenarioNamed } from '../../scenario/catalogue.ts';
import type { Checked } from './checked.ts';
import { silentOf, withdrawnOf } from './withdrawn.ts';

export type StateScope = {
  readonly run: Update['run'];
  readonly vantage: string;
  readonly suites: readonly Suite[];
  readonly endpoints: readonly Endpoint[];
  readonly identities: Readonly<Record<string, Identity>>;
  /** Identities whose health was checked. */
  readonly health: readonly string[];
  /** Names of the sources that could be read. Default: none. */
  readonly read?: readonly string[];
  /** Sources whose health was checked. Default: none. */
  readonly sources?: readonly Pick<SourceState, 'source'>[];
  readonly defaults: Pick<Registry, 'settleAfter' | 'remindAfter'>;
  /** Whether open checks of these endpoints that are not planned are closed. Default: they stay. */
  readonly closes?: boolean;
};

const suiteOf = ({ scenario }: CheckResult): Suite => scenarioNamed(scenario).suite;

export const stateUpdates = (
  scope: StateScope,
  checked: Pick<Checked, 'checks' | 'servedChains'>,
): readonly Update[] => [
  ...scope.endpoints.flatMap((endpoint) =>
    scope.suites.map((suite) => endpointUpdate(endpoint, suite, scope, checked)),
  ),
  ...(scope.suites.includes('certificates') ? scope.health : []).map((name) =>
    identityUpdate(name, scope, checked.checks),
  ),
  ...(scope.suites.includes('certificates') ? (scope.sources ?? []) : []).map(({ source }) =>
    ownUpdate(sourceCheck(source), sourceKey(source), null, scope, checked.checks),
  ),
];

/**
 * Codes that move no state. `NOT_RUN`: the run had no time for the check; the incomplete run is announced instead. `ALREADY_ACCEPTED`: the check
 * proves nothing while another check fails; that check's finding is announced.
 */
const MOVES_NO_STATE: readonly string[] = ['NOT_RUN', 'ALREADY_ACCEPTED'] satisfies Code[];

const endpointUpdate = (
  endpoint: Endpoint,
  suite: Suite,
  { run, vantage, identities, closes = false, read = [] }: StateScope,
  { checks, servedChains }: Pick<Checked, 'checks' | 'servedChains'>,
): Update => {
  const own = checks.filter((check) => check.endpoint === endpoint.name && suiteOf(check) === suite);
  const chains = servedChains.filter((chain) => chain.endpoint === endpoint.name);
  const planned = planEndpoint(endpoint, identities, SUITES).checks.filter((check) => check.suite === suite);
  const at = { endpoint: endpoint.name, vantage };
  const withdrawn = [...withdrawnOf(planned, own, at), ...silentOf(planned, own, read, at)];
  const ended = new Set(withdrawn.map(({ id }) => id));
  const left = withoutResult(planned, own).filter(({ id }) => !ended.has(id));
  return {
    key: endpointKey(endpoint.name, vantage, suite),
    suite,
    results: own.filter(({ code }) => !MOVES_NO_STATE.includes(code)),
    withdrawn,
    plannedIds: planned.map(({ id }) => id),
    without: left.map(({ id, scenario, subject }) => ({ id, scenario, subject, vantage, endpoint: endpoint.name })),
    leaves: leavesOf(own, chains),
    ...strangeOf(endpoint.name, vantage, own, chains),
    acceptableCas: listsOf(own, chains),
    owner: endpoint.owner,
    ...(endpoint.runbook !== undefined && { runbook: endpoint.runbook }),
    ...{ run, closes },
    settings: endpoint,
  };
};

/** A run that judged nothing of the suite says of no check that it does not apply. */
const withoutResult = (planned: readonly Check[], own: readonly CheckResult[]): readonly Check[] => {
  const seen = new Set(own.map(({ id }) => id));
  const judged = own.some(({ code, verdict }) => verdict !== 'inconclusive' && code !== 'NOT_RUN');
  return judged ? planned.filter(({ id }) => !seen.has(id)) : [];
};

const identityUpdate = (name: string, scope: StateScope, checks: readonly CheckResult[]): Update =>
  ownUpdate(identityCheck(name), identityKey(name), scope.identities[name]?.owner ?? null, scope, checks);

/** Of a check that belongs to no endpoint. */
const ownUpdate = (
  { id, suite }: Check,
  key: string,
  owner: string | null,
  { run, defaults }: StateScope,
  checks: readonly CheckResult[],
): Update => ({
  ...{ key, suite, owner, run },
  results: checks.filter((check) => check.id === id),
  plannedIds: [id],
  leaves: {},
  settings: defaults,
});

/** All leaves served at any of the addresses, by check id: a change of leaf is derived from them. */
const leavesOf = (
  own: readonly CheckResult[],
  chains: readonly ServedChain[],
): Readonly<Record<string, readonly Leaf[]>> => {
  const leaves = servedBy(own, chains);
  return Object.fromEntries(
    own.filter(({ scenario }) => familyOf(scenario) === 'served-chain').map(({ id }) => [id, leaves]),
  );
};

/** What enforcement and isolation see of a chain that leads nowhere. */
const strangeOf = (
  endpoint: string,
  vantage: string,
  own: readonly CheckResult[],
  chains: readonly ServedChain[],
): Pick<Update, 'strange'> =>
  own.some(({ code, scenario }) => LEADS_NOWHERE.includes(code) && familyOf(scenario) !== 'served-chain')
    ? { strange: { served: servedBy(own, chains), rememberedBy: endpointKey(endpoint, vantage, 'certificates') } }
    : {};

const servedBy = (own: readonly CheckResult[], chains: readonly ServedChain[]): readonly Leaf[] => {
  const judged = own.every(({ code }) => code !== 'TRUST_BUNDLE_UNUSABLE' && code !== 'TRUST_BUNDLE_NOT_READ');
  // The same leaf may be served with its intermediate at one address and without it at another.
  const sorted = chains.toSorted((one, other) => Number(isTrusted(one)) - Number(isTrusted(other)));
  return [...new Map(sorted.map((chain) => [chain.sha256, leafOf(chain, judged)])).values()];
};

/** All lists of acceptable CAs named at any of the addresses, by check id. */
const listsOf = (
  own: readonly CheckResult[],
  chains: readonly ServedChain[],
): Readonly<Record<string, readonly NamedList[]>> => {
  const named = chains.flatMap(({ acceptableCas }): readonly NamedList[] => {
    if (acceptableCas?.sha256 === undefined) return [];
    const { sha256, total, names, includesControlIssuer } = acceptableCas;
    return [{ sha256, total, names, refusesControl: includesControlIssuer === false }];
  });
  const lists = [...new Map(named.map((list) => [list.sha256, list])).values()];
  if (lists.length === 0) return {};
  return Object.fromEntries(
    own.filter(({ scenario }) => familyOf(scenario) === 'served-chain').map(({ id }) => [id, lists]),
  );
};

const isTrusted = ({ problems }: ServedChain): boolean => !problems.some(({ code }) => LEADS_NOWHERE.includes(code));

/** `judged`: whether there was a trust bundle to judge it by. */
const leafOf = (chain: ServedChain, judged: boolean): Leaf => {
  const { sha256, leaf } = chain;
  if (leaf === undefined) return { sha256 };
  const { keySha256: key, issuerSha256: issuer, lifetimeDays } = leaf;
  return {
    sha256,
    key,
    issuer,
    shortLived: lifetimeDays * DAY <= SHORT_LIVED,
    ...(judged && { trusted: isTrusted(chain) }),
  };
};
