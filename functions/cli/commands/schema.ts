import { FORMAT_NAMES, type Format, jsonSchema } from '../../../shared/registry/json-schema.ts';
import { advise } from '../../../shared/registry/nearest.ts';
import { UsageError } from '../exit.ts';

export const SCHEMA_NAMES: readonly string[] = FORMAT_NAMES;

export const schemaText = (name: string): string => {
  const format = FORMAT_NAMES.find((each): each is Format => each === name);
  if (format === undefined) throw new UsageError(`there is no schema ${name}${advise(name, FORMAT_NAMES)}`);
  return JSON.stringify(jsonSchema(format), null, 2);
};
