/** Hostile words in every text of a claim: no message of a judge makes a link, a mention or markup of them. */
import { expect, test } from 'vitest';
import { certificateOf, said } from '../../../shared/claims/claim-of.ts';
import type { Check } from '../../../shared/model/check.ts';
import type { Claim } from '../../../shared/model/claim.ts';
import { DAY } from '../../../shared/model/time.ts';
import { findingsAlone } from '../../../shared/verdict/configured/alone.ts';
import { placeText } from '../../../shared/verdict/configured/configured-finding.ts';
import { judgeAccess } from '../../../shared/verdict/configured/judge-access.ts';
import { judgeConfiguration } from '../../../shared/verdict/configured/judge-configuration.ts';
import { judgeSource } from '../../../shared/verdict/configured/judge-source.ts';
import { aClaim, aCovered, NOW } from '../../helpers/claims.ts';
import { anEndpoint } from '../../helpers/endpoint.ts';

const EVIL =
  '[click](http://evil.example/x) <script>alert(1)</script> `id` @here <!channel> www.evil.example *bold* https://evil.example';
const PLACE = { file: `evil.example/${EVIL}.yaml`, line: 1, object: EVIL };
const LIVE = /\]\(|<|>|`|@|https?:|evil\.example|\*bold\*/;
const evil = <Value>(value: Value) => said(value, PLACE, EVIL);
const authority = { subject: `CN=${EVIL}`, issuer: EVIL, sha256: null, notAfter: null };
const rule = { effect: 'admit' as const, all: [], unread: [EVIL], at: PLACE };

const CLAIM: Claim = aClaim({
  at: PLACE,
  endpoint: { name: EVIL, workload: EVIL, path: null, labels: { [EVIL]: EVIL } },
  clientCertificate: evil('none' as const),
  plaintext: evil('allowed' as const),
  authorities: evil([authority]),
  revocation: evil('none' as const),
  expiry: evil('ignored' as const),
  admission: evil({ rules: [rule], otherwise: 'refuse' as const }),
  otherWays: [{ what: EVIL, url: 'https://evil.example/', at: PLACE }],
  certificates: [certificateOf({ use: 'served', name: EVIL, at: PLACE, trouble: EVIL })],
  notes: [EVIL],
});

const CHECK = { id: 'x', endpoint: null, scenario: 'source-health', subject: 'mesh' } as unknown as Check;

test('of a configuration alone', () => {
  const reading = {
    ...{ schema: 'mtls-monitor/claims/v1' as const, source: 'mesh', readAt: new Date(NOW).toISOString() },
    ...{ claims: [CLAIM], certificates: CLAIM.certificates, problems: [] },
  };
  const findings = findingsAlone(reading, NOW);
  expect(findings.length).toBeGreaterThan(4);
  for (const { message, endpoint } of findings) expect(`${message} ${endpoint}`).not.toMatch(LIVE);
});

const wire = {
  ...{ endpoint: anEndpoint({ admits: ['payments'], refuses: [] }), results: [], servedChains: [], now: NOW },
  names: new Map([['payments', { subject: 'CN=payments', dnsNames: [], uris: [], sha256: 'ab' }]]),
  trust: { issuers: new Map([['payments', ['CN=A']]]) },
};

/** Each judged by itself: of several findings a message shows the worst. */
test.each(Object.keys(CLAIM).map((key) => [key] as const))('of %s, beside the wire', (key) => {
  const own = aClaim({ at: PLACE, [key]: CLAIM[key as keyof Claim] });
  const covered = aCovered([own], { certificates: [...own.certificates] });
  for (const judged of [judgeConfiguration(covered, wire), judgeAccess(covered, wire)])
    expect(judged?.message ?? '').not.toMatch(LIVE);
});

test('of a source', () => {
  const problem = { at: PLACE, path: EVIL, message: EVIL };
  const state = {
    ...{ source: 'mesh', maxAge: DAY, readAt: NOW, reason: null, claims: 1, problems: [problem], problemCount: 1 },
    ...{ unwatched: [{ endpoint: CLAIM.endpoint, at: PLACE }], unwatchedCount: 1 },
  };
  for (const unwatchedCount of [0, 1])
    expect(judgeSource(CHECK, { ...state, unwatchedCount }, 'here', NOW).message).not.toMatch(LIVE);
  expect(judgeSource(CHECK, { ...state, claims: 0 }, 'here', NOW).message).not.toMatch(LIVE);
});

test('a path of a file is left as it is', () => {
  expect(placeText({ file: 'exports/prod/mesh.json', line: 3, object: null })).toBe('exports/prod/mesh.json:3');
  expect(placeText({ file: '/etc/nginx/conf.d/pay.conf', line: 3, object: null })).toBe('/etc/nginx/conf.d/pay.conf:3');
  expect(placeText({ file: 'evil.example/mesh.json', line: 3, object: null })).toBe('evil[.]example/mesh[.]json:3');
});

test('whoever is certified is admitted: that is said, and words of the source are inert', () => {
  const open = aClaim({
    at: PLACE,
    clientCertificate: evil('required' as const),
    admission: evil({ rules: [], otherwise: 'admit' as const }),
  });
  const reading = {
    ...{ schema: 'mtls-monitor/claims/v1' as const, source: 'mesh', readAt: new Date(NOW).toISOString() },
    ...{ claims: [open], certificates: [], problems: [] },
  };
  const [finding] = findingsAlone(reading, NOW);
  expect(finding?.code).toBe('CONFIGURATION_ADMITS_ANYBODY');
  expect(finding?.message).not.toMatch(LIVE);
});
