/** A certificate of an issuer that nobody knows here: one incident, critical, whichever suite sees it first. */
import { describe, expect, test } from 'vitest';
import type { Code } from '../../../shared/model/names.ts';
import { LEADS_NOWHERE } from '../../../shared/regression/served-news.ts';
import { desk, type Seen } from '../../helpers/desk.ts';
import { fail, pass, unsure } from '../../helpers/judged.ts';

const CERTIFICATES = 'endpoint/payments/default/certificates';
const id = 'payments/served-certificate';
const own = { id, scenario: 'served-certificate', subject: null } as const;
const KNOWN = { sha256: 'aa', key: 'k1', issuer: 'i1', shortLived: false, trusted: true };
const RENEWED = { ...KNOWN, sha256: 'cc', key: 'k3' };
const ALONE = { ...KNOWN, sha256: 'dd', key: 'k4', trusted: false };
const STRANGE = { ...KNOWN, sha256: 'bb', key: 'k2', issuer: 'i2', trusted: false };

const certificates = (leaf: typeof KNOWN, result = pass(own)): Seen => ({
  ...{ suite: 'certificates', key: CERTIFICATES, results: [result] },
  served: { leaves: { [id]: [leaf] } },
});
const enforcement = (code: Code | null, leaf = STRANGE): Seen =>
  code === null
    ? { results: [pass()] }
    : { results: [unsure(code)], served: { strange: { served: [leaf], rememberedBy: CERTIFICATES } } };
const says = ({ told }: ReturnType<typeof desk>) => told().map(({ kind, code, severity }) => [kind, code, severity]);

describe.each(LEADS_NOWHERE)('%s', (code) => {
  const found = certificates(STRANGE, fail(code, own));

  test('enforcement sees it first: told once, and its end once', async () => {
    const world = desk();
    await world.run(certificates(KNOWN), enforcement(null));
    for (const seen of [enforcement(code), enforcement(code), found, enforcement(code)]) await world.run(seen);
    expect(says(world)).toEqual([['blind', code, 'critical']]);
    for (const seen of [enforcement(null), certificates(RENEWED)]) await world.run(seen);
    expect(says(world).slice(1)).toEqual([['recovery', code, 'info']]);
    expect(world.board().open).toEqual([]);
  });

  test('the suite of certificates sees it first: the same', async () => {
    const world = desk();
    await world.run(certificates(KNOWN), enforcement(null));
    for (const seen of [found, enforcement(code), enforcement(code)]) await world.run(seen);
    expect(says(world)).toEqual([['regression', code, 'critical']]);
    expect(world.told()[0]?.message).toMatch(/none of those whose chains led.*aa before, bb now/);
  });
});

describe('what is no unknown issuer', () => {
  test('an intermediate that is forgotten: a warning', async () => {
    const world = desk();
    await world.run(certificates(KNOWN), enforcement(null));
    const code = 'SERVED_CHAIN_INCOMPLETE';
    for (let runs = 0; runs < 2; runs += 1) await world.run(enforcement(code, ALONE));
    await world.run(certificates(ALONE, fail(code, { ...own, severity: 'warning' })));
    expect(says(world)).toEqual([['blind', code, 'warning']]);
    // One that comes while that is open is told.
    await world.run(certificates(STRANGE, fail(code, { ...own, severity: 'warning' })));
    expect(says(world).slice(1)).toEqual([['regression', code, 'critical']]);
  });

  test('the first that is seen at all: nothing is known to compare it with', async () => {
    const world = desk();
    for (let runs = 0; runs < 2; runs += 1) await world.run(enforcement('SERVED_CHAIN_INCOMPLETE'));
    expect(says(world)).toEqual([['blind', 'SERVED_CHAIN_INCOMPLETE', 'warning']]);
  });

  test('an unknown issuer that ends with another one of the bundle: the change is told', async () => {
    const world = desk();
    await world.run(certificates(KNOWN), enforcement(null));
    for (let runs = 0; runs < 2; runs += 1) await world.run(enforcement('SERVED_CHAIN_UNTRUSTED'));
    await world.run(certificates(STRANGE, fail('SERVED_CHAIN_UNTRUSTED', own)));
    for (const seen of [enforcement(null), certificates({ ...KNOWN, sha256: 'ee', issuer: 'i3' })])
      await world.run(seen);
    expect(says(world).slice(1)).toEqual([
      ['recovery', 'SERVED_CHAIN_UNTRUSTED', 'info'],
      ['change', 'SERVED_ISSUER_CHANGED', 'warning'],
    ]);
  });
});

describe('other acceptable CAs', () => {
  const naming = (sha256: string, refusesControl: boolean): Seen => ({
    ...certificates(KNOWN),
    served: { acceptableCas: { [id]: [{ sha256, total: 1, names: ['CN=Clients'], refusesControl }] } },
  });
  const refused = { results: [fail('CONTROL_REJECTED', { cause: 'CONTROL_REFUSED' })] };
  const begun = async () => {
    const world = desk();
    await world.run(naming('old', false), { results: [pass()] });
    for (let runs = 0; runs < 2; runs += 1) await world.run(refused);
    return world;
  };

  test('without the control’s are part of the incident of a control that is refused', async () => {
    const world = await begun();
    await world.run(naming('new', true));
    expect(says(world)).toEqual([['regression', 'CONTROL_REJECTED', 'critical']]);
  });

  test('with the control’s are not its reason: told', async () => {
    const world = await begun();
    await world.run(naming('new', false));
    expect(says(world).slice(1)).toEqual([['change', 'ACCEPTABLE_CAS_CHANGED', 'warning']]);
  });

  test('of another owner, who was told nothing: told', async () => {
    const world = await begun();
    await world.run({ ...naming('new', true), owner: 'team-b' });
    expect(says(world).slice(1)).toEqual([['change', 'ACCEPTABLE_CAS_CHANGED', 'warning']]);
  });

  test('while the control is accepted: told', async () => {
    const world = desk();
    await world.run(naming('old', false), { results: [pass()] });
    await world.run(naming('new', true));
    expect(says(world)).toEqual([['change', 'ACCEPTABLE_CAS_CHANGED', 'warning']]);
  });
});
