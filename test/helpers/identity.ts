import type { Fault } from '../../shared/model/names.ts';
import type { Identity } from '../../shared/model/registry.ts';

export const anIdentity = (name: string, fault: Fault | null = null): Identity => ({
  name,
  source: { kind: 'secret', secret: name },
  passphrase: null,
  principal: null,
  fault,
});
