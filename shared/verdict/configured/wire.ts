/** What the wire showed of an endpoint, read from the results of its other checks: the answers that a configuration is held against. */
import type { RouteRef } from '../../model/check.ts';
import type { CheckResult } from '../../model/report.ts';
import { familyOf, scenarioNamed } from '../../scenario/catalogue.ts';

/** `by`: the result that says so, the worst; null where nothing was asked. */
export type Seen = { readonly saw: 'admitted' | 'refused' | 'unknown'; readonly by: CheckResult | null };

/** Clients that a configuration speaks of. `revoked`, `expired`: certificates that are so. `stranger`: a certificate that no CA of the endpoint’s issued. */
export type Asked = 'control' | 'nobody' | 'stranger' | 'plaintext' | 'expired' | 'revoked';

const ABOUT: Readonly<Record<Asked, (result: Pick<CheckResult, 'scenario'>) => boolean>> = {
  control: ({ scenario }) => familyOf(scenario) === 'control',
  nobody: ({ scenario }) => familyOf(scenario) === 'bare',
  stranger: ({ scenario }) => familyOf(scenario) === 'bad-certificate' && scenarioNamed(scenario).fault === null,
  plaintext: ({ scenario }) => scenario === 'plaintext',
  expired: ({ scenario }) => scenarioNamed(scenario).fault === 'expired',
  revoked: ({ scenario }) => scenarioNamed(scenario).fault === 'revoked',
};

/** Whether a scenario presents that client. */
export const isAbout = (asked: Asked, result: Pick<CheckResult, 'scenario'>): boolean => ABOUT[asked](result);

/** At the endpoint’s own request. */
export const seenOf = (asked: Asked, results: readonly CheckResult[]): Seen =>
  seenIn(results.filter((result) => result.route === null && isAbout(asked, result)));

/** Of an identity without a fault, at the endpoint’s own request or at a route. */
export const seenOfIdentity = (name: string, route: RouteRef | null, results: readonly CheckResult[]): Seen =>
  seenIn(
    results.filter(
      (result) =>
        result.subject === name &&
        ['control', 'other-identity'].includes(familyOf(result.scenario)) &&
        result.route?.method === route?.method &&
        result.route?.path === route?.path,
    ),
  );

/** At another URL of the endpoint. */
export const seenAt = (url: string, results: readonly CheckResult[]): Seen =>
  seenIn(results.filter(({ scenario, subject }) => familyOf(scenario) === 'another-way' && subject === url));

/** One that admits decides; a refusal has to be proven in each of them. */
const seenIn = (results: readonly CheckResult[]): Seen => {
  const admitted = results.find((result) => isAdmitted(result));
  if (admitted !== undefined) return { saw: 'admitted', by: admitted };
  const [first = null] = results;
  const open = results.find((result) => !isRefused(result));
  return open === undefined && first !== null ? { saw: 'refused', by: first } : { saw: 'unknown', by: open ?? null };
};

/** Waived or not: a known gap is a gap. */
const isAdmitted = ({ scenario, verdict, code }: CheckResult): boolean =>
  code.startsWith('ACCEPTED_') || (familyOf(scenario) === 'control' && verdict === 'pass');

const isRefused = ({ scenario, verdict, code }: CheckResult): boolean =>
  familyOf(scenario) === 'control' ? code === 'CONTROL_REJECTED' : verdict === 'pass';
