/** The registry’s sources as the inventory has kept them, held against its endpoints. */
import type { Reading } from '../../model/claim.ts';
import type { ConfigurationSource } from '../../model/configuration-source.ts';
import type { HeldSources } from '../../model/configured.ts';
import { INVENTORY_SERVICES, serviceSource } from '../../model/inventory.ts';
import type { Registry } from '../../model/registry.ts';
import { instantOf, iso } from '../../model/time.ts';
import { heldSources, type SourceReading } from '../../verdict/configured/held-sources.ts';
import type { InventoryStore } from '../ports.ts';

/** Files are the command line’s: what is deployed cannot see them. */
export const isDeployed = ({ from }: ConfigurationSource): boolean => from.kind === 'export' || from.kind === 'aws';

const NONE: HeldSources = { covered: {}, states: [] };
const NOTHING_YET = 'the inventory has kept nothing of it yet';

/** Never rejects: where the readings cannot be read, each source says so, and nothing is judged by it. */
export const deployedSources = async (
  { sources = {}, endpoints }: Pick<Registry, 'sources' | 'endpoints'>,
  { load }: Pick<InventoryStore, 'load'>,
): Promise<HeldSources> => {
  const deployed = Object.values(sources).filter(isDeployed);
  if (deployed.length === 0) return NONE;
  const read = await load().catch(() => null);
  const kept = new Map((read ?? []).map((reading) => [reading.source, reading]));
  const reason = read === null ? 'what the inventory has kept could not be read' : NOTHING_YET;
  return heldSources(
    endpoints,
    deployed.map((source) => readingOf(source, kept, reason)),
  );
};

const readingOf = (source: ConfigurationSource, kept: ReadonlyMap<string, Reading>, reason: string): SourceReading => {
  const { from, name } = source;
  const keys =
    from.kind === 'aws' ? INVENTORY_SERVICES.filter((each) => from.services.includes(each)).map(serviceSource) : [name];
  const readings = keys.map((key) => kept.get(key));
  const missing = keys.filter((_, at) => readings[at] === undefined);
  const found = readings.filter((reading) => reading !== undefined);
  const [first, ...others] = found;
  // Of a source in several parts, one that is missing makes the whole doubtful: a bypass could stand in it.
  if (first === undefined || missing.length > 0)
    return { source, reading: null, reason: keys.length > 1 ? `${reason}: ${missing.join(', ')}` : reason };
  return { source, reading: others.length === 0 ? named(first, name) : joined(name, found), reason: null };
};

const named = (reading: Reading, source: string): Reading => ({ ...reading, source });

/** As old as the oldest. */
const joined = (source: string, readings: readonly Reading[]): Reading => ({
  schema: 'mtls-monitor/claims/v1',
  source,
  readAt: iso(Math.min(...readings.map(({ readAt }) => instantOf(readAt)))),
  claims: readings.flatMap(({ claims }) => claims),
  certificates: readings.flatMap(({ certificates }) => certificates),
  problems: readings.flatMap(({ problems }) => problems),
});
