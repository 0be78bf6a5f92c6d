/** Names of a registry from names of anything. */

const MOST = 64;
/** A scenario’s own checks have this name. */
const RESERVED = 'identity-health';

/** At most 64 small letters, digits and hyphens; `fallback` where nothing of the text is left. */
export const slugOf = (text: string, fallback: string): string => {
  const slug = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, MOST)
    .replaceAll(/^-+|-+$/g, '');
  if (slug === RESERVED) return `${RESERVED}-endpoint`;
  return slug === '' ? fallback : slug;
};
