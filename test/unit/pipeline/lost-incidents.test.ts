import { describe, expect, test } from 'vitest';
import { INCIDENTS } from '../../../shared/model/incident.ts';
import { type AnnouncePorts, announce } from '../../../shared/pipeline/announce/announce.ts';
import { incidentWorld } from '../../helpers/incident-world.ts';
import { NO_ORIGIN } from '../../helpers/transition.ts';

/** The record of the incidents cannot be read. */
const without =
  (error: Error) =>
  (ports: AnnouncePorts): AnnouncePorts => ({
    ...ports,
    store: {
      ...ports.store,
      read: (key) => (key === INCIDENTS ? Promise.reject(error) : ports.store.read(key)),
    },
  });

const newer = Object.assign(new Error('of a newer form'), { name: 'NewerState' });
const inflated = Object.assign(new Error('invalid distance'), { code: 'Z_DATA_ERROR' });

describe('a record of the incidents that nobody can read', () => {
  test.each([new SyntaxError('no JSON'), newer, inflated])('silences nothing: %s', async (error) => {
    const world = incidentWorld(['a', 'b']);
    for (const faults of world.faults.values()) faults.add('open');
    await world.run('enforcement', without(error));
    expect(world.told().map(({ kind, endpoint }) => `${kind} ${endpoint}`)).toEqual(['regression a', 'regression b']);
    for (const faults of world.faults.values()) faults.clear();
    await world.run('enforcement', without(error));
    expect(
      world
        .told()
        .slice(2)
        .map(({ kind, endpoint }) => `${kind} ${endpoint}`),
    ).toEqual(['recovery a', 'recovery b']);
    expect(world.store.items.has(INCIDENTS)).toBe(false);
    // A report always asks for the run's own key.
    const keys = ['run/default/enforcement'];
    const { failures, pending } = await announce(without(error)(world.ports), keys, { id: 'later' }, NO_ORIGIN);
    expect([failures, pending]).toEqual([[error.message], 1]);
  });

  test('is waited for while its error may pass: nothing is decided, and nothing is lost', async () => {
    const world = incidentWorld(['a']);
    world.faults.get('a')?.add('open');
    await world.run('enforcement', without(new Error('ECONNRESET')));
    expect(world.told()).toEqual([]);
    await world.run('enforcement');
    expect(world.told().map(({ kind, endpoint }) => `${kind} ${endpoint}`)).toEqual(['regression a']);
  });
});
