/** Trust stores of load balancers, with their revocation lists (DescribeTrustStores, DescribeTrustStoreRevocations). */
import type { Authority, REVOCATIONS, Said } from '../../../model/claim.ts';
import type { Place } from '../../../model/place.ts';
import { said } from '../../claim-of.ts';
import type { Field } from '../../field.ts';
import { type Bundles, bundleOf } from './aws-bundles.ts';
import { has, itemsOf, listIn, placed, resourceOf, wordIn } from './aws-fields.ts';

type Revocation = Said<(typeof REVOCATIONS)[number]>;
export type TrustStore = {
  /** Null where the source has no bundle of it. */
  readonly authorities: Authority[] | null;
  readonly at: Place | null;
  readonly revocation: Revocation;
  readonly notes: readonly string[];
};
export type TrustStores = { readonly of: (arn: string) => TrustStore };

export const trustStoresIn = (roots: readonly Field[], bundles: Bundles): TrustStores => {
  const stores = itemsOf(roots, 'TrustStores');
  const answers = roots.filter((root) => has(root, 'TrustStoreRevocations'));
  return {
    of: (arn) => {
      const store = stores.find((each) => wordIn(each, 'TrustStoreArn') === arn);
      // `truststore/partners/a1b2` in the ARN.
      const name = store?.get('Name').text() ?? resourceOf(arn).split('/')[1] ?? null;
      const bundle = bundleOf(bundles, arn, name);
      return {
        authorities: bundle === null ? null : [...bundle.authorities],
        at: store === undefined ? null : placed(store, arn),
        revocation: revocationOf(arn, answers, stores.length),
        notes: store === undefined ? [] : notesOf(store),
      };
    },
  };
};

const notesOf = (store: Field): readonly string[] => {
  const status = store.get('Status').text();
  return status === null || status === 'ACTIVE' ? [] : [`The trust store is ${status}.`];
};

/** An answer without revocations does not say whose it is, unless there is one trust store or `TrustStoreArn` stands beside it. */
const revocationOf = (arn: string, answers: readonly Field[], stores: number): Revocation => {
  const listed = answers
    .flatMap((answer) => listIn(answer, 'TrustStoreRevocations'))
    .find((each) => wordIn(each, 'TrustStoreArn') === arn);
  if (listed !== undefined) return said('crl', placed(listed, arn));
  const own =
    answers.find((answer) => wordIn(answer, 'TrustStoreArn') === arn) ?? (stores === 1 ? answers[0] : undefined);
  return own === undefined
    ? null
    : said('none', placed(own.get('TrustStoreRevocations'), arn), 'the trust store has no revocation list');
};
