/** Servers that refuse valid clients once they resume, and one that lets any client be a CA: what is said of each, connection by connection. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TLS_VERSIONS, type TlsVersion } from '../../shared/model/names.ts';
import { type PkiOnDisk, pkiOnDisk } from '../helpers/pki.ts';
import type { Checked } from '../helpers/registry.ts';
import { checkStarted, checksOf, mismatches, rows, type StartedLab, startLab } from './lab.ts';

const NAMES = ['node-strict', 'node-no-session-context', 'go-strict', 'go-forgets', 'go-own-path', 'nginx-strict'];
const chosen = rows.filter(({ name }) => NAMES.includes(name));

let lab: PkiOnDisk;
let started: StartedLab;
let checked: Checked;

beforeAll(async () => {
  lab = await pkiOnDisk();
  started = await startLab(lab.files, chosen);
  checked = await checkStarted(started, lab.files);
}, 120_000);

afterAll(async () => {
  await started.stop();
  lab.remove();
});

const returned = (name: string, tls: TlsVersion) => {
  const check = checksOf(checked.report, name, tls).find(({ scenario }) => scenario === 'resumed-identity');
  const seen = check?.evidence.map(({ resumed, ended }) => [resumed ?? null, ended.kind]);
  return { check, seen };
};

test('exactly what each does wrong fails', () => {
  expect(chosen.map(({ name }) => name).toSorted()).toEqual(NAMES.toSorted());
  expect(mismatches(checked.report, chosen)).toEqual([]);
});

describe.each(TLS_VERSIONS)('resumed-identity in TLS %s', (tls) => {
  test('no session id context: OpenSSL alerts internal_error, twice, and the same client gets in without a session', () => {
    const { check, seen } = returned('node-no-session-context', tls);
    expect([check?.code, check?.severity, check?.cause]).toEqual([
      'RESUMED_IDENTITY_REJECTED',
      'critical',
      'RESUMPTION_REFUSED',
    ]);
    const [earned, refused] = [
      [null, 'answered'],
      [false, 'alerted'],
    ];
    // The last is the control’s.
    expect(seen).toEqual([earned, refused, earned, refused, earned, earned]);
    const alerts = check?.evidence.flatMap(({ ended }) => (ended.kind === 'alerted' ? [ended.number] : []));
    expect(alerts).toEqual([80, 80]);
    expect(check?.advice).toMatch(/session id context/);
    expect(check?.reproduce).toMatch(/^npx --no mtls-monitor present \S+ '?resumed-identity/);
  });

  test('an application that knows no resumed client', () => {
    expect(returned('go-forgets', tls).check?.code).toBe('RESUMED_IDENTITY_REJECTED');
  });

  test.each(['node-strict', 'go-strict', 'nginx-strict'])('%s resumes: two connections', (name) => {
    const { check, seen } = returned(name, tls);
    expect([check?.verdict, check?.code]).toEqual(['pass', 'ACCEPTED']);
    expect(seen).toEqual([
      [null, 'answered'],
      [true, 'answered'],
      [null, 'answered'],
    ]);
  });
});

describe('leaf-as-issuer', () => {
  test.each(TLS_VERSIONS)(
    'TLS %s: the control and another identity sign themselves in, and nothing else gets in',
    (tls) => {
      const checks = checksOf(checked.report, 'go-own-path', tls).filter(({ verdict }) => verdict === 'fail');
      expect(checks.map(({ scenario, subject, code, cause }) => [scenario, subject, code, cause])).toEqual([
        ['leaf-as-issuer', null, 'ACCEPTED_LEAF_AS_ISSUER', null],
        ['leaf-as-issuer', 'orders', 'ACCEPTED_LEAF_AS_ISSUER', null],
      ]);
    },
  );
});

describe('missing-intermediate', () => {
  const of = (name: string) =>
    checked.report.checks
      .filter(({ endpoint, scenario }) => endpoint === name && scenario === 'missing-intermediate')
      .map(({ tls, verdict, code, severity }) => `${tls} ${verdict} ${code} ${severity}`);

  test.each(['nginx-strict-chained', 'go-strict-chained', 'node-strict-chained'])(
    '%s takes the intermediate from the client only: that is told, and is no fault',
    (name) => {
      expect(of(name)).toEqual(['1.2 pass INTERMEDIATE_REQUIRED info', '1.3 pass INTERMEDIATE_REQUIRED info']);
    },
  );

  test('a control without an intermediate has none to leave out', () => {
    expect(of('nginx-strict')).toEqual([]);
  });
});
