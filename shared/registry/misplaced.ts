/** Fields that belong to another scheme than the endpoint's. They are refused: if one was ignored, its requirement would not be tested. */
import { recordOf } from '../protocol/protocols.ts';
import type { Problem } from './error.ts';
import { FIELD_SCHEMES } from './protocol-fields.ts';
import type { EndpointDocument } from './registry-document.ts';

const HTTP = Object.keys(recordOf('http').schemes);
const BELONGS: Readonly<Record<string, readonly string[]>> = {
  ...FIELD_SCHEMES,
  // Routes and bypasses are tested with HTTP requests.
  ...({ routes: HTTP, bypasses: HTTP } satisfies Partial<Record<keyof EndpointDocument, readonly string[]>>),
};

/** `fields`: an endpoint that is not validated yet. */
export const misplacedFields = (
  keys: readonly PropertyKey[],
  fields: Readonly<Record<string, unknown>>,
): readonly Problem[] => {
  const { url } = fields;
  // A value of another type may throw when it is converted to text.
  const scheme = typeof url === 'string' ? /^([a-z]+):/i.exec(url)?.[1]?.toLowerCase() : undefined;
  return Object.entries(BELONGS)
    .filter(([field, own]) => fields[field] !== undefined && scheme !== undefined && !own.includes(scheme))
    .map(([field, own]) => ({
      keys: [...keys, field],
      at: 'key',
      code: 'CONFLICT',
      message: `${field} belongs to ${own.map((each) => `${each}://`).join(' and ')} endpoints; this one is ${scheme}://`,
    }));
};
