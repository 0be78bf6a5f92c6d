/**
 * Intentions of Consul as rules. An exact destination goes before `*`, then an exact source before `*`; of the permissions the first that matches
 * decides, and what none matches is left to the default (developer.hashicorp.com/consul, Service intentions; agent/xds/rbac.go of consul). Rules are
 * judged without an order, so each one excludes what those before it decide.
 */

import type { Condition, Match, Rule } from '../../model/admission.ts';
import type { Place } from '../../model/place.ts';
import type { Field } from '../field.ts';
import { spelt } from './consul-entries.ts';

type Effect = 'admit' | 'refuse';
export type Intention = {
  readonly destination: string;
  /** A service’s name, or `*`. */
  readonly source: string;
  readonly conditions: readonly Condition[];
  readonly effect: Effect;
  /** Empty: it is for every request. */
  readonly permissions: readonly Permission[];
  /** Paths of what a certificate does not tell, as a peer’s name. */
  readonly unread: readonly string[];
  readonly path: string;
  readonly at: Place;
};
type Permission = { readonly effect: Effect; readonly all: readonly Condition[]; readonly unread: readonly string[] };

const effectOf = (field: Field): Effect => (field.oneOf(['allow', 'deny']) === 'allow' ? 'admit' : 'refuse');

/** `entry`: of kind service-intentions. */
export const intentionsOf = (destination: string, entry: Field): readonly Intention[] =>
  spelt(entry, 'sources')
    .items()
    .map((source) => {
      const name = spelt(source, 'name').text() ?? '*';
      for (const known of [
        'type',
        'description',
        'precedence',
        'legacyid',
        'legacymeta',
        'legacycreatetime',
        'legacyupdatetime',
      ] as const)
        spelt(source, known).plain();
      return intentionOf(destination, name, source);
    });

/** One answer of `/v1/connect/intentions`. */
export const legacyIntention = (field: Field): Intention =>
  intentionOf(spelt(field, 'destinationname').text() ?? '*', spelt(field, 'sourcename').text() ?? '*', field);

const intentionOf = (destination: string, source: string, field: Field): Intention => {
  const namespace = spelt(field, 'namespace').text() ?? spelt(field, 'sourcens').text() ?? 'default';
  const others = ['peer', 'samenessgroup', 'sourcepeer']
    .map((name) => spelt(field, name))
    .filter((each) => (each.text() ?? '') !== '');
  spelt(field, 'partition').text();
  return {
    ...{ destination, source },
    conditions: [
      { field: 'service', not: false, any: [exactly(source)] },
      ...(namespace === 'default' || namespace === '*' || namespace === ''
        ? []
        : [{ field: 'namespace' as const, not: false, any: [exactly(namespace)] }]),
    ],
    effect: effectOf(spelt(field, 'action')),
    permissions: spelt(field, 'permissions').items().map(permissionOf),
    unread: others.map(({ path }) => path),
    path: field.path,
    at: field.at(),
  };
};

const exactly = (text: string): Match => (text === '*' ? { how: 'present', text: '' } : { how: 'exact', text });

const PATHS = { pathexact: 'exact', pathprefix: 'prefix', pathregex: 'regex' } as const;

const permissionOf = (permission: Field): Permission => {
  const http = spelt(permission, 'http');
  const methods = spelt(http, 'methods').texts();
  const paths = (Object.keys(PATHS) as (keyof typeof PATHS)[]).flatMap((name): readonly Condition[] => {
    const text = spelt(http, name).text() ?? '';
    const whole = name === 'pathregex' ? `^(?:${text})$` : text;
    return text === '' ? [] : [{ field: 'path', not: false, any: [{ how: PATHS[name], text: whole }] }];
  });
  const any = methods.map((text): Match => ({ how: 'exact', text }));
  const effect = effectOf(spelt(permission, 'action'));
  return {
    effect,
    all: [...paths, ...(any.length === 0 ? [] : [{ field: 'method' as const, not: false, any }])],
    unread: permission.unread().map(({ path }) => path),
  };
};

/** Of one destination; `intentions`: its own, and those of the destination `*`. In the order of precedence. */
export const rulesOf = (destination: string, intentions: readonly Intention[]): readonly Rule[] => {
  const own = intentions.filter((each) => each.destination === destination || each.destination === '*');
  const sorted = own.toSorted((a, b) => rank(a) - rank(b));
  return sorted.flatMap((intention, index) => {
    const before = sorted.slice(0, index);
    if (before.some((each) => each.source === '*' || sameSource(each, intention))) return [];
    return rulesOfOne(intention, intention.source === '*' ? before : []);
  });
};

const sameSource = (one: Intention, other: Intention): boolean =>
  one.source === other.source && JSON.stringify(one.conditions) === JSON.stringify(other.conditions);

const rank = ({ destination, source }: Intention): number => (destination === '*' ? 2 : 0) + (source === '*' ? 1 : 0);

/** `before`: of exact sources, which decide for these alone. One that a name does not tell (a namespace, a peer) leaves it unsure whom. */
const rulesOfOne = (intention: Intention, before: readonly Intention[]): readonly Rule[] => {
  const isPlain = ({ conditions, unread }: Intention) => conditions.length === 1 && unread.length === 0;
  const named = [...new Set(before.filter(isPlain).map(({ source }) => source))];
  const except: Condition[] = named.length === 0 ? [] : [{ field: 'service', not: true, any: named.map(exactly) }];
  const who = [...intention.conditions, ...except];
  const unsure = [...intention.unread, ...before.filter((each) => !isPlain(each)).map(({ path }) => path)];
  const { effect, permissions, at } = intention;
  if (permissions.length === 0) return [{ effect, all: who, unread: unsure, at }];
  return permissions.flatMap((permission, index) =>
    withoutEarlier(permission, permissions.slice(0, index)).map(({ all, unread }) => ({
      ...{ effect: permission.effect, at, all: [...who, ...all], unread: [...unsure, ...unread] },
    })),
  );
};

/** The permission, less what an earlier one of the other effect decides: not (a and b) is not a, or not b. */
const withoutEarlier = (permission: Permission, earlier: readonly Permission[]): readonly Permission[] =>
  earlier
    .filter(({ effect }) => effect !== permission.effect)
    .reduce<readonly Permission[]>(
      (parts, { all, unread }) => {
        const unsure = parts.map((part) => ({ ...part, unread: [...part.unread, ...unread] }));
        if (unread.length > 0) return unsure;
        return all.flatMap((condition) =>
          parts.map((part) => ({ ...part, all: [...part.all, { ...condition, not: !condition.not }] })),
        );
      },
      [permission],
    );
