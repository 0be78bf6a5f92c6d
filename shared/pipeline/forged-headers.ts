/** forged-header: all families in one request, and each alone where that told something. */
import type { Check } from '../model/check.ts';
import type { Endpoint } from '../model/registry.ts';
import { allFamilies, forgedFamilies, type HeaderFamily } from '../pki/forged-headers.ts';
import { classifyProbe } from '../verdict/classify.ts';
import { isSameAnswer } from '../verdict/same-answer.ts';
import type { Attempt, Trial } from '../verdict/trial.ts';
import type { Asker } from './ask.ts';
import { attempter, confirm, isAccepted, type Try } from './trials.ts';

/** `bare`: the same client without such headers, where it was asked already. Null where no identity can be claimed. */
export const askForged = async (
  endpoint: Endpoint,
  check: Check,
  control: Attempt | null,
  asker: Asker,
  bare: Attempt | null,
): Promise<Trial | null> => {
  const families = familiesOf(endpoint, control, asker);
  if (families === null) return null;
  const attempt = attempter(check, endpoint, asker.ask, control, classifyProbe);
  const bareAttempt = bare ?? (await attempt());
  const withHeaders =
    (headers: HeaderFamily['headers']): Try =>
    (options = {}) =>
      attempt({ ...options, detour: { kind: 'headers', headers } });
  const together = withHeaders(allFamilies(families));
  const first = await together();
  if (first === null || bareAttempt === null) return { check, attempts: [] };
  const aside = (worked: readonly string[]) => ({ kind: 'forged-headers', bare: bareAttempt, worked }) as const;
  if (isAccepted(bareAttempt) || !tellsMore(first, bareAttempt)) return { check, attempts: [first], aside: aside([]) };
  const alone: { readonly name: string; readonly attempt: Attempt; readonly again: Try }[] = [];
  for (const { name, headers } of families) {
    const again = withHeaders(headers);
    const own = await again();
    if (own !== null) alone.push({ name, attempt: own, again });
  }
  const worked = alone.filter((each) => isAccepted(each.attempt));
  const attempts = [first, ...alone.map((each) => each.attempt)];
  const again = worked[0]?.again ?? (isAccepted(first) ? together : null);
  const opened = worked[0]?.attempt ?? first;
  // Two that were accepted confirm each other; one alone is asked again.
  const more =
    again === null || attempts.filter(isAccepted).length > 1 ? [] : (await confirm([opened], again)).slice(1);
  return { check, attempts: [...attempts, ...more], aside: aside(worked.map(({ name }) => name)) };
};

/** What the control got, or a refusal in other words than the bare request’s: somebody reads one of these headers. */
const tellsMore = (first: Attempt, bare: Attempt): boolean => {
  if (isAccepted(first)) return true;
  const [answer, bareAnswer] = [first.observation.answer, bare.observation.answer];
  return answer !== null && (bareAnswer === null || !isSameAnswer(answer, bareAnswer));
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
