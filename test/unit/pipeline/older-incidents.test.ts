import { describe, expect, test } from 'vitest';
import { INCIDENTS } from '../../../shared/model/incident.ts';
import type { AnnouncePorts } from '../../../shared/pipeline/announce/announce.ts';
import { desk } from '../../helpers/desk.ts';
import { dying } from '../../helpers/dying-ports.ts';
import { fail, pass, startOf } from '../../helpers/judged.ts';

const control = { id: 'payments/valid-identity/checkout' };
const dies = (ports: AnnouncePorts) => dying(ports, { at: 1, acts: false });

describe('state of an older version, which does not say what a finding is about', () => {
  const refused = { results: [fail('ACCEPTED_NO_CERTIFICATE', control)] };
  const aged = ({ store }: ReturnType<typeof desk>) => {
    store.items.delete(INCIDENTS);
    for (const [key, { value, version }] of store.items) {
      const checks = Object.entries(value.checks).map(([id, { announced, ...state }]) => {
        const { about: _, ...old } = announced ?? {};
        return [id, { ...state, announced: announced === null ? null : old }];
      });
      const due = value.due.map(({ transition: { about: _, ...transition }, claim }) => ({ transition, claim }));
      store.items.set(key, { value: { ...value, checks: Object.fromEntries(checks), due }, version });
    }
  };

  test('reminded of, then right: what the reminder opened is over', async () => {
    const world = desk(startOf(2));
    await world.run(refused);
    aged(world);
    for (let later = 0; later < 3; later += 1) await world.run(refused);
    await world.run({ results: [pass(control)] });
    const [, ...told] = world.told();
    expect(told.map(({ kind }) => kind)).toEqual([...told.slice(1).map(() => 'reminder'), 'recovery']);
    expect(told.length).toBeGreaterThan(1);
    expect(new Set(told.map(({ incident }) => incident?.key)).size).toBe(1);
    expect(world.board().open).toEqual([]);
  });

  test('still due, then right: what it opened is over', async () => {
    const world = desk();
    await world.runWith(dies, refused);
    aged(world);
    await world.run(refused);
    await world.run({ results: [pass(control)] });
    expect(world.told().map(({ kind }) => kind)).toEqual(['regression', 'recovery']);
    expect(new Set(world.told().map(({ incident }) => incident?.key)).size).toBe(1);
    expect(world.board().open).toEqual([]);
  });
});
