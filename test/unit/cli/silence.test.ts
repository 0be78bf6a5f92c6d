import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  acknowledge,
  endOfSilence,
  listSilences,
  type SilenceOptions,
  silence,
} from '../../../functions/cli/commands/silence.ts';
import { openFileStore } from '../../../functions/cli/file-store.ts';
import { INCIDENTS } from '../../../shared/model/incident.ts';
import { SILENCES, type Silence } from '../../../shared/model/silence.ts';
import { HOUR, iso } from '../../../shared/model/time.ts';
import { absorbDue } from '../../../shared/pipeline/announce/absorb-due.ts';
import { addSilence, keptSilences, MOST_SILENCES } from '../../../shared/pipeline/announce/keep-silences.ts';
import { recordResults } from '../../../shared/pipeline/announce/record-results.ts';
import { anUpdate, open, pass, startOf } from '../../helpers/judged.ts';
import { memoryStateStore } from '../../helpers/memory-store.ts';

let folder = '';
let state = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'silence-'));
  state = join(folder, 'state.json');
  await writeFile(state, JSON.stringify({ schema: 'mtls-monitor/state/v1', items: [] }));
});
afterEach(() => rm(folder, { recursive: true }));

const NOW = startOf(100);
const add = (own: Partial<SilenceOptions> = {}) =>
  silence({ state, endpoint: 'payments', until: '2h', reason: 'renewal', by: 'ada', ...own }, NOW);
const kept = async (): Promise<readonly Silence[]> =>
  ((await (await openFileStore(state)).store.read(SILENCES))?.value.silences ?? []) as readonly Silence[];

/** A run with one result, and what is told of it. */
const run = async (at: number, result = open()) => {
  const { store, close } = await openFileStore(state);
  const { key } = await recordResults(store, anUpdate(at, [result]));
  await absorbDue({ store, clock: () => startOf(at), settings: { remindAfter: HOUR } }, [key]);
  return (await close()).map(({ kind }) => kind);
};
const keyOf = async (): Promise<string> =>
  (await (await openFileStore(state)).store.read(INCIDENTS))?.value.incidents?.open[0]?.key ?? '';

describe('a silence in a state file', () => {
  test('is kept with its end, its reason and who asked for it, listed, and ended', async () => {
    const text = await add();
    const [made] = await kept();
    expect(made).toMatchObject({ endpoint: 'payments', until: NOW + 2 * HOUR, reason: 'renewal', by: 'ada' });
    expect(text).toContain(`${iso(NOW + 2 * HOUR).slice(0, 16)}Z`);
    expect(text).toContain('nothing that is open now');
    expect(await listSilences({ state }, NOW)).toMatch(/endpoint payments[\s\S]*renewal[\s\S]*ada/);
    expect(await listSilences({ state }, NOW + 3 * HOUR)).toContain('Nothing is silenced.');
    await endOfSilence(made?.id ?? '', { state }, NOW);
    expect(await kept()).toEqual([]);
  });

  test('of an endpoint that the state does not know is made all the same, and names the nearest', async () => {
    await run(1);
    expect(await add()).not.toContain('Mind its name');
    expect(await add({ endpoint: 'payment' })).toContain(
      'Mind its name: the state has no check of an endpoint payment; did you mean "payments"?',
    );
  });

  test('keeps its findings from being told, until it is ended', async () => {
    await silence({ state, endpoint: 'payments', until: '2h', reason: 'renewal' }, startOf(0));
    expect(await run(1)).toEqual([]);
    expect(await run(2)).toEqual([]);
    expect(await listSilences({ state }, startOf(2))).toContain('1 open incident');
    const [made] = await kept();
    await endOfSilence(made?.id ?? '', { state }, startOf(2));
    expect(await run(3)).toEqual([]);
    expect(await run(4)).toEqual(['regression']);
    expect(await run(5, pass())).toEqual(['recovery']);
  });

  test('what was never told has no recovery', async () => {
    await silence({ state, endpoint: 'payments', until: '2h', reason: 'renewal' }, startOf(0));
    expect([await run(1), await run(2, pass()), await run(3)]).toEqual([[], [], []]);
  });

  test('an incident is acknowledged by the beginning of its key; its closing is told', async () => {
    expect(await run(1)).toEqual(['regression']);
    const key = await keyOf();
    expect(await acknowledge(key.slice(0, 8), { state, reason: 'on it' }, startOf(1))).toContain('payments');
    for (let at = 2; at < 200; at += 60) expect(await run(at)).toEqual([]);
    expect(await listSilences({ state }, startOf(200))).toContain('acknowledged');
    expect(await run(300, pass())).toEqual(['recovery']);
    expect(await listSilences({ state }, startOf(301))).toContain('Nothing is silenced.');
  });

  test.each([
    [{ until: 'soon' }, 'expected a duration'],
    [{ until: '1969-01-01' }, 'is over'],
    [{ until: '9999d' }, 'a year at the most'],
    [{ endpoint: undefined }, '--endpoint, --cause, --owner or --incident'],
    [{ endpoint: ' ' }, '--endpoint is empty'],
    [{ cause: 'ENDPOINT_DOWM' }, 'did you mean "ENDPOINT_DOWN"?'],
    [{ reason: ' ' }, '--reason is empty'],
    [{ incident: '0f3c9a' }, 'nothing is open'],
    [{ stack: 'MtlsMonitor' }, 'expected one of --stack'],
    [{ state: undefined }, 'expected one of --stack'],
    [{ state: '/nowhere/state.json' }, 'there is no state at'],
  ])('%j is refused', async (own, message) => {
    await expect(add(own as Partial<SilenceOptions>)).rejects.toThrow(message);
    expect(await kept()).toEqual([]);
  });

  test('an id that is mistyped is named', async () => {
    await add();
    const [made] = await kept();
    await expect(endOfSilence(`${made?.id.slice(0, 7)}x`, { state }, NOW)).rejects.toThrow(`"${made?.id}"`);
  });

  test('what cannot be read stays, silences nothing, and is said', async () => {
    const bad = [{ id: 'x', until: 'friday' }, 'text'];
    const item = { key: SILENCES, suite: null, checks: {}, chains: {}, silences: bad };
    await writeFile(state, JSON.stringify({ schema: 'mtls-monitor/state/v1', items: [item] }));
    expect(await run(1)).toEqual(['regression']);
    expect(await listSilences({ state }, NOW)).toContain('2 more cannot be read');
    await add();
    expect(await kept()).toMatchObject([...bad, { endpoint: 'payments' }]);
    expect(await readFile(state, 'utf8')).toContain('renewal');
  });
});

describe('who comes at the same time', () => {
  const made = (id: string): Silence => ({ id, endpoint: 'a', since: 0, until: NOW, reason: 'r', by: '' });

  test('takes nothing of another one away', async () => {
    const store = memoryStateStore();
    await Promise.all(['1', '2', '3', '4'].map((id) => addSilence(store, made(id), 0)));
    const { stored } = await keptSilences(store);
    expect(stored.map((each) => (each as Silence).id).toSorted()).toEqual(['1', '2', '3', '4']);
  });

  test('finds no room for more than the record has, until some are over', async () => {
    const store = memoryStateStore();
    for (let at = 0; at < MOST_SILENCES; at += 1) expect(await addSilence(store, made(`${at}`), 0)).toBe(true);
    expect(await addSilence(store, made('more'), 0)).toBe(false);
    expect(await addSilence(store, { ...made('later'), until: NOW + 1 }, NOW)).toBe(true);
    expect((await keptSilences(store)).stored).toHaveLength(1);
  });
});
