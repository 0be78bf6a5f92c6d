/** One of a name's addresses serves another certificate than the others: this needs the chains of all addresses. docs/adr/0030 */
import { SHORT_LIVED } from '../../model/certificate.ts';
import type { Endpoint } from '../../model/registry.ts';
import type { CheckResult, ServedChain } from '../../model/report.ts';
import { DAY, type Instant } from '../../model/time.ts';
import { familyOf } from '../../scenario/catalogue.ts';
import { explain } from '../explain/codes.ts';
import { waive } from './waive.ts';

const CODE = 'SERVED_CHAINS_DIFFER';

type JudgedEndpoint = { readonly results: readonly CheckResult[]; readonly servedChains: readonly ServedChain[] };

/** What all addresses must share: the certificate, or its issuer if certificates are short-lived, one for each workload. */
const markOf = ({ sha256, leaf }: ServedChain): string =>
  leaf !== undefined && leaf.lifetimeDays * DAY <= SHORT_LIVED ? leaf.issuerSha256 : sha256;

/** Addresses in groups that serve the same, the largest first. Several backends behind one address: one certificate in common is enough. */
const groupsOf = (chains: readonly ServedChain[]): readonly (readonly [string, readonly string[]])[] => {
  const groups: { marks: Set<string>; leaf: string; addresses: string[] }[] = [];
  for (const [address, served] of Map.groupBy(chains, (chain) => chain.address)) {
    const marks = new Set(served.map(markOf));
    const group = groups.find((each) => !each.marks.isDisjointFrom(marks));
    if (group === undefined) groups.push({ marks, leaf: served[0]?.sha256 ?? '', addresses: [address] });
    else {
      group.marks = group.marks.union(marks);
      group.addresses.push(address);
    }
  }
  return groups
    .toSorted((one, other) => other.addresses.length - one.addresses.length)
    .map(({ leaf, addresses }) => [leaf, addresses]);
};

const SHOWN = 4;
const listed = (addresses: readonly string[]): string =>
  `${addresses.slice(0, SHOWN).join(', ')}${addresses.length > SHOWN ? ` and ${addresses.length - SHOWN} more` : ''}`;

/** A check that fails already keeps its own code; `servedChains` lists both problems. */
export const withDiffering = (judged: JudgedEndpoint, endpoint: Endpoint, now: Instant): JudgedEndpoint => {
  const groups = groupsOf(judged.servedChains);
  if (groups.length < 2 || endpoint.addresses === 'each') return judged;
  const message = groups.map(([leaf, addresses]) => `${listed(addresses)}: SHA-256 ${leaf.slice(0, 16)}…`).join('; ');
  const everywhere = listed(groups.flatMap(([, addresses]) => addresses));
  const problem = { code: CODE, message: `its addresses serve different certificates (${message})` } as const;
  const differing = (result: CheckResult): CheckResult =>
    familyOf(result.scenario) !== 'served-chain' || result.verdict === 'fail' || result.verdict === 'waived'
      ? result
      : waive(
          {
            ...result,
            verdict: 'fail',
            code: CODE,
            severity: 'warning',
            cause: null,
            message: `${endpoint.name}: ${problem.message}.`,
            advice: [
              `Install the same certificate at ${everywhere} and reload each.`,
              ...(explain(CODE)?.cures.slice(1) ?? []),
            ].join(' Or: '),
          },
          endpoint,
          now,
        );
  return {
    results: judged.results.map(differing),
    servedChains: judged.servedChains.map((chain) => ({ ...chain, problems: [...chain.problems, problem] })),
  };
};
