/** A check covers all addresses of its endpoint: the worst verdict is its own, and its evidence has each. */
import type { CheckResult } from '../../model/report.ts';
import { explain } from '../explain/codes.ts';

const WORST_FIRST: readonly (CheckResult['verdict'] | 'waived-echo')[] = [
  'fail',
  'waived',
  'inconclusive',
  'waived-echo',
  'pass',
];
const SEVEREST_FIRST: readonly CheckResult['severity'][] = ['critical', 'warning', 'info', 'none'];

/** An address without a result is not hidden by another one whose lack of a result is waived. */
const placeOf = ({ verdict, code }: CheckResult): number =>
  WORST_FIRST.indexOf(verdict === 'waived' && explain(code)?.verdict === 'inconclusive' ? 'waived-echo' : verdict);

const rank = (result: CheckResult): number =>
  placeOf(result) * SEVEREST_FIRST.length + SEVEREST_FIRST.indexOf(result.severity);

/** `perAddress`: the same checks at one address each, in the same order. */
export const worstOfAddresses = (perAddress: readonly (readonly CheckResult[])[]): readonly CheckResult[] => {
  if (perAddress.length <= 1) return perAddress[0] ?? [];
  return [...Map.groupBy(perAddress.flat(), ({ id }) => id).values()].flatMap((same) =>
    merged(same, perAddress.length),
  );
};

const merged = (same: readonly CheckResult[], addresses: number): readonly CheckResult[] => {
  const [worst, ...others] = same.toSorted((one, other) => rank(one) - rank(other));
  if (worst === undefined) return [];
  const alike = others.filter(({ verdict, code }) => verdict === worst.verdict && code === worst.code).length + 1;
  const share =
    worst.verdict === 'pass' ? '' : ` (${worst.address ?? 'one address'}; so at ${alike} of ${addresses} addresses)`;
  return [
    {
      ...worst,
      message: `${worst.message}${share}`,
      ...(worst.verdict !== 'pass' && alike < addresses && { share: { alike, addresses } }),
      evidence: [worst, ...others].flatMap(({ evidence }) => evidence),
    },
  ];
};
