/** One inventory: each service and each source of exports becomes a reading that is kept. One that cannot be read keeps its last reading, and loses no other. */
import type { SourceFile } from '../../shared/claims/document.ts';
import { readSource } from '../../shared/claims/read-source.ts';
import type { Reading, ReadingProblem } from '../../shared/model/claim.ts';
import { type InventoryService, serviceSource, sourceOfExport } from '../../shared/model/inventory.ts';
import type { Instant } from '../../shared/model/time.ts';
import type { ClusterExports, InventoryStore, StoredExport } from '../../shared/pipeline/ports.ts';

export type ServiceReading = {
  readonly service: InventoryService;
  readonly files: readonly SourceFile[];
  readonly problems: readonly ReadingProblem[];
  readonly failed: string | null;
};

export type InventoryPorts = {
  /** Never rejects. */
  readonly services: () => Promise<readonly ServiceReading[]>;
  /** Null: no exports are asked for. */
  readonly exports: ClusterExports | null;
  readonly store: Pick<InventoryStore, 'put'>;
  readonly now: () => Instant;
};

/** `wrote`: whether the kept reading was replaced. */
export type Taken =
  | {
      readonly source: string;
      readonly claims: number;
      readonly certificates: number;
      readonly problems: number;
      readonly wrote: boolean;
    }
  | { readonly source: string; readonly failed: string };

/** Largest export that is read, in bytes. */
const MOST_BYTES = 48 * 1024 * 1024;

/** Never rejects. */
export const takeInventory = async ({ services, exports, store, now }: InventoryPorts): Promise<readonly Taken[]> => {
  const taken: Taken[] = [];
  for (const { service, files, problems, failed } of await services()) {
    const source = serviceSource(service);
    const readAt = now();
    const read = () => ({ ...readSource(files, { source, readAt, now: readAt }), extra: problems });
    taken.push(failed === null ? await kept(source, store, read) : { source, failed });
  }
  if (exports !== null) taken.push(...(await takeExports(exports, store, now)));
  return taken;
};

const takeExports = async (
  exports: ClusterExports,
  store: InventoryPorts['store'],
  now: () => Instant,
): Promise<readonly Taken[]> => {
  const listed = await exports.list().catch((error: unknown) => nameOf(error));
  if (typeof listed === 'string') return [{ source: 'exports', failed: `they cannot be listed: ${listed}` }];
  const sources = Map.groupBy(listed, ({ key }) => sourceOfExport(key));
  const taken: Taken[] = [];
  for (const [source, objects] of sources) {
    // A folder's own object, or a name that no source can have.
    if (source === null) continue;
    taken.push(await kept(source, store, () => readExport(source, objects, exports, now())));
  }
  return taken;
};

/** As old as its oldest file: a source is not newer than what it is made of. */
const readExport = async (
  source: string,
  objects: readonly StoredExport[],
  exports: ClusterExports,
  now: Instant,
): Promise<Read> => {
  const readAt = Math.min(...objects.map(({ modifiedAt }) => modifiedAt));
  const small = objects.filter(({ size }) => size <= MOST_BYTES);
  const files: SourceFile[] = [];
  for (const { key } of small) files.push({ name: key, text: await exports.read(key) });
  const extra = objects
    .filter((each) => !small.includes(each))
    .map(({ key }) => ({ at: { file: key, line: null, object: null }, path: '', message: 'larger than 48 MiB' }));
  return { ...readSource(files, { source, readAt, now }), extra };
};

type Read = Reading & { readonly extra: readonly ReadingProblem[] };

const kept = async (
  source: string,
  store: InventoryPorts['store'],
  read: () => Read | Promise<Read>,
): Promise<Taken> => {
  try {
    const { extra, ...own } = await read();
    const reading = { ...own, problems: [...own.problems, ...extra] };
    const { claims, certificates, problems } = reading;
    const [first] = problems;
    // Of a source that cannot be read at all the last reading says more.
    if (first !== undefined && claims.length + certificates.length === 0)
      return {
        source,
        failed: `nothing in it can be read: ${first.at.file ?? first.at.object ?? 'an answer'}: ${first.message}`,
      };
    const wrote = await store.put(reading);
    return { source, claims: claims.length, certificates: certificates.length, problems: problems.length, wrote };
  } catch (error) {
    return { source, failed: nameOf(error) };
  }
};

const nameOf = (error: unknown): string =>
  error instanceof Error ? error.name.replaceAll(/[^\w.]/g, '') : 'no answer';
