/** Replays one check by the engine of a run, beside the controls without which it proves nothing, and keeps what went over its connections. */
import type { Check } from '../../model/check.ts';
import type { Observation } from '../../model/probe.ts';
import type { Endpoint } from '../../model/registry.ts';
import type { CheckResult } from '../../model/report.ts';
import { atRoute, type EndpointPlan, routeText } from '../../plan/plan.ts';
import type { Resolve } from '../../probe/addresses.ts';
import type { Presentable } from '../../probe/context.ts';
import { runProbe } from '../../probe/run-probe.ts';
import { Trace } from '../../probe/trace.ts';
import { familyOf, withoutDetour } from '../../scenario/catalogue.ts';
import { reproduceText } from '../../verdict/explain/reproduce.ts';
import { runEndpoint } from '../ask/endpoint-run.ts';
import { presentableOf } from '../ask/presenting.ts';
import { loadMaterial, runOf } from './check-endpoints.ts';
import type { CheckPorts, CheckRequest } from './checked.ts';

/** One connection. */
export type Traced = { readonly observation: Observation; readonly trace: Trace };

export type Presentation = {
  readonly check: Check;
  /** What was or would be presented, null for no certificate; or why nothing can be. */
  readonly presented:
    | { readonly ok: true; readonly value: Presentable | null }
    | { readonly ok: false; readonly reason: string };
  /** The certificates of its trust bundle, PEM; null where it cannot be used, and for the system's. */
  readonly bundlePem: string | null;
  /** Null where no connection was to be made, and where the run found nothing to present. */
  readonly result: CheckResult | null;
  /** What the run would need to make this check; empty where it made it. */
  readonly missing: readonly string[];
  /** The check's own, oldest first, and last its controls'. */
  readonly connections: readonly Traced[];
  readonly reproduce: string | null;
};

export type PresentOptions = {
  /** An IP address in place of those that the name has; null for those. */
  readonly ip: string | null;
  /** False: nothing is asked of the endpoint. */
  readonly connects: boolean;
  /** The folder in which what is presented is going to lie; null: it is not written. */
  readonly written: string | null;
};

const sameRoute = (one: Check, other: Check): boolean =>
  (one.route === null ? null : routeText(one.route)) === (other.route === null ? null : routeText(other.route));

/** The check, its controls, and the same client without its detour. A check without TLS belongs to the first version. */
const neededFor = (check: Check, { checks }: EndpointPlan): readonly Check[] => {
  const there = checks.filter((each) => sameRoute(each, check));
  const tls = check.tls ?? there.find(({ scenario }) => familyOf(scenario) === 'control')?.tls ?? null;
  const bare = check.detour === null ? null : withoutDetour(check.presented);
  const subject = check.presented?.kind === 'identity' ? check.presented.identity : null;
  return there.filter(
    (each) =>
      each === check ||
      (each.tls === tls &&
        (familyOf(each.scenario) === 'control' ||
          (each.detour === null && each.scenario === bare?.name && each.subject === subject))),
  );
};

/** The check's place is at this address only; other names keep theirs. */
const pinned = (resolve: Resolve, { host }: Endpoint, { detour }: Check, ip: string | null): Resolve => {
  if (ip === null) return resolve;
  const there = detour?.kind === 'bypass-address' ? detour.bypass.host : host;
  return async (name, timeout) => (name === there ? { ok: true, ips: [ip] } : resolve(name, timeout));
};

const placeOf = (endpoint: Endpoint, { route }: Check): Endpoint => {
  const found = endpoint.routes.find((each) => route !== null && routeText(each) === routeText(route));
  return found === undefined ? endpoint : atRoute(endpoint, found);
};

/** `request`: of the plan's endpoint alone. Rejects if a port does. */
export const presentCheck = async (
  check: Check,
  plan: EndpointPlan,
  request: CheckRequest,
  options: PresentOptions,
  ports: CheckPorts,
): Promise<Presentation> => {
  const { endpoint } = plan;
  const material = await loadMaterial(request, ports);
  const { where: found, ...run } = runOf(endpoint, request, material, ports);
  const where = options.written === null || found === undefined ? found : { ...found, written: options.written };
  const traced: Traced[] = [];
  const probe: typeof runProbe = async (target, clock) => {
    const trace = new Trace();
    const observation = await runProbe({ ...target, trace, speaker: trace.of(target.speaker) }, clock);
    traced.push({ observation, trace });
    return observation;
  };
  const resolve = pinned(material.network.resolve, endpoint, check, options.ip);
  const needed = { ...plan, checks: neededFor(check, plan), notCovered: [] };
  const known = where === undefined ? run : { ...run, where };
  const done = options.connects
    ? await runEndpoint(needed, known, { ...ports, ...material.network, resolve, probe })
    : { results: [], notCovered: [] };
  const result = done.results.find(({ id }) => id === check.id) ?? null;
  const place = placeOf(endpoint, check);
  const control =
    result?.evidence.findLast(({ presented }) => place.admits.includes(presented ?? ''))?.presented ?? null;
  const port = check.detour?.kind === 'bypass-address' ? check.detour.bypass.port : endpoint.port;
  const address = options.ip === null ? null : `${options.ip.includes(':') ? `[${options.ip}]` : options.ip}:${port}`;
  return {
    check,
    presented:
      check.presented === null
        ? { ok: true, value: null }
        : await presentableOf(check.presented, control, place, known),
    bundlePem: run.bundle.ok && run.bundle.system !== true ? run.bundle.anchors.map(String).join('') : null,
    result,
    missing: done.notCovered.filter(({ scenario }) => scenario === check.scenario).map(({ add }) => add),
    connections: evidenceOf(result, traced),
    reproduce: result === null ? reproduceText(check, place, { observation: { address }, where }) : result.reproduce,
  };
};

/** In the order of the evidence. Its ends are the observations' own objects. */
const evidenceOf = (result: CheckResult | null, traced: readonly Traced[]): readonly Traced[] =>
  (result?.evidence ?? []).flatMap(({ ended }) => traced.find(({ observation }) => observation.ended === ended) ?? []);
