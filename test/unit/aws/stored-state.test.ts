/** State that the first form of the program wrote, read by this one. */
import { PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import { runLocks } from '../../../shared/aws/run-locks.ts';
import { adoptState } from '../../../shared/aws/state-adoption.ts';
import { NewerState, STATE_SCHEMA, stateStore } from '../../../shared/aws/state-store.ts';
import { openIn } from '../../../shared/model/open-state.ts';
import { placeOf } from '../../../shared/model/state-key.ts';
import { DAY } from '../../../shared/model/time.ts';
import { recordAll, recordResults } from '../../../shared/pipeline/announce/record-results.ts';
import { goneFrom, plannedPlaces } from '../../../shared/plan/planned-places.ts';
import type { ItemResult } from '../../../shared/regression/level.ts';
import { anUpdate, pass } from '../../helpers/judged.ts';
import { type Item, memoryDynamo } from '../../helpers/memory-dynamo.ts';
import { storedItems, storedRegistry } from '../../helpers/stored-state/stored.ts';

const NOW = Date.UTC(2026, 11, 2);
const stateKeys = storedItems().flatMap(({ pk }) => (placeOf(pk?.S ?? '') === null ? [] : [pk?.S ?? '']));
const OPEN = [
  ...['billing/default/enforcement', 'billing/default/isolation'],
  ...['ledger/default/certificates', 'ledger/default/enforcement', 'ledger/default/isolation'],
  ...['payments/default/enforcement', 'payments/default/isolation'],
].map((each) => `endpoint/${each}`);

const aTable = (items: readonly Item[] = storedItems()) => {
  const dynamo = memoryDynamo(items);
  return { ...dynamo, store: stateStore(dynamo.client, 'State', () => NOW) };
};
const attributes = (item: Item | undefined) => Object.keys(item ?? {}).toSorted();

describe('state of the first form', () => {
  test('the recorded table has what it is recorded for', () => {
    expect(stateKeys).toHaveLength(16);
    expect(storedItems().filter(({ schema, open }) => schema !== undefined || open !== undefined)).toEqual([]);
    expect(JSON.stringify(storedItems())).not.toMatch(/PRIVATE KEY/);
  });

  test('the same results once more announce nothing, and leave each finding open and in the index', async () => {
    const { store, table } = aTable();
    for (const key of stateKeys) {
      const before = (await store.read(key))?.value;
      const results = Object.entries(before?.checks ?? {}).map(([id, state]): ItemResult => {
        const { code, severity } = openIn(state) ?? { code: 'ACCEPTED', severity: 'none' };
        return pass({ id, verdict: state.candidate, code, severity });
      });
      const at = { id: 'run-new', startedAt: NOW };
      await recordResults(store, anUpdate(1, [], { key, results, plannedIds: results.map(({ id }) => id), run: at }));
      const after = (await store.read(key))?.value;
      expect(after?.due, key).toEqual(before?.due);
      expect(Object.entries(after?.checks ?? {}).map(([id, { announced }]) => [id, announced])).toEqual(
        Object.entries(before?.checks ?? {}).map(([id, { announced }]) => [id, announced]),
      );
      expect(table.get(key)?.['schema']).toEqual({ N: String(STATE_SCHEMA) });
    }
    expect((await store.withOpen()).toSorted()).toEqual([...OPEN, 'identity/missing']);
    expect((await store.withDue()).toSorted()).toEqual(OPEN.slice(0, 2));
  });

  test('is brought to this form once: what is open is found, what is right expires, and what is due stays due', async () => {
    const { client, table, store, calls } = aTable();
    const before = await Promise.all(stateKeys.map(async (key) => (await store.read(key))?.value));

    await adoptState(client, 'State', store, () => NOW);

    expect((await store.withOpen()).toSorted()).toEqual([...OPEN, 'identity/missing']);
    expect(await Promise.all(stateKeys.map(async (key) => (await store.read(key))?.value))).toEqual(before);
    const common = ['item', 'pk', 'schema', 'version'];
    expect(attributes(table.get(OPEN[0] ?? ''))).toEqual(['item', 'open', 'pending', 'pk', 'schema', 'version']);
    expect(attributes(table.get(OPEN[2] ?? ''))).toEqual(['item', 'open', 'pk', 'schema', 'version']);
    expect(attributes(table.get('endpoint/payments/default/certificates'))).toEqual(['expires', ...common]);
    for (const item of storedItems()) {
      const pk = item['pk']?.S ?? '';
      if (!stateKeys.includes(pk)) expect(table.get(pk), pk).toEqual(item);
    }
    const scans = calls(ScanCommand);
    await adoptState(client, 'State', store, () => NOW);
    expect(calls(ScanCommand)).toBe(scans);
  });

  test('after a roll back the next run sees that, and it is looked through once more', async () => {
    const { client, store, table, calls } = aTable();
    await adoptState(client, 'State', store, () => NOW);
    const locks = runLocks(client, 'State');
    const take = (run: string) => locks.take('running/default/enforcement', run, NOW, NOW + 1);
    const older = storedItems().find(({ pk }) => pk?.S === OPEN[5]);
    if (older === undefined) throw new Error('not recorded');

    // The recorded lock is of the first form: the state is looked through again, once.
    expect(await take('run-1')).toBe(true);
    const before = calls(ScanCommand);
    await adoptState(client, 'State', store, () => NOW);
    const scans = calls(ScanCommand);
    expect(scans).toBeGreaterThan(before);
    expect(await take('run-2')).toBe(true);
    await adoptState(client, 'State', store, () => NOW);
    expect(calls(ScanCommand)).toBe(scans);

    const lock = table.get('running/default/enforcement') ?? {};
    const { schema: _schema, ...bare } = lock;
    table.set('running/default/enforcement', bare);
    table.set(OPEN[5] ?? '', older);
    expect(await store.withOpen()).not.toContain(OPEN[5]);
    expect(await take('run-3')).toBe(true);
    await adoptState(client, 'State', store, () => NOW);
    expect(await store.withOpen()).toContain(OPEN[5]);
  });

  test('what is not done in time is left for the next report', async () => {
    const { client, store } = aTable();
    let now = NOW;
    const slow = () => {
      now += 90_000;
      return now;
    };
    await adoptState(client, 'State', store, slow);
    const first = await store.withOpen();
    expect(first.length).toBeGreaterThan(0);
    expect(first).not.toContain('identity/missing');
    await adoptState(client, 'State', store, () => NOW);
    expect((await store.withOpen()).toSorted()).toEqual([...OPEN, 'identity/missing']);
  });

  test('an endpoint that left with the upgrade is found', async () => {
    const { client, store } = aTable();
    await adoptState(client, 'State', store, () => NOW);
    const open = await store.withOpen();
    const request = { suite: 'enforcement', schedule: 'critical' } as const;
    const gone = (...names: readonly string[]) => goneFrom(plannedPlaces(storedRegistry(...names)), request, open);
    expect(gone()).toEqual([]);
    expect(gone('payments')).toEqual(['endpoint/payments/default/enforcement']);
  });
});

describe('what is written for time to come', () => {
  const KEY = 'endpoint/payments/default/certificates';
  const update = (at: number) => anUpdate(1, [pass()], { key: KEY, run: { id: `run-${at}`, startedAt: at } });

  test('an item that is right is written again once half of its time is over, and not before', async () => {
    const dynamo = memoryDynamo([]);
    let now = NOW;
    const store = stateStore(dynamo.client, 'State', () => now);
    const writes = async (days: number) => {
      now = NOW + days * DAY;
      const before = dynamo.calls(PutItemCommand);
      await recordResults(store, update(now));
      return dynamo.calls(PutItemCommand) - before;
    };
    // Two, until `settleAfter` is reached.
    expect([await writes(0), await writes(0.5)]).toEqual([1, 1]);
    expect([await writes(1), await writes(30), await writes(44)]).toEqual([0, 0, 0]);
    expect(await writes(46)).toBe(1);
    expect(await writes(47)).toBe(0);
    expect(Number(dynamo.table.get(KEY)?.['expires']?.N) * 1000).toBe(NOW + (46 + 90) * DAY);
  });

  test('that write may fail: nothing of the run does', async () => {
    const { client } = aTable();
    const store = stateStore(client, 'State', () => NOW);
    const denied = { ...store, write: () => Promise.reject(new Error('throttled')) };
    expect(
      await recordAll(denied, [anUpdate(1, [], { key: KEY, plannedIds: ['billing/served-certificate'] })]),
    ).toEqual([]);
  });
});

describe('an item of a newer form', () => {
  const KEY = 'endpoint/payments/default/enforcement';
  const newer = () =>
    storedItems().map((item) => (item['pk']?.S === KEY ? { ...item, schema: { N: String(STATE_SCHEMA + 1) } } : item));

  test('is refused by its name, and left as it is; the others of the batch are written', async () => {
    const { store, table } = aTable(newer());
    const before = table.get(KEY);
    await expect(store.read(KEY)).rejects.toThrow(NewerState);
    await expect(store.read(KEY)).rejects.toThrow(/endpoint\/payments.*form 3.*knows 2/);
    const other = 'endpoint/other/default/enforcement';
    const updates = [anUpdate(1, [pass()], { key: KEY }), anUpdate(1, [pass()], { key: other })];
    await expect(recordAll(store, updates)).rejects.toThrow(/1 of 2.*NewerState/);
    expect(table.get(KEY)).toEqual(before);
    expect(table.has(other)).toBe(true);
  });

  test('is not adopted', async () => {
    const { client, store, table } = aTable(newer());
    const before = table.get(KEY);
    await adoptState(client, 'State', store, () => NOW);
    expect(table.get(KEY)).toEqual(before);
  });
});
