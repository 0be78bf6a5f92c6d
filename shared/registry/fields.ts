import { z } from 'zod';

/**
 * Returns the fields that a mapping at the path `keys` may have: one list per alternative of a union, none for any other type. Not supported:
 * schemas beside object, record, array, union, optional and default.
 */
export function fieldsAt(schema: unknown, keys: readonly PropertyKey[]): readonly (readonly string[])[] {
  const [key, ...below] = keys;
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return fieldsAt(schema.unwrap(), keys);
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => fieldsAt(option, keys));
  if (schema instanceof z.ZodObject) {
    const shape: Readonly<Record<string, unknown>> = schema.shape;
    if (key === undefined) return [Object.keys(shape)];
    return Object.hasOwn(shape, key) ? fieldsAt(shape[String(key)], below) : [];
  }
  if (key === undefined) return [];
  if (schema instanceof z.ZodRecord) return fieldsAt(schema.valueType, below);
  return schema instanceof z.ZodArray ? fieldsAt(schema.element, below) : [];
}
