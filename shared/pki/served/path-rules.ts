/**
 * What RFC 5280 §6.1 asks of a path beside signatures and dates: constraints, critical extensions, well-formed contents. Each rule is also held against
 * the trust anchor's certificate: §6.1 leaves that open (§6.2), OpenSSL and Go do so, the JDK does not. Not looked at: revocation (revocation.ts),
 * policies that a relying party would ask for (none does, of servers), proxy certificates (RFC 3820), AIA.
 */
import { outside } from '../x509/name-constraints.ts';
import type { Profile } from '../x509/profile.ts';
import { attributeTexts, relativeNames, type SubtreeName } from '../x509/subtree-name.ts';
import { lacksPolicy } from './policies.ts';
import type { ChainProblem } from './problem.ts';

/** One of a path; `name` is for sentences. */
export type Link = { readonly name: string; readonly profile: Profile };

const CODE = 'SERVED_CHAIN_VIOLATES_CONSTRAINTS';
const EMAIL_ADDRESS = '1.2.840.113549.1.9.1';
const COMMON_NAME = '2.5.4.3';
/** A common name that OpenSSL takes for a DNS name: labels of letters, digits, hyphens and underscores, at least two. */
const HOST = /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)+$/i;

const orNone = <T>(read: () => readonly T[]): readonly T[] => {
  try {
    return read();
  } catch {
    return [];
  }
};

/** §4.2.1.10: the subject and its e-mail addresses are names too, and of a leaf without DNS names the common name that looks like one. */
const namesOf = ({ subject, names }: Profile, leaf: boolean): readonly SubtreeName[] => {
  const parts = orNone(() => relativeNames(subject));
  const emails = orNone(() => attributeTexts(subject, EMAIL_ADDRESS));
  const hosts =
    leaf && !names.some(({ kind }) => kind === 'dns')
      ? orNone(() => attributeTexts(subject, COMMON_NAME)).filter((text) => HOST.test(text))
      : [];
  return [
    ...(parts.length === 0 ? [] : [{ kind: 'directory', parts } as const]),
    ...emails.map((text) => ({ kind: 'email', text }) as const),
    ...hosts.map((text) => ({ kind: 'dns', text }) as const),
    ...names,
  ];
};

/** §6.1.3 (b), (c): of every certificate below, but for self-issued ones that are not the leaf. */
const nameProblems = (path: readonly Link[]): readonly ChainProblem[] =>
  path.flatMap(({ name, profile: { constraints } }, at): ChainProblem[] => {
    if (constraints === null || at === 0) return [];
    const below = path.slice(0, at).filter(({ profile }, index) => index === 0 || !profile.selfIssued);
    for (const [index, each] of below.entries()) {
      const reasons = namesOf(each.profile, index === 0).map((own) => outside(own, constraints));
      const reason = reasons.find((said) => said !== null);
      if (reason !== undefined)
        return [{ code: CODE, message: `${each.name} breaks the name constraints of ${name}, which ${reason}` }];
    }
    return [];
  });

/** §6.1.4 (l), (m): CAs between it and the leaf, those that are self-issued not counted. */
const lengthProblems = (path: readonly Link[]): readonly ChainProblem[] =>
  path.flatMap(({ name, profile: { basic } }, at): ChainProblem[] => {
    const limit = basic?.pathLength ?? null;
    const below = path.slice(1, at).filter(({ profile }) => !profile.selfIssued).length;
    if (at === 0 || limit === null || below <= limit) return [];
    const allowed = limit === 0 ? 'leaves only' : `at most ${limit} CAs below it`;
    return [
      {
        code: CODE,
        message: `${name} may issue for ${allowed} (pathLenConstraint ${limit}), and ${below} CA${below === 1 ? ' stands' : 's stand'} between it and the leaf`,
      },
    ];
  });

const policyProblems = (path: readonly Link[]): readonly ChainProblem[] => {
  const checked = path.slice(0, -1);
  if (!lacksPolicy(checked.map(({ profile }) => profile))) return [];
  const by = checked.find(({ profile }) => profile.policies.requireExplicit !== null);
  return [
    {
      code: CODE,
      message: `${by?.name ?? 'a CA of the path'} requires a certificate policy (requireExplicitPolicy), and none is valid for the whole path`,
    },
  ];
};

const ownProblems = (path: readonly Link[]): readonly ChainProblem[] =>
  path.flatMap(({ name, profile: { unknownCritical, malformed } }): ChainProblem[] => [
    ...unknownCritical.map(
      (id): ChainProblem => ({
        code: 'SERVED_CHAIN_CRITICAL_EXTENSION',
        message: `${name} has the critical extension ${id}, which clients do not process`,
      }),
    ),
    ...malformed.map((what): ChainProblem => ({ code: 'SERVED_CHAIN_MALFORMED', message: `${name} holds ${what}` })),
  ]);

/** §4.1.2.5; what such a date means is anybody's guess. */
export const dateFormProblems = (path: readonly Link[]): readonly ChainProblem[] =>
  path.flatMap(({ name, profile: { oddDate } }): ChainProblem[] =>
    oddDate === null
      ? []
      : [
          {
            code: 'SERVED_CHAIN_MALFORMED',
            message: `${name} holds ${oddDate}: RFC 5280 has dates to the second, in UTC, and nothing else`,
          },
        ],
  );

/** `path`: leaf first, the trust anchor last. */
export const ruleProblems = (path: readonly Link[]): readonly ChainProblem[] => [
  ...ownProblems(path),
  ...nameProblems(path),
  ...lengthProblems(path),
  ...policyProblems(path),
];
