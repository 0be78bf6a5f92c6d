/** StringMatcher and HeaderMatcher (envoy/type/matcher/v3/string.proto, envoy/config/route/v3/route_components.proto) as matches of a claim. */
import type { Match } from '../../../model/admission.ts';
import type { Field } from '../../field.ts';
import { at } from './envoy-fields.ts';

/** Envoy’s regular expressions match the whole. Null: it is not understood. */
export const stringMatch = (matcher: Field): Match | null => {
  const ignoresCase = at(matcher, 'ignore_case').boolean() ?? false;
  for (const how of ['exact', 'prefix', 'suffix', 'contains'] as const) {
    const text = matcher.get(how).text();
    if (text !== null) return ignoresCase ? ofAnyCase(how, text) : { how, text };
  }
  const regex = at(matcher, 'safe_regex', 'regex').text();
  return regex === null ? null : { how: 'regex', text: `^(?:${regex})$` };
};

const ofAnyCase = (how: 'exact' | 'prefix' | 'suffix' | 'contains', text: string): Match => {
  const escaped = text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  const [start, end] = [how === 'exact' || how === 'prefix' ? '^' : '', how === 'exact' || how === 'suffix' ? '$' : ''];
  return { how: 'regex', text: `(?i)${start}${escaped}${end}` };
};

const RETIRED = {
  exact_match: 'exact',
  prefix_match: 'prefix',
  suffix_match: 'suffix',
  contains_match: 'contains',
} as const;

/** `not`: of `invert_match`. */
export const headerMatch = (header: Field): { readonly match: Match; readonly not: boolean } | null => {
  const not = at(header, 'invert_match').boolean() ?? false;
  if (at(header, 'present_match').boolean() === true) return { match: { how: 'present', text: '' }, not };
  const own = at(header, 'string_match');
  const match = own.isThere ? stringMatch(own) : retired(header);
  return match === null ? null : { match, not };
};

const retired = (header: Field): Match | null => {
  for (const [name, how] of Object.entries(RETIRED)) {
    const text = at(header, name).text();
    if (text !== null) return { how, text };
  }
  const regex = at(header, 'safe_regex_match', 'regex').text();
  return regex === null ? null : { how: 'regex', text: `^(?:${regex})$` };
};
