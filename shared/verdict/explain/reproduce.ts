/** One line for a shell that asks what a check asked. Keys and secrets are file names to fill in, never values. */
import type { Check } from '../../model/check.ts';
import type { Endpoint } from '../../model/registry.ts';
import { reproduceLine } from '../../protocol/protocols.ts';

/** Null for a check that opens no connection of its own. */
export const reproduceText = (check: Check, endpoint: Endpoint): string | null =>
  check.presented === null ? null : reproduceLine({ ...check, presented: check.presented }, endpoint);
