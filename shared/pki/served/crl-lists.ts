/** Selects the CRLs that decide: the newest of each scope, with the newest delta that fits it applied (RFC 5280 §5.2.4, §6.3.3). */
import type { X509Certificate } from 'node:crypto';
import type { Instant } from '../../model/time.ts';
import { type Crl, withDelta } from '../x509/crl.ts';
import { faultOf } from '../x509/crl-coverage.ts';
import { isOver } from './staleness.ts';

/** A list and the CAs of the path that signed it; several CA certificates may share one key. */
export type SignedList = { readonly crl: Crl; readonly about: string; readonly signers: readonly X509Certificate[] };

export type Deciding = {
  /** The lists that decide, with deltas applied; they may still be faulty. */
  readonly lists: readonly SignedList[];
  /** Complete lists that a newer list replaces. */
  readonly followed: readonly SignedList[];
  /** Delta lists that fit no complete list and that no newer list replaces. */
  readonly orphans: readonly SignedList[];
};

/** Whether the list is in force and fully understood; only such a list replaces another. */
const isUsable = ({ crl, signers }: SignedList, seenAt: Instant): boolean =>
  crl.unknownCritical.length === 0 &&
  !(crl.entries.nameIssuers && !crl.scope.indirect) &&
  signers.some((signer) => faultOf(crl, signer, seenAt) === null);

/** Whether both lists have the same issuer, scope and signing CA. */
export const isKin = (one: SignedList, other: SignedList): boolean =>
  one.crl.issuer === other.crl.issuer &&
  one.crl.scope.key === other.crl.scope.key &&
  one.signers[0]?.fingerprint256 === other.signers[0]?.fingerprint256;

const ageOf = ({ crl }: SignedList, { crl: other }: SignedList): number => {
  if (crl.thisUpdate !== other.thisUpdate) return crl.thisUpdate - other.thisUpdate;
  const [number, against] = [crl.number ?? -1n, other.number ?? -1n];
  return number === against ? 0 : number > against ? 1 : -1;
};

/** Whether the delta applies to the complete list (RFC 5280 §5.2.4 (c), (d)). */
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

/**
 * Selects the deciding lists; the order of `all` does not matter. `now`: the start of the run. `seenAt`: a time at or after the fetch of the lists.
 */
export const decidingLists = (all: readonly SignedList[], now: Instant, seenAt: Instant): Deciding => {
  const complete = all.filter(({ crl }) => crl.base === null);
  const usable = complete.filter((list) => isUsable(list, seenAt));
  // When the newer list has ended, clients use an older list that has not.
  const isFollowed = (list: SignedList) =>
    usable.some(
      (other) => isKin(other, list) && ageOf(other, list) > 0 && (!isOver(other.crl, now) || isOver(list.crl, now)),
    );
  const deltas = all.filter(({ crl }) => crl.base !== null);
  const whole = deltas.filter((list) => isUsable(list, seenAt));
  const lists = complete.filter((list) => !isFollowed(list)).map((list) => applied(list, whole));
  // A delta adds nothing to a list that is as new or newer. A delta without a number (§5.2.4 requires one) is compared by date alone.
  const isCaughtUp = (delta: SignedList) =>
    lists.some(
      (list) =>
        isUsable(list, seenAt) &&
        isKin(list, delta) &&
        (ageOf(list, delta) >= 0 || (delta.crl.number !== null && (list.crl.number ?? -1n) >= delta.crl.number)),
    );
  return { lists, followed: complete.filter(isFollowed), orphans: deltas.filter((delta) => !isCaughtUp(delta)) };
};
