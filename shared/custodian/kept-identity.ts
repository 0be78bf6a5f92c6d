/** Which identities a custodian keeps alive. */
import type { Fault } from '../model/names.ts';
import type { Registry } from '../model/registry.ts';

export type KeptIdentity = {
  readonly name: string;
  readonly fault: Fault;
  readonly secret: string;
  /** The secret of the identity whose names it bears. */
  readonly like: string;
};

/** Those with a fault and `like`, where both are secrets without a passphrase of their own. */
export const keptIdentities = ({ identities }: Pick<Registry, 'identities'>): readonly KeptIdentity[] =>
  Object.values(identities).flatMap(({ name, fault, source, like }) => {
    const model = like === undefined ? undefined : identities[like];
    if (fault === null || source.kind !== 'secret' || model?.source.kind !== 'secret' || model.passphrase !== null)
      return [];
    return [{ name, fault, secret: source.secret, like: model.source.secret }];
  });
