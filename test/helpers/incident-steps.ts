/** What happens in the worlds of the incidents' laws: faults come and go at endpoints, and suites run. */
import fc from 'fast-check';
import type { Suite } from '../../shared/model/names.ts';
import { WORLD_FAULTS } from './incident-world.ts';

export const ENDPOINTS = ['a', 'b', 'c'];

/** As on AWS: enforcement often, the others seldom. */
export const suite = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Suite>('enforcement') },
  { weight: 1, arbitrary: fc.constantFrom<Suite>('isolation', 'certificates') },
);

export const change = fc.record({
  endpoint: fc.constantFrom(...ENDPOINTS),
  fault: fc.constantFrom(...WORLD_FAULTS),
  on: fc.boolean(),
});
