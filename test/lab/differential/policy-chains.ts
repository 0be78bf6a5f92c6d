/** Certificate policies: required after so many certificates, asserted, mapped, inhibited. */
import * as make from './certificates.ts';
import { chain, PLACES, type Place } from './four.ts';
import type { Case } from './verifiers.ts';

const POLICY = ['1.3.6.1.4.1.99999.1.1', '1.3.6.1.4.1.99999.1.2', '1.3.6.1.4.1.99999.1.3'] as const;
const ANY_POLICY = '2.5.29.32.0';
export const policyChains = (): readonly Case[] => {
  const [one, two, three] = POLICY;
  const cases: Case[] = [];
  const add = (
    name: string,
    required: Partial<Record<Place, Uint8Array[]>>,
    leaf: readonly string[] | null,
    sub: readonly string[] | null,
    top: readonly string[] | null,
    also: Partial<Record<Place, Uint8Array[]>> = {},
  ) => {
    const more = (place: Place, own: readonly string[] | null) => [
      ...(own === null ? [] : [make.policies(own)]),
      ...(required[place] ?? []),
      ...(also[place] ?? []),
    ];
    cases.push(
      chain(`policy-${name}`, {
        leaf: { more: more('leaf', leaf) },
        sub: { more: more('sub', sub) },
        top: { more: more('top', top) },
        root: { more: more('root', null) },
      }),
    );
  };
  for (const place of PLACES)
    for (const after of [0, 1, 2, 3]) {
      const required = { [place]: [make.policyConstraints(after)] };
      const at = `${place}-${after}`;
      add(`${at}-all`, required, [one], [one], [one]);
      add(`${at}-none`, required, null, null, null);
      add(`${at}-leaf-lacks`, required, null, [one], [one]);
      add(`${at}-top-lacks`, required, [one], [one], null);
      add(`${at}-other`, required, [two], [one], [one]);
    }
  const required = { top: [make.policyConstraints(0)] };
  add('any', required, [one], [ANY_POLICY], [ANY_POLICY]);
  add('any-leaf', required, [ANY_POLICY], [one], [one]);
  add('any-inhibited-sub', required, [one], [ANY_POLICY], [one], { top: [make.inhibitAny(0)] });
  add('any-inhibited-leaf', required, [ANY_POLICY], [one], [one], { sub: [make.inhibitAny(0)] });
  add('any-inhibited-later', required, [ANY_POLICY], [one], [one], { top: [make.inhibitAny(1)] });
  add('mapped', required, [two], [two], [one], { top: [make.policyMappings([one, two])] });
  add('mapped-not', required, [one], [one], [one], { top: [make.policyMappings([one, two])] });
  add('mapping-inhibited', { top: [make.policyConstraints(0, 0)] }, [three], [two], [two], {
    sub: [make.policyMappings([two, three])],
  });
  add('mapped-any', required, [one], [one], [one], { top: [make.policyMappings([ANY_POLICY, two])] });
  add('mapped-from-any', required, [two], [two], [ANY_POLICY], { top: [make.policyMappings([one, two])] });
  return cases;
};
