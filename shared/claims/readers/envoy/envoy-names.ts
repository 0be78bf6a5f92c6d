/** Names and hashes that a validation context asks for: `match_typed_subject_alt_names`, `verify_certificate_hash`, `verify_certificate_spki`. */

import type { Admission, Condition, ConditionField, Rule } from '../../../model/admission.ts';
import type { Place } from '../../../model/place.ts';
import type { Field } from '../../field.ts';
import { knownWord } from '../../known-word.ts';
import { at } from './envoy-fields.ts';
import { stringMatch } from './envoy-strings.ts';

const FIELDS: Readonly<Record<string, ConditionField>> = { DNS: 'san-dns', URI: 'san-uri' };

type Part = { readonly condition: Condition } | { readonly unread: string };

/** Null where it asks for none. One of the names, and one of the hashes. */
export const admissionByNames = (context: Field): { readonly value: Admission; readonly at: Place } | null => {
  const names = [
    ...at(context, 'match_typed_subject_alt_names').items().map(typedName),
    ...at(context, 'match_subject_alt_names')
      .items()
      .map((matcher) => nameOf(matcher, 'san-dns', matcher.path)),
  ];
  const hashes = at(context, 'verify_certificate_hash').texts();
  const keys = at(context, 'verify_certificate_spki');
  const unread = keys.texts().length > 0 ? [keys.path] : [];
  if (names.length + hashes.length + unread.length === 0) return null;
  const ofHash: readonly Condition[] =
    hashes.length === 0 || unread.length > 0
      ? []
      : [
          {
            field: 'fingerprint',
            not: false,
            any: hashes.map((hash) => ({ how: 'exact', text: hash.replaceAll(':', '').toLowerCase() })),
          },
        ];
  const rules = merged(names).map(
    (part): Rule => ({
      ...{ effect: 'admit', at: context.at() },
      all: [...('condition' in part ? [part.condition] : []), ...ofHash],
      unread: [...('unread' in part ? [part.unread] : []), ...unread],
    }),
  );
  const byHash: Rule = { effect: 'admit', all: [...ofHash], unread, at: context.at() };
  return { value: { rules: rules.length > 0 ? rules : [byHash], otherwise: 'refuse' }, at: context.at() };
};

const typedName = (typed: Field): Part => {
  const field = knownWord(FIELDS, at(typed, 'san_type').text() ?? '');
  return field === undefined ? { unread: typed.path } : nameOf(typed.get('matcher'), field, typed.path);
};

const nameOf = (matcher: Field, field: ConditionField, path: string): Part => {
  const match = stringMatch(matcher);
  if (match === null) return { unread: path };
  const isSpiffe = field === 'san-uri' && match.text.startsWith('spiffe://');
  return { condition: { field: isSpiffe ? 'spiffe-id' : field, not: false, any: [match] } };
};

/** Names of one kind are one condition. */
const merged = (parts: readonly Part[]): readonly Part[] => {
  const conditions = parts.flatMap((part) => ('condition' in part ? [part.condition] : []));
  const groups = [...Map.groupBy(conditions, ({ field }) => field)];
  return [
    ...groups.map(([field, each]) => ({ condition: { field, not: false, any: each.flatMap(({ any }) => any) } })),
    ...parts.filter((part) => 'unread' in part),
  ];
};
