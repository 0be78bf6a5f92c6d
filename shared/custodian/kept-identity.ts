/** The identities that a custodian keeps valid for their test. */
import type { Fault } from '../model/names.ts';
import type { Registry } from '../model/registry.ts';

export type KeptIdentity = {
  readonly name: string;
  readonly fault: Fault;
  readonly secret: string;
  /** The secret of the identity whose names it has. */
  readonly like: string;
};

/** Returns the identities with a fault and `like`, if both are secrets and the identity named by `like` has no passphrase. */
export const keptIdentities = ({ identities }: Pick<Registry, 'identities'>): readonly KeptIdentity[] =>
  Object.values(identities).flatMap(({ name, fault, source, like }) => {
    const model = like === undefined ? undefined : identities[like];
    if (fault === null || source.kind !== 'secret' || model?.source.kind !== 'secret' || model.passphrase !== null)
      return [];
    return [{ name, fault, secret: source.secret, like: model.source.secret }];
  });
