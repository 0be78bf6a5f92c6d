/** What every rival is asked, what the lab knows to be true, and how an answer is graded. */
import { acceptedCode, type TlsVersion } from '../../../shared/model/names.ts';
import type { LabEndpoint } from '../../helpers/registry.ts';
import { expectedOf, type Row } from '../../lab/lab.ts';

/** "Is a client refused that presents …?" Spelt like the product's scenarios. */
export const QUESTIONS = ['no-certificate', 'untrusted-issuer', 'self-signed'] as const;
export type Question = (typeof QUESTIONS)[number];
/** What a client presents: nothing, one of the two bad certificates, or the control. */
export type Presented = Question | 'valid';

export type Target = {
  readonly name: string;
  readonly scheme: string;
  /** Where the registry says so, a name instead of the address. */
  readonly host: string;
  readonly port: number;
  /** Path and query. */
  readonly path: string;
  /** What the registry knows about it: a careful user of a rival knows the same. */
  readonly endpoint: LabEndpoint;
  /** Null where nothing listens. */
  readonly row: Row | null;
};

export type Verdict = 'secure' | 'open' | 'nothing';
/** `refused-too`: so is the control, or nobody is there; whoever calls that secure is wrong. */
export type Truth = 'refused' | 'accepted' | 'refused-too';
export type Grade = 'right' | 'false secure' | 'false alarm' | 'says nothing';

export type Answer = {
  readonly target: Target;
  readonly question: Question;
  /** Null: about the server as a whole. */
  readonly tls: TlsVersion | null;
  readonly verdict: Verdict;
  /** What the verdict was read off. */
  readonly saw: string;
};

/** One way of using a rival. */
export type Result = {
  readonly rival: string;
  readonly version: string;
  /** Command lines and rules, as Markdown. */
  readonly how: readonly string[];
  readonly answers: readonly Answer[];
};

/** Their truth depends on what a registry would say (which identity is the control), or on how often they were asked. */
const UNTOLD = /(rate-limited|application-redirects|password-untold|lists-in-one-file)$/;
export const isTold = ({ name }: Row): boolean => !UNTOLD.test(name);

/**
 * No client of Node or Go lets itself be asked for a certificate after the handshake, so for the lab this control is refused under TLS 1.3. curl does,
 * and gets 200 with the valid certificate: the one requires it, the other takes no certificate as well.
 */
const AFTER_THE_HANDSHAKE: Readonly<Record<string, readonly Question[]>> = {
  'apache-per-location': [],
  'apache-per-location-optional': ['no-certificate'],
  'debian-13-apache-per-location': [],
};

const truthIn = (row: Row, question: Question, tls: TlsVersion): Truth => {
  const { fails, unsure } = expectedOf(row, tls);
  if (fails.includes(acceptedCode(question))) return 'accepted';
  if (!fails.includes('CONTROL_REJECTED') && !unsure.includes('CONTROL_NOT_ACCEPTED')) return 'refused';
  const accepted = AFTER_THE_HANDSHAKE[row.name];
  if (accepted === undefined) return 'refused-too';
  return accepted.includes(question) ? 'accepted' : 'refused';
};

/** A server is open if one of its TLS versions is. */
export const truthOf = ({ row }: Target, question: Question, tls: TlsVersion | null): Truth => {
  if (row === null) return 'refused-too';
  if (tls !== null) return truthIn(row, question, tls);
  const both = [truthIn(row, question, '1.2'), truthIn(row, question, '1.3')];
  return both.find((each) => each === 'accepted') ?? both.find((each) => each === 'refused') ?? 'refused-too';
};

const RIGHT = { refused: 'secure', accepted: 'open', 'refused-too': 'nothing' } as const;

export const gradeOf = ({ target, question, tls, verdict }: Answer): Grade => {
  if (verdict === RIGHT[truthOf(target, question, tls)]) return 'right';
  if (verdict === 'nothing') return 'says nothing';
  return verdict === 'secure' ? 'false secure' : 'false alarm';
};
