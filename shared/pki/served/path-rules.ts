/**
 * Checks the rules of RFC 5280 §6.1 other than signatures and dates: constraints, critical extensions, well-formed fields. Each rule is also
 * applied to the trust anchor's certificate: §6.2 leaves that open, OpenSSL and Go do it, the JDK does not. Not checked: revocation (see
 * revocation.ts), policies that a relying party requires, proxy certificates (RFC 3820), AIA.
 */
import { outside } from '../x509/name-constraints.ts';
import type { Profile } from '../x509/profile.ts';
import { attributeTexts, isSameName, relativeNames, type SubtreeName } from '../x509/subtree-name.ts';
import { lacksPolicy } from './policies.ts';
import type { ChainProblem } from './problem.ts';

/** A certificate of a path; `name` is used in messages. */
export type Link = { readonly name: string; readonly profile: Profile };

const CODE = 'SERVED_CHAIN_VIOLATES_CONSTRAINTS';
const EMAIL_ADDRESS = '1.2.840.113549.1.9.1';
const COMMON_NAME = '2.5.4.3';
/** A common name that OpenSSL treats as a DNS name: at least two labels of letters, digits, hyphens and underscores. */
const HOST = /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)+$/i;

const orNone = <T>(read: () => readonly T[]): readonly T[] => {
  try {
    return read();
  } catch {
    return [];
  }
};

/**
 * §4.2.1.10: constraints also apply to the subject and its e-mail addresses, and to the common name of a leaf without DNS names if it looks like
 * one.
 */
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

/** §6.1.3 (b), (c): name constraints apply to every certificate below, except self-issued ones that are not the leaf. */
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

/** §6.1.4 (l), (m): the path length is the number of CAs between the certificate and the leaf, without self-issued ones. */
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

/** §4.1.2.6: a CA's subject is encoded as in the issuer field of what it issues. OpenSSL compares other string types too; Java and Go do not. */
const issuerProblems = (path: readonly Link[]): readonly ChainProblem[] =>
  path.slice(0, -1).flatMap(({ name, profile }, at): ChainProblem[] => {
    const above = path[at + 1];
    if (above === undefined || isSameName(profile.issuer, above.profile.subject)) return [];
    return [
      {
        code: 'SERVED_CHAIN_MALFORMED',
        message: `${name} holds the name of its issuer ${above.name} in another encoding than the issuer’s own certificate (RFC 5280 §4.1.2.6): OpenSSL takes them as equal, Java and Go do not`,
      },
    ];
  });

/** Returns the malformed dates (§4.1.2.5); clients differ in how they read such a date. */
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

/** Returns the rules that the path breaks. `path`: leaf first, the trust anchor last. */
export const ruleProblems = (path: readonly Link[]): readonly ChainProblem[] => [
  ...ownProblems(path),
  ...issuerProblems(path),
  ...nameProblems(path),
  ...lengthProblems(path),
  ...policyProblems(path),
];
