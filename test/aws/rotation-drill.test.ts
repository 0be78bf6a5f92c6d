/** Certificates and their CA replaced step by step, on both sides, while runs go on; and the same with a side that was forgotten. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Drills, type Generation, generation, type Run, startDrills } from './support/drill.ts';
import { type Emulator, startEmulator } from './support/emulator.ts';
import { canDeploy } from './support/world.ts';

const tools = await canDeploy();

let emulator: Emulator;
let older: Generation;
let newer: Generation;
let drills: Drills;

const codeOf = ({ report }: Run, scenario: string) =>
  report.checks.find((check) => check.endpoint === 'payments' && check.scenario === scenario)?.code;

describe.skipIf(!tools.ok)(`a rotation drill${tools.ok ? '' : ` (${tools.reason})`}`, () => {
  beforeAll(async () => {
    if (!tools.ok) return;
    [emulator, older, newer] = await Promise.all([startEmulator(tools.tool), generation(), generation()]);
    drills = startDrills(emulator, older);
  });
  afterAll(async () => {
    await drills?.end();
    await emulator?.stop();
  });

  test('step by step: never a false regression, and one notice that another certificate is served', async () => {
    const { party, secret, trust, run } = await drills.drill();
    const both = [older.ca, newer.ca];
    const steps: readonly (readonly [step: string, work: () => unknown, rotation: string | undefined])[] = [
      ['before', () => {}, undefined],
      [
        'the relying party trusts the new CA too',
        () => party.become({ trusts: both, serves: older.server }),
        undefined,
      ],
      ['so do we', () => trust(older, newer), undefined],
      ['a client certificate from it waits', () => secret.next(newer.client), 'ACCEPTED'],
      ['and becomes current', () => secret.promote(), 'ACCEPTED'],
      ['a server certificate from it', () => party.become({ trusts: both, serves: newer.server }), 'ACCEPTED'],
      [
        'the relying party forgets the old CA',
        () => party.become({ trusts: [newer.ca], serves: newer.server }),
        'PREVIOUS_IDENTITY_REJECTED',
      ],
      ['so do we', () => trust(newer), 'PREVIOUS_IDENTITY_REJECTED'],
    ];
    const notices: string[] = [];
    for (const [step, work, rotation] of steps) {
      await work();
      const ran = await run();
      const wrong = ran.report.checks
        .filter(({ verdict }) => verdict !== 'pass')
        .map(({ id, code }) => `${id} ${code}`);
      expect([step, ran.exitCode, wrong, codeOf(ran, 'rotation')]).toEqual([step, 0, [], rotation]);
      notices.push(...ran.notices.map((notice) => `${step}: ${notice}`));
    }
    expect(notices).toEqual(['a server certificate from it: change payments: served issuer changed']);
  });

  test('a relying party that was forgotten: found in the first run with what is pending, and in the first after its promotion', async () => {
    const { party, secret, trust, run } = await drills.drill();
    trust(older, newer);
    expect((await run()).exitCode).toBe(0);

    await secret.next(newer.client);
    const waiting = await run();
    expect([waiting.exitCode, codeOf(waiting, 'rotation'), codeOf(waiting, 'valid-identity')]).toEqual([
      1,
      'NEXT_IDENTITY_REJECTED',
      'ACCEPTED',
    ]);
    expect(waiting.notices).toEqual(['regression payments: next identity rejected']);

    await secret.promote();
    const promoted = await run();
    expect([promoted.exitCode, codeOf(promoted, 'valid-identity')]).toEqual([1, 'CONTROL_REJECTED']);
    expect(promoted.notices).toContain('regression payments: control refused');

    await party.become({ trusts: [older.ca, newer.ca], serves: older.server });
    const cured = await run();
    expect(cured.exitCode).toBe(0);
    expect(cured.notices).toContain('recovery payments: control refused: right again');
    expect(cured.notices.filter((notice) => notice.startsWith('regression'))).toEqual([]);
  });

  test('our own trust bundle that was forgotten: found in the first run with the new server certificate', async () => {
    const { party, run } = await drills.drill();
    await run();
    await party.become({ trusts: [older.ca, newer.ca], serves: newer.server });
    const ran = await run();
    expect([ran.exitCode, codeOf(ran, 'served-certificate')]).toEqual([1, 'SERVED_CHAIN_UNTRUSTED']);
    expect(ran.report.checks.filter(({ code }) => code === 'CONTROL_REJECTED')).toEqual([]);
  });
});
