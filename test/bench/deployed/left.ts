/** What one run has left in the bucket and in the table, and whether anything was lost. */
import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { keysPending } from '../../../shared/aws/due-index.ts';
import { runStore } from '../../../shared/aws/run-store.ts';
import type { Verdict } from '../../../shared/model/names.ts';
import type { BatchResult } from '../../../shared/model/run.ts';
import type { Emulator } from '../../aws/support/emulator.ts';
import { configOf, s3Of } from '../../aws/support/monitor.ts';
import { type Kind, kindOfName } from './mixed-fleet.ts';

export type Objects = { readonly count: number; readonly bytes: number; readonly largest: number };

/** Objects below a prefix. */
export const objectsUnder = async (emulator: Emulator, Bucket: string, Prefix: string): Promise<Objects> => {
  const sizes: number[] = [];
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3Of(emulator) }, { Bucket, Prefix }))
    sizes.push(...Contents.map(({ Size = 0 }) => Size));
  return { count: sizes.length, bytes: sizes.reduce((sum, size) => sum + size, 0), largest: Math.max(0, ...sizes) };
};

export type Items = Objects & { readonly pending: number };

/** Items of the state table; their size is that of their attributes' values. `pending`: keys that wait for a report. */
export const itemsOf = async (emulator: Emulator, TableName: string): Promise<Items> => {
  const client = new DynamoDBClient(configOf(emulator));
  const sizes: number[] = [];
  for await (const { Items = [] } of paginateScan({ client }, { TableName }))
    for (const item of Items) {
      const values = Object.values(item).map(({ S, N, B }) => B?.length ?? Buffer.byteLength(S ?? N ?? ''));
      sizes.push(values.reduce((sum, size) => sum + size, 0));
    }
  const waiting = await Promise.all(
    (['state', 'message'] as const).map((kind) => keysPending(client, TableName, kind)),
  );
  return {
    ...{ count: sizes.length, largest: Math.max(0, ...sizes), pending: waiting.flat().length },
    bytes: sizes.reduce((sum, size) => sum + size, 0),
  };
};

export type Swept = {
  /** Batches of the plan, and those of the follow-up rounds. */
  readonly planned: number;
  readonly followUps: number;
  /** Batches without a result, with a state that was not written, or with checks that were not run. */
  readonly open: number;
  /** Names of the endpoints with results. */
  readonly endpoints: ReadonlySet<string>;
  /** Endpoints with at least one such verdict, by what they are. */
  readonly with: Readonly<Record<Kind, Readonly<Record<Verdict, ReadonlySet<string>>>>>;
  readonly checks: number;
  /** How many inconclusive checks of sound endpoints have a code. */
  readonly unsure: ReadonlyMap<string, number>;
};

const isOpen = (result: BatchResult | null): boolean =>
  result === null || result.state !== 'written' || !result.complete;

const verdicts = () => ({
  pass: new Set<string>(),
  fail: new Set<string>(),
  inconclusive: new Set<string>(),
  waived: new Set<string>(),
});

export const sweptIn = async (emulator: Emulator, bucket: string, run: string): Promise<Swept> => {
  const planned = (await objectsUnder(emulator, bucket, `runs/${run}/batches/`)).count;
  const first = ((await runStore(s3Of(emulator), bucket).readDocument(`runs/${run}/items.json`)) as unknown[]).length;
  const endpoints = new Set<string>();
  const seen = { sound: verdicts(), silent: verdicts(), refusing: verdicts() };
  const unsure = new Map<string, number>();
  let [open, checks] = [0, 0];
  for await (const result of runStore(s3Of(emulator), bucket).results(run, planned)) {
    if (isOpen(result)) open += 1;
    for (const { endpoint, verdict, code } of result?.checks ?? []) {
      if (endpoint === null) continue;
      checks += 1;
      endpoints.add(endpoint);
      const kind = kindOfName(endpoint);
      seen[kind][verdict].add(endpoint);
      if (kind === 'sound' && verdict === 'inconclusive') unsure.set(code, (unsure.get(code) ?? 0) + 1);
    }
  }
  return { planned: first, followUps: planned - first, open, endpoints, with: seen, checks, unsure };
};
