import type { Credentials } from '../../pki/identity/identity.ts';
import { type CopiedScenario, type MintControl, type Minted, mintIssuedBy, mintLike } from '../../pki/mint/mint.ts';

const REMEMBERED = 1_000;
const minted = new Map<string, Promise<Minted>>();

/** Remembered once a process: secure contexts are cached by the object that they were made from. */
const once = (key: string, make: () => Promise<Minted>): Promise<Minted> => {
  const known = minted.get(key);
  if (known !== undefined) return known;
  if (minted.size >= REMEMBERED) minted.clear();
  const made = make();
  minted.set(key, made);
  // A failed copy is not cached: the next run tries again.
  made.catch(() => minted.delete(key));
  return made;
};

const pathOf = ({ chain: [leaf, ...issuers] }: Credentials): MintControl | null =>
  leaf === undefined ? null : { leafDer: leaf.der, issuersDer: issuers.map(({ der }) => der) };

/** A copy for each control and scenario. Null where the control has no certificate. Rejects where it cannot be copied. */
export const mintedLike = (control: Credentials, scenario: CopiedScenario): Promise<Minted> | null => {
  const like = pathOf(control);
  return like === null ? null : once(`${scenario} ${control.chain[0]?.sha256}`, () => mintLike(like, scenario));
};

/** A copy of the control that `signer` signs with its own key. As `mintedLike` for the rest. */
export const mintedBy = (signer: Credentials, control: Credentials): Promise<Minted> | null => {
  const [like, path] = [pathOf(control), pathOf(signer)];
  if (like === null || path === null) return null;
  const key = `${signer.chain[0]?.sha256} ${control.chain[0]?.sha256}`;
  return once(key, () => mintIssuedBy(like, { ...path, privateKey: signer.privateKey }));
};
