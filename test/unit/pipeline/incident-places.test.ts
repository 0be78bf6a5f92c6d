import { expect, test } from 'vitest';
import { SUITES, type Suite } from '../../../shared/model/names.ts';
import type { AnnouncePorts } from '../../../shared/pipeline/announce/announce.ts';
import { desk } from '../../helpers/desk.ts';
import { fail, pass } from '../../helpers/judged.ts';
import { PLACES, wideRun } from '../../helpers/wide-world.ts';

const [A, , B] = PLACES.keys();

const world = () => {
  const made = desk();
  const marks = PLACES.map(() => new Set<string>());
  const seen = (suite: Suite) => wideRun(suite, (place) => marks[place] ?? new Set());
  return {
    ...made,
    at: (place: number | undefined) => marks[place ?? -1] ?? new Set<string>(),
    see: (suite: Suite) => made.run(...seen(suite)),
    seeWith: (ports: (own: AnnouncePorts) => AnnouncePorts, suite: Suite) => made.runWith(ports, ...seen(suite)),
  };
};

test('what an incident explained at one endpoint is told once it goes on at other endpoints only', async () => {
  const { at, see, told, board } = world();
  for (const place of [A, B]) at(place).add('refused');
  for (let run = 0; run < 2; run += 1) await see('enforcement');
  at(A).add('waived valid-identity/checkout');
  for (let run = 0; run < 3; run += 1) for (const suite of SUITES) await see(suite);
  const of = (owner: string) => told().filter((item) => item.owner === owner);
  expect(of('team-a').map(({ kind, endpoint }) => [kind, endpoint])).toEqual([
    ['regression', 'a'],
    ['blind', 'a'],
  ]);
  expect(of('team-b').map(({ kind, endpoint }) => [kind, endpoint])).toEqual([['regression', 'b']]);
  for (const place of [A, B]) at(place).clear();
  for (let run = 0; run < 3; run += 1) for (const suite of SUITES) await see(suite);
  expect(board().open).toEqual([]);
});

test('an incident of which one finding became another before the others were over is closed with these', async () => {
  const { at, see, seeWith, board, told } = world();
  const isDown = (ports: AnnouncePorts) => ({ ...ports, publish: () => Promise.reject(new Error('SNS is down')) });
  for (const mark of ['unverified', 'fails']) at(B).add(mark);
  await see('enforcement');
  await seeWith(isDown, 'enforcement');
  at(B).delete('fails');
  for (const suite of ['isolation', 'enforcement'] as const) await seeWith(isDown, suite);
  at(B).clear();
  for (let run = 0; run < 4; run += 1) for (const suite of SUITES) await see(suite);
  expect(board().open).toEqual([]);
  const opened = new Set(told().map(({ incident }) => incident?.key));
  expect(opened.size).toBe(3);
});

test('a closing says at how many addresses it was', async () => {
  const { run, sent, told } = desk();
  await run({ results: [fail('ACCEPTED_NO_CERTIFICATE', { share: { alike: 1, addresses: 3 } })] });
  await run({ results: [pass()] });
  expect(told().map(({ share }) => share)).toEqual([
    { alike: 1, addresses: 3 },
    { alike: 1, addresses: 3 },
  ]);
  for (const { subject } of sent) expect(subject).toContain('at 1 of 3 addresses');
});
