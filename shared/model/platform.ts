/** What a kind of server is. Its records stand in `platform-records.ts`, and `docs/reference/cures.md` has the table. */

import type { ProtocolName } from './protocol.ts';

/**
 * What is mended. `request`: no certificate is requested. `require`: a client without one is served. `verify`: any certificate is taken. `plaintext`: the
 * port serves clients without TLS. `authorize`: an identity is let in that must not. `headers`: a client may name its own identity. `revocation`: revoked
 * certificates are taken. `names`: another name than the handshake's is served. `sessions`: a session of another name is resumed.
 */
export const MENDINGS = [
  'request',
  'require',
  'verify',
  'plaintext',
  'authorize',
  'headers',
  'revocation',
  'names',
  'sessions',
] as const;
export type Mending = (typeof MENDINGS)[number];

/** What an answer says of the program that made it: the values of its header fields, at most 200 characters, never shown; null without the field. */
export type Marks = { readonly server: string | null; readonly via: string | null };

export type Platform = {
  /** As `platform` of an endpoint spells it. */
  readonly name: string;
  readonly title: string;
  /** What the `Server` header field is like (RFC 9110 §10.2.4). Absent: it has none of its own. */
  readonly server?: RegExp;
  /** What the `Via` header field is like (RFC 9110 §7.6.3). Absent: it adds none, or none of its own. */
  readonly via?: RegExp;
  /** A name of a protocol that this program alone speaks. */
  readonly protocol?: ProtocolName;
  readonly cures: Readonly<Partial<Record<Mending, string>>>;
};
