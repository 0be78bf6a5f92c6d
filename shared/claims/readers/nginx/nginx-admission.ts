/** Whom nginx turns away by what stands in a client’s certificate: `if` with `return`, by itself or through `map` (nginx.org/en/docs/http/ngx_http_rewrite_module.html). */
import type { Condition, Match, Rule } from '../../../model/admission.ts';
import { printable } from '../../printable.ts';
import { PRESENT, patternOf } from '../pattern.ts';
import type { Directive } from './nginx-parse.ts';
import { inherited, named } from './nginx-server.ts';

/** A test of a value: `= 0`, `!~ CN=payments`; without an operator, that it is neither empty nor `0`. */
type Test = { readonly operator: '' | '=' | '!=' | '~' | '!~' | '~*' | '!~*'; readonly operand: string };
type Map = {
  readonly source: string;
  readonly usual: string;
  readonly entries: readonly { readonly key: string; readonly value: string }[];
};

const IF = /^\(\s*\$\{?(?<variable>\w+)\}?\s*(?:(?<operator>!?~\*?|!?=)\s*(?<operand>[\s\S]*?))?\s*\)$/;
const NO_CERTIFICATE: Condition = { field: 'subject', not: true, any: [PRESENT] };

/**
 * `levels`: outermost first. `outer`: where `map` stands. Of `if`, only the server’s and the innermost location’s count: a location does not inherit them
 * (`ngx_http_rewrite_merge_loc_conf`); `auth_request` it does.
 */
export const rulesOf = (levels: readonly (readonly Directive[])[], outer: readonly Directive[]): readonly Rule[] => {
  const maps = mapsOf(outer);
  const [, server = [], ...locations] = levels;
  const asked = inherited(levels, 'auth_request');
  return [
    ...[server, ...locations.slice(-1)].flatMap((level) => named(level, 'if').flatMap((test) => ruleOf(test, maps))),
    ...(asked === null || asked.args[0] === 'off'
      ? []
      : [{ effect: 'ask' as const, all: [], unread: [], at: asked.at }]),
  ];
};

const mapsOf = (outer: readonly Directive[]): ReadonlyMap<string, Map> =>
  new Map(
    named(outer, 'map').map(({ args: [source = '', target = ''], block }) => {
      const all = (block ?? []).map(({ name, args }) => ({ key: name, value: args[0] ?? '' }));
      const entries = all.filter(({ key }) => key !== 'default');
      const usual = all.find(({ key }) => key === 'default')?.value ?? '';
      return [target.replace('$', ''), { source, usual, entries }] as const;
    }),
  );

const STATUS = /^(?:4\d\d|5\d\d)$/;

/** None where it does not look at the client’s certificate. What it does otherwise than by a plain refusal is not understood. */
const ruleOf = ({ args, block, at }: Directive, maps: ReadonlyMap<string, Map>): readonly Rule[] => {
  const written = args.join(' ');
  const { variable = '', operator = '', operand = '' } = IF.exec(written)?.groups ?? {};
  if (!isOfClient(variable === '' ? written : `$${variable}`, maps)) return [];
  const body = block ?? [];
  const refuses =
    body.length > 0 && body.every(({ name, args: [code = ''] }) => name === 'return' && STATUS.test(code));
  const test: Test = { operator: operator as Test['operator'], operand };
  const condition = refuses && variable !== '' ? conditionOf(variable, test, maps) : null;
  return [
    condition === null
      ? { effect: 'refuse', all: [], unread: [printable(`if ${written}`)], at }
      : { effect: 'refuse', all: [condition], unread: [], at },
  ];
};

const isOfClient = (text: string, maps: ReadonlyMap<string, Map>, depth = 0): boolean =>
  text.includes('$ssl_client_') ||
  (depth < 5 &&
    [...text.matchAll(/\$\{?(\w+)/g)].some(([, name = '']) => {
      const map = maps.get(name);
      return map !== undefined && isOfClient(map.source, maps, depth + 1);
    }));

/** When the test is true. Null where that cannot be said in conditions. */
const conditionOf = (variable: string, test: Test, maps: ReadonlyMap<string, Map>): Condition | null => {
  if (variable === 'ssl_client_verify') return verifyCondition(test);
  if (variable === 'ssl_client_s_dn') return subjectCondition(test);
  const map = maps.get(variable);
  return map === undefined ? null : mapCondition(map, test);
};

/** `SUCCESS`, `FAILED:reason`, or `NONE` without a certificate. Of a server that verifies, a failed one gets no further than to 400. */
const verifyCondition = ({ operator, operand }: Test): Condition | null =>
  (operator === '!=' && operand === 'SUCCESS') || (operator === '=' && operand === 'NONE') ? NO_CERTIFICATE : null;

const subjectCondition = ({ operator, operand }: Test): Condition | null => {
  if (operator === '') return { ...NO_CERTIFICATE, not: false };
  const not = operator.startsWith('!');
  if (operand === '') return { ...NO_CERTIFICATE, not: !not };
  const match: Match = operator.includes('~')
    ? patternOf(operand, operator.endsWith('*'))
    : { how: 'exact', text: operand };
  return { field: 'subject', not, any: [match] };
};

/** Only where every entry leads to one side and the default to the other: of more, the order would matter. */
const mapCondition = ({ source, usual, entries }: Map, test: Test): Condition | null => {
  const isUsual = holds(test, usual);
  const others = entries.filter(({ value }) => holds(test, value) !== isUsual);
  if (isUsual === null || others.length === 0 || others.length !== entries.length) return null;
  if (source === '$ssl_client_verify')
    return isUsual && others.every(({ key }) => key === 'SUCCESS') ? NO_CERTIFICATE : null;
  if (source !== '$ssl_client_s_dn') return null;
  // Without a certificate the text is empty.
  if (others.every(({ key }) => key === '')) return { ...NO_CERTIFICATE, not: !isUsual };
  return others.some(({ key }) => key === '') ? null : { field: 'subject', not: isUsual, any: others.map(matchOf) };
};

/** `~` begins a regular expression, `~*` one that ignores case, `\` a text that looks like something else; texts ignore case. */
const matchOf = ({ key }: { readonly key: string }): Match => {
  if (key.startsWith('~*')) return patternOf(key.slice(2), true);
  if (key.startsWith('~')) return patternOf(key.slice(1));
  const text = key.replace(/^\\/, '');
  return { how: 'regex', text: `(?i)^${text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}$` };
};

/** Null for a value or a test that is not plain. */
const holds = ({ operator, operand }: Test, value: string): boolean | null => {
  if (value.includes('$') || operand.includes('$') || operator.includes('~')) return null;
  if (operator === '') return value !== '' && value !== '0';
  return (value === operand) === (operator === '=');
};
