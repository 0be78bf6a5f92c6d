/** Chains in which several rules meet, by chance that a seed repeats: extensions at every place, and whatever may be served and held at once. */
import { DAY } from '../../../shared/model/time.ts';
import * as make from './certificates.ts';
import { type Changes, chain, four, PEER, PLACES, type Place, specOf } from './four.ts';
import type { Case } from './verifiers.ts';

const { general, mint, NOW } = make;

/** Park and Miller's generator: the same numbers for the same seed. */
const chance = (seed: number) => {
  let state = seed % 2147483647;
  const next = (): number => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
  return {
    in: (share: number): boolean => next() < share,
    of: <T>(all: readonly T[]): T => all[Math.floor(next() * all.length)] as T,
    shuffled: <T>(all: readonly T[]): readonly T[] =>
      all
        .map((value) => [next(), value] as const)
        .toSorted(([one], [other]) => one - other)
        .map(([, value]) => value),
  };
};
type Chance = ReturnType<typeof chance>;

const POLICIES = ['1.3.6.1.4.1.99999.1.1', '1.3.6.1.4.1.99999.1.2', '2.5.29.32.0'] as const;
const DOMAINS = [
  'lab.test',
  'pay.lab.test',
  '.lab.test',
  'corp.example',
  'x.pay.lab.test',
  'test',
  '.test',
  '',
] as const;
const SOME_DOMAINS = DOMAINS.slice(0, -1);

const constraints = (luck: Chance): Uint8Array => {
  const domain = () => general.dns(luck.of(DOMAINS));
  const excluded = { excluded: [general.dns(luck.of(SOME_DOMAINS))] };
  const trees = luck.in(0.7)
    ? { permitted: [domain(), domain()], ...(luck.in(0.3) ? excluded : {}) }
    : { permitted: [general.ip(127, 0, 0, 0, 255, 0, 0, 0)], ...excluded };
  return make.nameConstraints(trees, luck.in(0.5));
};

const extensionsAt = (place: Place, luck: Chance): readonly Uint8Array[] => [
  ...(luck.in(0.6) ? [make.policies([...new Set([luck.of(POLICIES), luck.of(POLICIES)])], luck.in(0.3))] : []),
  ...(place !== 'leaf' && luck.in(0.25) ? [make.policyConstraints(luck.of([0, 1, 2, null]), luck.of([0, 1, 2]))] : []),
  ...(place !== 'leaf' && luck.in(0.2)
    ? [make.policyMappings([luck.of(POLICIES.slice(0, 2)), luck.of(POLICIES.slice(0, 2))])]
    : []),
  ...(place !== 'leaf' && luck.in(0.2) ? [make.inhibitAny(luck.of([0, 1, 2]))] : []),
  ...(place !== 'leaf' && luck.in(0.25) ? [constraints(luck)] : []),
];

const SERVER = '1.3.6.1.5.5.7.3.1';
const changeAt = (place: Place, luck: Chance): Partial<make.Spec> => ({
  more: extensionsAt(place, luck),
  ...(place !== 'leaf' && luck.in(0.3) ? { pathLength: luck.of([0, 1, 2]) } : {}),
  ...(luck.in(0.1) ? { extended: luck.of([null, [SERVER], ['1.3.6.1.5.5.7.3.2', SERVER]]) } : {}),
  ...(place === 'sub' && luck.in(0.15) ? { subject: 'CN=Top CA, O=Lab' } : {}),
  ...(place === 'leaf' && luck.in(0.3)
    ? {
        names: make.altNames(
          [luck.of(['pay.lab.test', '*.lab.test', 'PAY.LAB.TEST']), ...(luck.in(0.3) ? ['a.corp.example'] : [])].map(
            general.dns,
          ),
        ),
      }
    : {}),
});

export const combinedRules = (count: number, seed: number): readonly Case[] => {
  const luck = chance(seed);
  return Array.from({ length: count }, (_, at) => {
    const changes: Changes = Object.fromEntries(PLACES.map((place) => [place, changeAt(place, luck)]));
    return chain(`rules-${seed}-${at}`, changes);
  });
};

/** Twins, cross-signatures, roots and strangers: some of them served, in any order, and some held. */
export const combinedPaths = (count: number, seed: number): readonly Case[] => {
  const luck = chance(seed);
  const { leaf, sub, top, root } = four();
  const old = { notBefore: NOW - 300 * DAY, notAfter: NOW - 10 * DAY };
  const other = { subject: 'CN=Other CA', key: 'other-0' };
  const narrow = { more: [make.nameConstraints({ permitted: [general.dns('corp.example')] })] };
  const pool = [
    ...[sub, sub, top, top, root, leaf],
    mint(specOf('sub', old), specOf('top')),
    mint(specOf('top', old), specOf('root')),
    mint(specOf('top'), other),
    mint(specOf('root'), other),
    mint(specOf('top', narrow), specOf('root')),
    mint(specOf('top', { pathLength: 0 }), specOf('root')),
    mint(specOf('sub', { extended: ['1.3.6.1.5.5.7.3.2'] }), specOf('top')),
    mint(specOf('top'), specOf('sub')),
    mint(other),
  ];
  const held = [
    root,
    root,
    root,
    mint(specOf('root', old)),
    mint(other),
    top,
    mint(specOf('root', { key: 'other-1' })),
  ];
  return Array.from({ length: count }, (_, at) => ({
    name: `paths-${seed}-${at}`,
    leaf,
    served: luck
      .shuffled(pool)
      .slice(0, luck.of([2, 3, 4, 5, 6, 8]))
      .join(''),
    anchors: luck
      .shuffled(held)
      .slice(0, luck.of([1, 2, 3]))
      .join(''),
    peer: PEER,
    now: NOW,
  }));
};
