/** Which lists of a CA decide: of each scope the newest, with the newest delta that fits it (RFC 5280 §5.2.4, §6.3.3). */
import type { X509Certificate } from 'node:crypto';
import type { Instant } from '../../model/time.ts';
import { type Crl, withDelta } from '../x509/crl.ts';
import { faultOf } from '../x509/crl-coverage.ts';
import { isOver } from './staleness.ts';

/** A list that CAs of the path signed: several certificates may be of one key. */
export type SignedList = { readonly crl: Crl; readonly about: string; readonly signers: readonly X509Certificate[] };

export type Deciding = {
  /** What is in force or at fault, deltas applied. */
  readonly lists: readonly SignedList[];
  /** Complete lists that a newer one has followed. */
  readonly followed: readonly SignedList[];
  /** Deltas that fit no complete list, and that none has followed. */
  readonly orphans: readonly SignedList[];
};

/** In force, and understood: only such a list takes the place of another. */
const isUsable = ({ crl, signers }: SignedList, seenAt: Instant): boolean =>
  crl.unknownCritical.length === 0 &&
  !(crl.entries.nameIssuers && !crl.scope.indirect) &&
  signers.some((signer) => faultOf(crl, signer, seenAt) === null);

/** Of one CA's one key, and of the same certificates. */
export const isKin = (one: SignedList, other: SignedList): boolean =>
  one.crl.issuer === other.crl.issuer &&
  one.crl.scope.key === other.crl.scope.key &&
  one.signers[0]?.fingerprint256 === other.signers[0]?.fingerprint256;

const ageOf = ({ crl }: SignedList, { crl: other }: SignedList): number => {
  if (crl.thisUpdate !== other.thisUpdate) return crl.thisUpdate - other.thisUpdate;
  const [number, against] = [crl.number ?? -1n, other.number ?? -1n];
  return number === against ? 0 : number > against ? 1 : -1;
};

/** RFC 5280 §5.2.4 (c), (d). */
const fits = ({ crl: delta }: SignedList, { crl: { number } }: SignedList): boolean =>
  delta.base !== null && number !== null && delta.number !== null && delta.base <= number && number < delta.number;

const byNumber = ({ crl }: SignedList, { crl: other }: SignedList): number =>
  Number((other.number ?? -1n) - (crl.number ?? -1n));

const applied = (list: SignedList, deltas: readonly SignedList[]): SignedList => {
  const [delta] = deltas.filter((each) => isKin(each, list) && fits(each, list)).toSorted(byNumber);
  if (delta === undefined) return list;
  const about = delta.about === list.about ? list.about : `${list.about} with its delta, ${delta.about}`;
  return { crl: withDelta(list.crl, delta.crl), about, signers: list.signers };
};

/** Whatever order `all` is in. `now`: the run's start. `seenAt`: no earlier than the lists were fetched. */
export const decidingLists = (all: readonly SignedList[], now: Instant, seenAt: Instant): Deciding => {
  const complete = all.filter(({ crl }) => crl.base === null);
  const usable = complete.filter((list) => isUsable(list, seenAt));
  // Clients go on with an older list that is in time where the newer one has ended.
  const isFollowed = (list: SignedList) =>
    usable.some(
      (other) => isKin(other, list) && ageOf(other, list) > 0 && (!isOver(other.crl, now) || isOver(list.crl, now)),
    );
  const deltas = all.filter(({ crl }) => crl.base !== null);
  const whole = deltas.filter((list) => isUsable(list, seenAt));
  const lists = complete.filter((list) => !isFollowed(list)).map((list) => applied(list, whole));
  // What a list has that is as new, or newer, a delta adds nothing to. One without a number (§5.2.4 demands it) is compared by its date alone.
  const isCaughtUp = (delta: SignedList) =>
    lists.some(
      (list) =>
        isUsable(list, seenAt) &&
        isKin(list, delta) &&
        (ageOf(list, delta) >= 0 || (delta.crl.number !== null && (list.crl.number ?? -1n) >= delta.crl.number)),
    );
  return { lists, followed: complete.filter(isFollowed), orphans: deltas.filter((delta) => !isCaughtUp(delta)) };
};
