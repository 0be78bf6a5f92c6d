/** Fields that mean nothing at an endpoint of another scheme: refused, for ignoring one would leave something untested. */
import { recordOf } from '../protocol/protocols.ts';
import type { Problem } from './error.ts';
import { FIELD_SCHEMES } from './protocol-fields.ts';
import type { EndpointDocument } from './registry-document.ts';

const HTTP = Object.keys(recordOf('http').schemes);
const BELONGS: Readonly<Record<string, readonly string[]>> = {
  ...FIELD_SCHEMES,
  // What is asked there is an HTTP request.
  ...({ routes: HTTP, bypasses: HTTP } satisfies Partial<Record<keyof EndpointDocument, readonly string[]>>),
};

/** `fields`: an endpoint that nobody has validated. */
export const misplacedFields = (
  keys: readonly PropertyKey[],
  fields: Readonly<Record<string, unknown>>,
): readonly Problem[] => {
  const { url } = fields;
  // Whatever is no text may not even be made one.
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
