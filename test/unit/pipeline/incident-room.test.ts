import { describe, expect, test } from 'vitest';
import type { CheckResult } from '../../../shared/model/report.ts';
import { absorbDue } from '../../../shared/pipeline/announce/absorb-due.ts';
import type { OutgoingMessage } from '../../../shared/pipeline/ports.ts';
import { digest } from '../../../shared/publish/groups.ts';
import { isEnd } from '../../../shared/regression/arrival.ts';
import { desk, type Seen } from '../../helpers/desk.ts';
import { dying } from '../../helpers/dying-ports.ts';
import { fail, pass, startOf, unsure } from '../../helpers/judged.ts';

/** Names that deflate badly. */
const names = (count: number) => Array.from({ length: count }, (_, at) => `svc-${digest([String(at)]).slice(0, 20)}`);
const everywhere = (
  all: readonly string[],
  result: (own: Partial<CheckResult>) => CheckResult,
  owners = 1,
): readonly Seen[] =>
  all.map((endpoint, at) => ({
    suite: 'certificates',
    owner: `team-${at % owners}`,
    results: [
      result({ id: `${endpoint}/served-certificate`, endpoint, scenario: 'served-certificate', subject: null }),
    ],
  }));
const weak = (own: Partial<CheckResult>) =>
  fail('SERVED_KEY_WEAK', { ...own, message: `${own.endpoint} has 1024 bits.` });
const down = (own: Partial<CheckResult>) => unsure('UNREACHABLE', { ...own, cause: 'ENDPOINT_DOWN' });

const namesIn = (sent: readonly OutgoingMessage[]) => sent.reduce((sum, { members }) => sum + members.length, 0);
const dueIn = ({ store }: ReturnType<typeof desk>) => [...store.items.values()].flatMap(({ value }) => value.due);

describe('more than the record has room for: everything is told all the same', () => {
  test('thousands of incidents that end in one run', async () => {
    const all = names(4500);
    const world = desk();
    await world.run(...everywhere(all, weak));
    expect(namesIn(world.sent)).toBe(all.length);
    world.sent.length = 0;
    await world.run(...everywhere(all, (own) => pass({ ...own, message: `${own.endpoint} is sound.` })));
    expect(namesIn(world.sent)).toBe(all.length);
    expect(dueIn(world)).toEqual([]);
    expect(world.board().open).toEqual([]);
  }, 120_000);

  test('a record that is much smaller than its names', async () => {
    const all = names(600);
    const world = desk(startOf(3), 12_000);
    await world.run(...everywhere(all, weak));
    expect(namesIn(world.sent)).toBe(all.length);
    for (let later = 0; later < 3; later += 1) await world.run(...everywhere(all, weak));
    expect(world.told().map(({ kind }) => kind)).toContain('reminder');
    world.sent.length = 0;
    await world.run(...everywhere(all, pass));
    for (let later = 0; later < 3; later += 1) await world.run();
    expect(namesIn(world.sent)).toBe(all.length);
    expect(world.sent.every(({ body }) => body.includes('recovery'))).toBe(true);
    expect(dueIn(world)).toEqual([]);
    expect(world.board().open).toEqual([]);
  }, 120_000);

  test('one outage of many owners: each owner is told once that it is over, and of how many endpoints', async () => {
    const all = names(4500);
    const world = desk();
    for (let runs = 0; runs < 2; runs += 1) await world.run(...everywhere(all, down, 60));
    const [{ incident } = { incident: null }] = world.told();
    for (let runs = 0; runs < 2; runs += 1) await world.run(...everywhere(all, pass, 60));
    const ends = world.told().filter(isEnd);
    expect(new Set(ends.map(({ owner }) => owner)).size).toBe(60);
    expect(ends.map((end) => end.incident?.key)).toEqual(ends.map(() => incident?.key));
    expect(ends.map((end) => end.incident?.endpoints)).toEqual(ends.map(() => all.length));
    expect(ends[0]?.message).toContain('It was about 4500 endpoints.');
  }, 120_000);

  test('a state file, which tells all at once, has no such bound', async () => {
    const all = names(1100);
    const world = desk();
    await world.run(...everywhere(all, weak));
    await world.runWith((ports) => dying(ports, { at: 1, acts: false }), ...everywhere(all, pass));
    const settings = { ...world.ports.settings, mostClosings: Number.POSITIVE_INFINITY };
    await absorbDue({ ...world.ports, settings }, await world.store.withDue());
    expect(dueIn(world).filter(({ transition }) => transition.incident === undefined)).toEqual([]);
    expect(world.board().open).toEqual([]);
  }, 120_000);
});
