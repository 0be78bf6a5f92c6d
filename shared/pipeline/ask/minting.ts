import type { MintedScenario } from '../../model/probe.ts';
import type { Credentials } from '../../pki/identity/identity.ts';
import { type Minted, mintLike } from '../../pki/mint/mint.ts';

const REMEMBERED = 1_000;
const minted = new Map<string, Promise<Minted>>();

/** Minted once a process for each control and scenario: a secure context is kept with the very object it was made from. */
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
  // A control that cannot be copied is tried again in the next run.
  made.catch(() => minted.delete(key));
  return made;
};
