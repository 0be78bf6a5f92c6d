import { z } from 'zod';

/** The fields that a mapping may have where a path leads: one list per alternative of a union. */
export function fieldsAt(schema: unknown, keys: readonly PropertyKey[]): readonly (readonly string[])[] {
  const [key, ...rest] = keys;
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return fieldsAt(schema.unwrap(), keys);
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => fieldsAt(option, keys));
  if (schema instanceof z.ZodObject) {
    const shape: Readonly<Record<string, unknown>> = schema.shape;
    if (key === undefined) return [Object.keys(shape)];
    return Object.hasOwn(shape, key) ? fieldsAt(shape[String(key)], rest) : [];
  }
  if (key === undefined) return [];
  if (schema instanceof z.ZodRecord) return fieldsAt(schema.valueType, rest);
  return schema instanceof z.ZodArray ? fieldsAt(schema.element, rest) : [];
}
