/** Authorization by path: each route with its own controls, beside the endpoint's. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TLS_VERSIONS } from '../../../shared/model/names.ts';
import type { Checked, LabEndpoint } from '../../helpers/registry.ts';
import { found, inBoth, type Lab, startLab, strictEndpoint, theCheck } from './lab.ts';
import { isMissing, nginx } from './proxies.ts';

let lab: Lab;
let checked: Checked;

const PAYMENTS = 'if ($who != payments) { return 403; }';
const ORDERS = 'if ($who != orders) { return 403; }';
const answer = (text: string) => `return 200 "${text}\\n";`;

/** `verify`: of the whole server; a location cannot ask for more. */
const server = (verify: 'on' | 'optional', locations: Readonly<Record<string, string>>) =>
  nginx(
    lab,
    `map $ssl_client_s_dn $who { default nobody; ~CN=payments payments; ~CN=orders orders; }
     server { $listen; ssl_client_certificate ${lab.files.ca}; ssl_verify_client ${verify};
       ${Object.entries(locations)
         .map(([path, rule]) => `location = ${path} { ${rule} }`)
         .join('\n')} }`,
  );

const POST_ONLY = `if ($request_method != POST) { return 405; } ${ORDERS}`;
const LOCATIONS = {
  '/healthz': `${PAYMENTS} ${answer('payments: ok')}`,
  '/audit': `${ORDERS} ${answer('audit')}`,
  '/orders': `${POST_ONLY} ${answer('ordered')}`,
};
const routes = [
  { path: '/audit', admits: ['orders'], refuses: ['payments'] },
  { method: 'POST', path: '/orders', admits: ['orders'] },
];
const waiver = {
  scenario: 'no-certificate',
  route: 'GET /audit',
  until: '2999-12-31',
  reason: 'moves behind the gateway',
};

beforeAll(async () => {
  lab = await startLab();
  const right = await lab.keep(server('on', LOCATIONS));
  // For the sake of one path nobody needs a certificate any more, and that path forgot to look.
  const open = await lab.keep(server('optional', { ...LOCATIONS, '/audit': answer('audit') }));
  // Everybody with a certificate, whatever the name.
  const any = await lab.keep(server('on', { ...LOCATIONS, '/audit': answer('audit') }));
  // The route's control is refused there; the endpoint's own is not.
  const shut = await lab.keep(server('on', { ...LOCATIONS, '/audit': 'return 403;' }));
  const at = (name: string, { port }: { port: number }, own: object = {}): LabEndpoint => ({
    ...strictEndpoint(name, port),
    routes,
    ...own,
  });
  checked = await lab.check([
    at('right', right),
    at('open', open),
    at('waived', open, { waivers: [waiver] }),
    at('waived-elsewhere', open, { waivers: [{ ...waiver, route: 'POST /orders' }] }),
    at('any', any),
    at('shut', shut),
    at('skipped', open, { skip: [{ scenario: 'no-certificate', reason: 'a health path' }] }),
  ]);
}, 60_000);
afterAll(() => lab.end());

const STATUS = 'pass REJECTED_BY_HTTP_STATUS';
const OWN = {
  'valid-identity/payments': 'pass ACCEPTED',
  'no-certificate': STATUS,
  'foreign-identity/orders': STATUS,
  'foreign-identity/stranger': STATUS,
};
const AUDIT = {
  'valid-identity/orders@GET /audit': 'pass ACCEPTED',
  'no-certificate@GET /audit': STATUS,
  'foreign-identity/payments@GET /audit': STATUS,
};
const POST = {
  'valid-identity/orders@POST /orders': 'pass ACCEPTED',
  'no-certificate@POST /orders': STATUS,
  'foreign-identity/payments@POST /orders': STATUS,
  'foreign-identity/stranger@POST /orders': STATUS,
};
const all = (endpoint: string) => found(checked, endpoint, 'valid-identity', 'no-certificate', 'foreign-identity');

describe.skipIf(isMissing('nginx'))('routes', () => {
  test('have checks of their own, with ids of their own, in both versions', () => {
    expect(all('right')).toEqual(inBoth({ ...OWN, ...AUDIT, ...POST }));
  });
  test('a route that is open to everybody is found at that route only', () => {
    expect(all('open')).toEqual(
      inBoth({
        ...OWN,
        ...AUDIT,
        ...POST,
        'no-certificate@GET /audit': 'fail ACCEPTED_NO_CERTIFICATE CLIENT_CERTIFICATE_OPTIONAL',
        'foreign-identity/payments@GET /audit': 'fail ACCEPTED_FOREIGN_IDENTITY ANY_IDENTITY_ACCEPTED',
      }),
    );
    expect(theCheck(checked, 'open/no-certificate@GET /audit#1.3').route).toEqual({ method: 'GET', path: '/audit' });
  });
  test('a route that takes every certificate', () => {
    expect(found(checked, 'any', 'no-certificate', 'foreign-identity')).toEqual(
      inBoth({
        'no-certificate': STATUS,
        'foreign-identity/orders': STATUS,
        'foreign-identity/stranger': STATUS,
        'no-certificate@GET /audit': STATUS,
        'foreign-identity/payments@GET /audit': 'fail ACCEPTED_FOREIGN_IDENTITY ANY_IDENTITY_ACCEPTED',
        'no-certificate@POST /orders': STATUS,
        'foreign-identity/payments@POST /orders': STATUS,
        'foreign-identity/stranger@POST /orders': STATUS,
      }),
    );
  });
  test('a route whose control is refused says nothing of who else is, and nothing of the endpoint', () => {
    expect(all('shut')).toEqual(
      inBoth({
        ...OWN,
        ...POST,
        'valid-identity/orders@GET /audit': 'fail CONTROL_REJECTED CONTROL_REFUSED',
        'no-certificate@GET /audit': 'inconclusive CONTROL_NOT_ACCEPTED CONTROL_REFUSED',
        'foreign-identity/payments@GET /audit': 'inconclusive CONTROL_NOT_ACCEPTED CONTROL_REFUSED',
      }),
    );
  });
  test('a waiver with a route holds at that route, and nowhere else', () => {
    const verdictOf = (endpoint: string) =>
      TLS_VERSIONS.map((tls) => theCheck(checked, `${endpoint}/no-certificate@GET /audit#${tls}`).verdict);
    expect([verdictOf('waived'), verdictOf('waived-elsewhere')]).toEqual([
      ['waived', 'waived'],
      ['fail', 'fail'],
    ]);
    expect(theCheck(checked, 'waived/no-certificate#1.3').verdict).toBe('pass');
  });
  test('what the endpoint skips its routes still ask', () => {
    const ids = Object.keys(found(checked, 'skipped', 'no-certificate'));
    expect(ids.toSorted()).toEqual(
      Object.keys(inBoth({ 'no-certificate@GET /audit': '', 'no-certificate@POST /orders': '' })).toSorted(),
    );
  });
  test('how to reproduce a finding names the route', () => {
    expect(theCheck(checked, 'open/no-certificate@GET /audit#1.3').reproduce).toContain('/audit');
  });
});
