/** Fields that mean nothing at an endpoint of another scheme: refused, for ignoring one would leave something untested. */
import type { Scheme } from '../model/endpoint-url.ts';
import type { Problem } from './error.ts';
import type { EndpointDocument } from './registry-document.ts';

const BELONGS: Readonly<Record<string, Scheme>> = {
  tls: 'tls',
  mqtt: 'mqtts',
  routes: 'https',
  bypasses: 'https',
} satisfies Partial<Record<keyof EndpointDocument, Scheme>>;

/** `fields`: an endpoint that nobody has validated. */
export const misplacedFields = (
  keys: readonly PropertyKey[],
  fields: Readonly<Record<string, unknown>>,
): readonly Problem[] => {
  const scheme = /^([a-z]+):/i.exec(String(fields['url']))?.[1]?.toLowerCase();
  return Object.entries(BELONGS)
    .filter(([field, own]) => fields[field] !== undefined && scheme !== undefined && scheme !== own)
    .map(([field, own]) => ({
      keys: [...keys, field],
      at: 'key',
      code: 'CONFLICT',
      message: `${field} belongs to ${own}:// endpoints; this one is ${scheme}://`,
    }));
};
