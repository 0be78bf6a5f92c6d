/** forged-header: all families together, and each alone where that told something. */
import type { Check } from '../../model/check.ts';
import type { Endpoint } from '../../model/registry.ts';
import { combined, forgedFamilies, type HeaderFamily } from '../../pki/proxy-headers.ts';
import { classifyProbe } from '../../verdict/classify/classify.ts';
import { isSameAnswer } from '../../verdict/classify/same-answer.ts';
import type { Attempt, Trial } from '../../verdict/judge/trial.ts';
import { askPatiently, attempter, confirm, isAccepted, type Try } from './attempts.ts';
import type { Asker } from './types.ts';

/** What is still to be asked, alone. */
export type Rest = () => Promise<Trial>;

type Known = {
  /** The same client without such headers, where it was asked already. */
  readonly bare: Attempt | null;
  /** A control whose certificate cannot be used: there is none to claim, either. */
  readonly unusable: Attempt | undefined;
};

type Requests = {
  /** Without such headers. */
  readonly bare: Try;
  readonly together: readonly Try[];
  readonly families: readonly { readonly name: string; readonly ask: Try }[];
};

/**
 * The first request goes out side by side with those of other checks, the rest when its turn comes. Null where no identity can be claimed,
 * and no control says why.
 */
export const askForged = async (
  endpoint: Endpoint,
  check: Check,
  control: Attempt | null,
  asker: Asker,
  { bare: known, unusable }: Known,
): Promise<Rest | null> => {
  const claimed = familiesOf(endpoint, control, asker);
  if (claimed === null) return unusable === undefined ? null : async () => ({ check, attempts: [unusable] });
  const ask = attempter(check, endpoint, asker.ask, control, classifyProbe);
  const withHeaders =
    (headers: HeaderFamily['headers']): Try =>
    (options = {}) =>
      ask({ ...options, detour: { kind: 'headers', headers } });
  const together = combined(claimed).map(withHeaders);
  const families = claimed.map(({ name, headers }) => ({ name, ask: withHeaders(headers) }));
  const bare = known ?? (await ask());
  const first = (await together[0]?.()) ?? null;
  if (bare === null || first === null) return async () => ({ check, attempts: [] });
  return () => askRest(check, { bare: ask, together, families }, bare, first);
};

const askRest = async (check: Check, requests: Requests, bare: Attempt, first: Attempt): Promise<Trial> => {
  const { asked, ask } = await askTogether(requests.together, bare, first);
  if (isAccepted(bare) || !asked.some((each) => tellsMore(each, bare)))
    return { check, attempts: asked, aside: { kind: 'forged-headers', bare, alone: [], worked: [] } };
  const tried: { readonly name: string; readonly ask: Try; readonly attempts: readonly Attempt[] }[] = [];
  for (const family of requests.families)
    tried.push({ ...family, attempts: await askPatiently(await family.ask(), family.ask) });
  const worked = tried.filter(({ attempts }) => attempts.some(isAccepted));
  const attempts = [...asked, ...tried.flatMap((each) => each.attempts)];
  const open = attempts.filter(isAccepted);
  // Two that were accepted confirm each other; one alone is asked again.
  const more = open.length === 1 ? (await confirm(open, worked[0]?.ask ?? ask)).slice(1) : [];
  // Who was not let in without them may be after all: a limiter may have said no.
  const again = open.length > 0 ? await requests.bare() : null;
  return {
    check,
    attempts: [...attempts, ...more],
    aside: {
      kind: 'forged-headers',
      bare: again ?? bare,
      alone: tried.flatMap((each) => each.attempts.slice(-1)),
      worked: worked.map(({ name }) => name),
    },
  };
};

/** Until one tells something. Who answers none of it has read no header, and reads no other. */
const askTogether = async (
  [head, ...others]: readonly Try[],
  bare: Attempt,
  first: Attempt,
): Promise<{ readonly asked: readonly Attempt[]; readonly ask: Try }> => {
  const nothing: Try = async () => null;
  let ask = head ?? nothing;
  const asked = [...(await askPatiently(first, ask))];
  for (const next of others) {
    const last = asked.at(-1);
    if (last === undefined || last.observation.answer === null || asked.some((each) => tellsMore(each, bare))) break;
    ask = next;
    asked.push(...(await askPatiently(await next(), next)));
  }
  return { asked, ask };
};

/** An acceptance, or a refusal in other words than the bare request’s: somebody reads one of these headers, or there is no room for them. */
const tellsMore = (attempt: Attempt, bare: Attempt): boolean => {
  if (isAccepted(attempt)) return true;
  const [answer, bareAnswer] = [attempt.observation.answer, bare.observation.answer];
  if (answer === null) return bareAnswer !== null && attempt.outcome.kind === 'rejected';
  return bareAnswer === null || !isSameAnswer(answer, bareAnswer);
};

/** The control's identity; before one was accepted, the first that could be. */
const familiesOf = (
  { admits }: Endpoint,
  control: Attempt | null,
  { certificateOf }: Asker,
): readonly HeaderFamily[] | null => {
  const names = control?.observation.presented == null ? admits : [control.observation.presented];
  const certificate = names.map(certificateOf).find((each) => each !== null);
  try {
    return certificate == null ? null : forgedFamilies(certificate);
  } catch {
    return null;
  }
};
