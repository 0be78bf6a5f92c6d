/**
 * State as the first form of it was written, of a real run: two runs of everything, one of each schedule, and one whose messages SNS refused, deployed to an emulator. `payments`
 * is open, and so is `billing`, whose openings are due; `ledger` is down, in a schedule of its own; the secret of `missing` is not there.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Registry } from '../../../shared/model/registry.ts';
import { parseRegistry } from '../../../shared/registry/parse.ts';

const read = (name: string): string => readFileSync(join(import.meta.dirname, name), 'utf8');

type Raw = Readonly<Record<string, { readonly S?: string; readonly N?: string; readonly B?: string }>>;

/** When the last of those runs had ended. */
const RECORDED = Date.UTC(2026, 11, 1, 3, 7, 12);
/** Instants of that day in the JSON of an item. */
const INSTANT = /\b17960\d{8}\b/g;

/** The items of the table. `ended`: when the last run has to have ended, in place of the real time. */
export const storedItems = (ended = RECORDED): readonly Readonly<Record<string, AttributeValue>>[] => {
  const shifted = (json: string) => json.replace(INSTANT, (instant) => String(Number(instant) + ended - RECORDED));
  const valueOf = ({ S, N, B }: Raw[string]): AttributeValue => {
    if (B !== undefined) return { B: deflateRawSync(shifted(inflateRawSync(Buffer.from(B, 'base64')).toString('utf8'))) };
    return N === undefined ? { S: shifted(S ?? '') } : { N: shifted(N) };
  };
  return (JSON.parse(read('table.json')) as readonly Raw[]).map((item) =>
    Object.fromEntries(Object.entries(item).map(([name, value]) => [name, valueOf(value)])),
  );
};

/** The text of a state file after two checks of the same registry on the machine itself. */
export const storedFile = (): string => read('file.json');

/** The registry of those runs without the endpoints named. */
export const storedRegistry = (...without: readonly string[]): Registry => {
  const document = JSON.parse(read('registry.json')) as { readonly endpoints: readonly { readonly name: string }[] };
  const endpoints = document.endpoints.filter(({ name }) => !without.includes(name));
  const parsed = parseRegistry(JSON.stringify({ ...document, endpoints }), '/registry.json');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  return parsed.value.registry;
};
