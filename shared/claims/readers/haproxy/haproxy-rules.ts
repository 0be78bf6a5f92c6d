/** Whom HAProxy turns away by what stands in a client’s certificate (docs.haproxy.org/3.2/configuration.html, 4.2 http-request, tcp-request content). */
import type { Rule } from '../../../model/admission.ts';
import { type Atom, aclsOf, both, conditionOf, type Dnf, either, NEVER, negated, type Scope } from './haproxy-acl.ts';
import type { Line } from './haproxy-parse.ts';

export type Rules = {
  readonly rules: readonly Rule[];
  /** The line that turns away whoever’s certificate was not verified; null where there is none. */
  readonly verifiedBy: Line | null;
  /** Whether all that plain requests get is to be sent to `https://`, or refused. */
  readonly onlyRedirects: boolean;
};

/** `accept` ends the rules of its stage of TCP, and those of HTTP go on. */
type Effect = 'refuse' | 'pass' | 'redirect' | 'accept';

/** The words from a line’s action on: of `http-request`, `tcp-request content`, and of `redirect`, which stands by itself. */
const actionOf = ({ words }: Line): readonly string[] => {
  const [set, stage = ''] = words;
  if (set === 'http-request') return words.slice(1);
  if (set === 'tcp-request' && /^(content|connection|session)$/.test(stage)) return words.slice(2);
  return set === 'redirect' ? words : [];
};

/** Null for what ends nothing: a header that is set. */
const effectOf = (line: Line): Effect | null => {
  const [action = '', ...more] = actionOf(line);
  if (['deny', 'reject', 'silent-drop', 'tarpit'].includes(action)) return 'refuse';
  if (action === 'redirect') return isToHttps(more) ? 'redirect' : 'pass';
  if (action === 'return') return /^[45]/.test(more[more.indexOf('status') + 1] ?? '') ? 'refuse' : 'pass';
  if (action === 'accept') return 'accept';
  return action === 'allow' || action === 'use-service' ? 'pass' : null;
};

const isToHttps = (words: readonly string[]): boolean =>
  (words[0] === 'scheme' && words[1] === 'https') || words[1]?.startsWith('https://') === true;

/** `forgives`: whether certificates get through that were not verified. */
export const rulesOf = (lines: readonly Line[], isTls: boolean, forgives: boolean): Rules => {
  const scope: Scope = { acls: aclsOf(lines, isTls), isTls };
  const steps = stepsOf(lines, scope);
  const end = steps.find(({ effect, applies }) => effect === 'pass' || isAlways(applies));
  const refusing = steps.filter(({ effect }) => effect === 'refuse');
  return {
    rules: refusing.flatMap(({ line, applies }) => applies.flatMap((atoms) => ruleOf(atoms, forgives, line))),
    verifiedBy: refusing.find(({ applies }) => applies.some(isUnverified))?.line ?? null,
    onlyRedirects: end !== undefined && end.effect !== 'pass',
  };
};

/** `applies`: to what reaches the line. */
type Step = { readonly line: Line; readonly effect: Effect; readonly applies: Dnf };

/** What ends a request, up to the first that ends every one. */
const stepsOf = (lines: readonly Line[], scope: Scope): readonly Step[] => {
  const steps: Step[] = [];
  let passed: Dnf = NEVER;
  const accepted = new Map<string, Dnf>();
  for (const line of lines) {
    const effect = effectOf(line);
    if (effect === null) continue;
    const stage = stageOf(line);
    const before = either(passed, accepted.get(stage) ?? NEVER);
    const condition = conditionOf(line.words, scope);
    if (effect === 'accept') {
      accepted.set(stage, either(accepted.get(stage) ?? NEVER, condition));
      continue;
    }
    if (condition.length > 0) steps.push({ line, effect, applies: both(condition, negated(before)) });
    if (isAlways(condition) && !accepted.has(stage)) break;
    if (effect !== 'refuse') passed = either(passed, condition);
  }
  return steps;
};

/** `content` and the others of `tcp-request`; empty for HTTP. */
const stageOf = ({ words: [set, stage = ''] }: Line): string => (set === 'tcp-request' ? stage : '');

const isAlways = (dnf: Dnf): boolean => dnf.some((atoms) => atoms.length === 0);

const isUnverified = ([atom, ...more]: readonly Atom[]): boolean =>
  atom?.kind === 'verified' && atom.not && more.length === 0;

/** None where it never applies, or says nothing of the client’s certificate. */
const ruleOf = (atoms: readonly Atom[], forgives: boolean, { at }: Line): readonly Rule[] => {
  if (!atoms.some(isOfClient)) return [];
  // Where every certificate that gets through was verified, `ssl_c_verify` is always 0.
  if (atoms.some((atom) => atom.kind === 'verified' && atom.not && (!forgives || atoms.length === 1))) return [];
  return [
    {
      effect: 'refuse',
      all: atoms.flatMap((atom) => (atom.kind === 'condition' ? [atom.condition] : [])),
      unread: atoms.flatMap((atom) => {
        if (atom.kind === 'unread') return [atom.text];
        return atom.kind === 'verified' && forgives ? [`ssl_c_verify is ${atom.not ? 'not ' : ''}0`] : [];
      }),
      at,
    },
  ];
};

const OF_REQUEST: readonly string[] = ['method', 'path', 'host'];
const isOfClient = (atom: Atom): boolean => {
  if (atom.kind === 'condition') return !OF_REQUEST.includes(atom.condition.field);
  return atom.kind === 'verified' || /ssl_[cf]c?_/.test(atom.text);
};
