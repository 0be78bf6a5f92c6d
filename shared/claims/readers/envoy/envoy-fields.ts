/** Envoy’s messages as JSON or YAML: its own dumps have `snake_case`, those of `istioctl` `camelCase`; protobuf’s JSON allows both. */
import type { Field } from '../../field.ts';

const camel = (name: string): string => name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

/** The field at a path of names in `snake_case`. */
export const at = (field: Field, ...names: readonly [string, ...string[]]): Field => {
  const [name, next, ...rest] = names;
  const own = field.get(name);
  const found = own.isThere || !name.includes('_') ? own : field.get(camel(name));
  return next === undefined ? found : at(found, next, ...rest);
};

/** The last part of `@type`: `DownstreamTlsContext`; empty where it is absent. */
export const typeOf = (field: Field): string =>
  field.kind === 'map' ? (field.get('@type').text()?.split(/[./]/).at(-1) ?? '') : '';

/** `typed_config`, unwrapped of a TypedStruct. */
export const configOf = (extension: Field): Field => at(extension, 'typed_config');

/** Reads what says nothing here. */
export const skip = (field: Field, names: readonly string[]): void => {
  for (const name of names) at(field, name).plain();
};
