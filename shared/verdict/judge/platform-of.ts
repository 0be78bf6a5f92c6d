/** Which kind of server an endpoint is: what the registry says, what alone speaks its protocol, or what its answers say. */
import { PLATFORMS } from '../../model/platform-records.ts';
import { type KnownPlatform, recognised } from '../../model/platforms.ts';
import type { Endpoint } from '../../model/registry.ts';
import type { Attempt } from './trial.ts';

/** Null where nothing says it. The first answer that says it counts: controls come first. */
export const platformOf = (
  { platform, protocol }: Pick<Endpoint, 'platform' | 'protocol'>,
  attempts: readonly Attempt[],
): KnownPlatform | null => {
  if (platform !== undefined) return { name: platform, from: 'registry' };
  const spoken = PLATFORMS.find((each) => each.protocol === protocol.kind);
  if (spoken !== undefined) return { name: spoken.name, from: 'protocol' };
  for (const { observation } of attempts) {
    const found = observation.answer?.kind === 'http' ? recognised(observation.answer.marks) : null;
    if (found !== null) return found;
  }
  return null;
};
