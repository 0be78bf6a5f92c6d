import type { MintedScenario } from '../../model/probe.ts';
import type { Credentials } from '../../pki/identity/identity.ts';
import { type Minted, mintLike } from '../../pki/mint/mint.ts';

const REMEMBERED = 1_000;
const minted = new Map<string, Promise<Minted>>();

/**
 * Minted once a process for each control and scenario: secure contexts are cached by the object that they were made from. Null where the control has no
 * certificate. Rejects where it cannot be copied.
 */
export const mintedLike = (
  { chain: [leaf, ...issuers] }: Credentials,
  scenario: MintedScenario,
): Promise<Minted> | null => {
  if (leaf === undefined) return null;
  const key = `${scenario} ${leaf.sha256}`;
  const known = minted.get(key);
  if (known !== undefined) return known;
  if (minted.size >= REMEMBERED) minted.clear();
  const made = mintLike({ leafDer: leaf.der, issuersDer: issuers.map(({ der }) => der) }, scenario);
  minted.set(key, made);
  // A failed copy is not cached: the next run tries again.
  made.catch(() => minted.delete(key));
  return made;
};
