/** How an endpoint is asked: names, tokens, rates and kinds of keys, where the registry's words decide whether anything can be told. */
import { readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import type { ServerOptions } from 'node:https';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KeyFiles } from '../../../functions/cli/demo/pki.ts';
import { TLS_VERSIONS } from '../../../shared/model/names.ts';
import type { Checked, LabEndpoint } from '../../helpers/registry.ts';
import { answering, type Handler, serve } from './believers.ts';
import { found, inBoth, type Lab, startLab, strictEndpoint, theCheck } from './lab.ts';
import { apache, isMissing } from './proxies.ts';

const TOKEN = `Bearer s3cr3t-${Math.random().toString(36).slice(2)}`;
/** What a slow endpoint is spared. */
const FEW = [
  'untrusted-issuer',
  'self-signed',
  'lookalike-issuer',
  'leaf-as-issuer',
  'plaintext',
  'sni-bypass',
  'forged-header',
  'resumed-identity',
].map((scenario) => ({ scenario, reason: 'slow' }));
const SPIFFE = 'spiffe://lab.test/server';

let lab: Lab;
let checked: Checked;
/** What came as `authorization`, by server. */
const told = new Map<string, string[]>();

const optionsOf = async ({ certificate, privateKey }: KeyFiles, own: ServerOptions = {}): Promise<ServerOptions> => ({
  cert: await readFile(certificate),
  key: await readFile(privateKey),
  ca: await readFile(lab.files.ca),
  requestCert: true,
  rejectUnauthorized: true,
  ...own,
});

/** An API that wants a token besides the certificate, and repeats what it was told. */
const wantsToken = (name: string): Handler => {
  told.set(name, []);
  return (request, response) => {
    const { authorization } = request.headers;
    if (authorization !== undefined) told.get(name)?.push(authorization);
    response.writeHead(authorization === TOKEN && isPayments(request) ? 200 : 401);
    response.end(`payments: ${authorization ?? 'no token'}\n`);
  };
};
const isPayments = ({ socket }: IncomingMessage): boolean =>
  (socket as import('node:tls').TLSSocket).getPeerCertificate().subject?.CN === 'payments';

/** 429 beyond so many requests a second; lets in whom `admits` names. */
const limited = (perSecond: number, admits: (request: IncomingMessage) => boolean): Handler => {
  const inner = answering(admits);
  let tokens = perSecond;
  let last = Date.now();
  return (request, response) => {
    tokens = Math.min(perSecond, tokens + ((Date.now() - last) / 1000) * perSecond);
    last = Date.now();
    if (tokens >= 1) {
      tokens -= 1;
      return inner(request, response);
    }
    response.writeHead(429, { 'retry-after': '1' });
    response.end('slow down\n');
  };
};

const start = async (handler: Handler, options: ServerOptions): Promise<number> =>
  (await lab.keep(serve(handler, options))).port;

beforeAll(async () => {
  lab = await startLab();
  process.env['MTLS_MONITOR_LAB_TOKEN'] = TOKEN;
  const named = await optionsOf(lab.named);
  const optional = { ...named, rejectUnauthorized: false };
  const spiffe = await lab.issue('spiffe', {
    subject: 'O=Lab',
    altNames: [{ uri: SPIFFE }],
    extendedKeyUsage: ['serverAuth'],
  });
  const rsa = await lab.issue('rsa', {
    subject: 'CN=payments, O=Lab',
    keyKind: 'rsa-2048',
    altNames: [{ uri: 'spiffe://lab.test/payments' }],
    extendedKeyUsage: ['clientAuth'],
  });
  const strangers = await optionsOf(lab.files.server('wrong-name'));
  const header = { http: { headers: { authorization: { env: 'MTLS_MONITOR_LAB_TOKEN' } } } };
  const hosted = await start((request, response) => {
    const known = request.headers.host === 'api.corp.example';
    response.writeHead(known ? 200 : 421);
    response.end(known ? 'payments: ok\n' : 'misdirected\n');
  }, named);
  const bySpiffe = await start(answering(isPayments), await optionsOf(spiffe));
  const token = await start(wantsToken('token'), named);
  const health = await start(
    answering(() => true),
    {
      ...optional,
    },
  );
  const endpoints: LabEndpoint[] = [
    strictEndpoint('spiffe', bySpiffe, { serverIdentity: SPIFFE }),
    strictEndpoint('spiffe-other', bySpiffe, { serverIdentity: 'spiffe://lab.test/other' }),
    strictEndpoint('spiffe-unsaid', bySpiffe),
    strictEndpoint('host', hosted, { hostHeader: 'api.corp.example', refuses: [] }),
    strictEndpoint('host-unsaid', hosted, { refuses: [] }),
    strictEndpoint('token', token, header),
    strictEndpoint('token-unsaid', token),
    strictEndpoint('token-unverified', await start(wantsToken('token-unverified'), strangers), header),
    strictEndpoint('token-bypass', token, {
      ...header,
      bypasses: [
        `https://127.0.0.1:${await start(wantsToken('bypass'), { ...optional, requestCert: false })}/`,
        `https://127.0.0.1:${await start(wantsToken('bypass-unverified'), { ...strangers, requestCert: false })}/`,
      ],
    }),
    strictEndpoint('health', health, {
      skip: [
        'no-certificate',
        'foreign-identity',
        'untrusted-issuer',
        'self-signed',
        'lookalike-issuer',
        'leaf-as-issuer',
        'plaintext',
      ].map((scenario) => ({
        scenario,
        reason: 'a health path, open to everybody',
      })),
    }),
    strictEndpoint('paced', await start(limited(25, isPayments), optional), {
      limits: { perSecond: 20 },
      tlsVersions: ['1.3'],
    }),
    strictEndpoint(
      'paced-open',
      await start(
        limited(25, () => true),
        optional,
      ),
      { limits: { perSecond: 20 }, tlsVersions: ['1.3'] },
    ),
    strictEndpoint('limited', await start(limited(0.2, isPayments), optional), {
      refuses: [],
      skip: FEW,
      tlsVersions: ['1.3'],
    }),
    strictEndpoint('ecdsa-only', await start(answering(isPayments), { ...named, sigalgs: 'ECDSA+SHA256' }), {
      admits: ['rsa'],
      refuses: ['orders'],
    }),
  ];
  if (!isMissing('apache')) {
    const { port } = await lab.keep(
      apache(
        lab,
        `SSLEngine on
SSLCACertificateFile ${lab.files.ca}
SSLVerifyClient none
ErrorDocument 200 "payments: ok"
<Location />
  SSLVerifyClient require
  Require expr "%{SSL_CLIENT_S_DN_CN} == 'payments'"
  RewriteEngine on
  RewriteRule ^ - [R=200,L]
</Location>`,
      ),
    );
    endpoints.push(strictEndpoint('per-location', port));
  }
  checked = await lab.check(
    endpoints.map((endpoint) => ({ refuses: ['orders'], ...endpoint })),
    { identities: { rsa } },
  );
}, 90_000);
afterAll(() => lab.end());

const ALERT = 'pass REJECTED_BY_TLS_ALERT';
const STATUS = 'pass REJECTED_BY_HTTP_STATUS';
const of = (endpoint: string, ...scenarios: string[]) => found(checked, endpoint, ...scenarios);
const control = (verdict: string) => inBoth({ 'valid-identity/payments': verdict });

describe('the served certificate', () => {
  test('bears a SPIFFE ID and no name: only `serverIdentity` says that this is right', () => {
    const served = (verdict: string) => inBoth({ 'served-certificate': verdict });
    expect(of('spiffe', 'served-certificate', 'valid-identity')).toEqual({
      ...served('pass SERVED_CHAIN_OK'),
      ...control('pass ACCEPTED'),
    });
    expect(of('spiffe-other', 'served-certificate')).toEqual(served('fail SERVED_IDENTITY_MISMATCH'));
    expect(of('spiffe-unsaid', 'served-certificate')).toEqual(served('fail SERVED_NAME_MISMATCH'));
  });
});

describe('hostHeader', () => {
  test('a server that knows another name than the handshake’s', () => {
    expect(of('host', 'valid-identity', 'no-certificate')).toEqual({
      ...control('pass ACCEPTED'),
      ...inBoth({ 'no-certificate': ALERT }),
    });
    expect(of('host-unsaid', 'valid-identity')).toEqual(control('fail CONTROL_REJECTED CONTROL_REFUSED'));
  });
});

describe('a token besides the certificate', () => {
  test('without it the control is refused, and the advice names http.headers', () => {
    expect(of('token-unsaid', 'valid-identity')).toEqual(control('fail CONTROL_REJECTED CONTROL_REFUSED'));
    expect(theCheck(checked, 'token-unsaid/valid-identity/payments#1.3').advice).toContain('http.headers');
  });
  test('with it everything is certain', () => {
    expect(of('token', 'valid-identity', 'no-certificate', 'foreign-identity', 'forged-header')).toEqual({
      ...control('pass ACCEPTED'),
      ...inBoth({
        'no-certificate': ALERT,
        'foreign-identity/orders': STATUS,
        'forged-header': ALERT,
        'forged-header/orders': STATUS,
      }),
    });
  });
  test('it is told to a verified server only; nothing can be learnt from any other', () => {
    expect(of('token-unverified', 'valid-identity')).toEqual(
      control('inconclusive SERVED_CHAIN_UNTRUSTED TRUST_BUNDLE_STALE'),
    );
    expect(of('token-unverified', 'no-certificate')).toEqual(
      inBoth({ 'no-certificate': 'inconclusive CONTROL_NOT_ACCEPTED TRUST_BUNDLE_STALE' }),
    );
    expect([told.get('token-unverified'), told.get('bypass-unverified')]).toEqual([[], []]);
    expect(told.get('token')?.every((each) => each === TOKEN)).toBe(true);
    expect(told.get('bypass')?.length).toBeGreaterThan(0);
  });
  test('a way in that was not told it proves nothing by refusing', () => {
    const verdicts = Object.values(of('token-bypass', 'bypass-address'));
    expect(verdicts).toEqual([
      ...TLS_VERSIONS.map(() => 'pass BYPASS_CLOSED'),
      ...TLS_VERSIONS.map(() => 'inconclusive AMBIGUOUS_ANSWER'),
    ]);
  });
  test('it is in no output, though the server repeats it', () => {
    expect(checked.stdout + checked.stderr).not.toContain(TOKEN.slice(7));
  });
});

describe('skip', () => {
  test('a health path that needs no certificate: no check of who has none, by no detour either', () => {
    const ids = Object.keys(
      of('health', 'no-certificate', 'foreign-identity', 'sni-bypass', 'resumption', 'forged-header'),
    );
    expect(ids).toEqual([]);
    expect(of('health', 'valid-identity')).toEqual(control('pass ACCEPTED'));
    const missing = checked.report.summary.notCovered.filter(({ endpoint }) => endpoint === 'health');
    expect(missing.map(({ scenario }) => scenario)).not.toContain('no-certificate');
  });
});

describe('a gateway that limits rates', () => {
  test('within its limit everything is certain', () => {
    expect(of('paced', 'valid-identity', 'no-certificate', 'foreign-identity')).toEqual({
      'valid-identity/payments#1.3': 'pass ACCEPTED',
      'no-certificate#1.3': STATUS,
      'foreign-identity/orders#1.3': STATUS,
    });
    expect(of('paced-open', 'no-certificate', 'foreign-identity')).toEqual({
      'no-certificate#1.3': 'fail ACCEPTED_NO_CERTIFICATE ASKS_BUT_DOES_NOT_VERIFY',
      'foreign-identity/orders#1.3': 'fail ACCEPTED_FOREIGN_IDENTITY ASKS_BUT_DOES_NOT_VERIFY',
    });
  });
  test('beyond it 429 neither accepts nor refuses, and the advice names limits', () => {
    const { verdict, advice } = theCheck(checked, 'limited/no-certificate#1.3');
    expect(verdict).toBe('inconclusive');
    expect(advice).toContain('limits.perSecond');
  });
});

describe('a certificate that is never sent', () => {
  test('no signature algorithm fits the key: the identity cannot be used there, and was not refused', () => {
    expect(of('ecdsa-only', 'valid-identity', 'no-certificate')).toEqual(
      inBoth({
        'valid-identity/rsa': 'inconclusive IDENTITY_UNUSABLE IDENTITY_UNUSABLE',
        'no-certificate': 'inconclusive CONTROL_NOT_ACCEPTED IDENTITY_UNUSABLE',
      }),
    );
    expect(theCheck(checked, 'ecdsa-only/valid-identity/rsa#1.3').advice).toContain('ECDSA');
  });
  test.skipIf(isMissing('apache'))(
    'asked for by path: certain in TLS 1.2, in 1.3 nobody can tell, and the advice says so',
    () => {
      expect(of('per-location', 'valid-identity', 'no-certificate', 'foreign-identity')).toEqual({
        'valid-identity/payments#1.2': 'pass ACCEPTED',
        'no-certificate#1.2': ALERT,
        'foreign-identity/orders#1.2': STATUS,
        'valid-identity/payments#1.3': 'inconclusive IDENTITY_UNUSABLE IDENTITY_UNUSABLE',
        'no-certificate#1.3': 'inconclusive CONTROL_NOT_ACCEPTED IDENTITY_UNUSABLE',
        'foreign-identity/orders#1.3': 'inconclusive IDENTITY_UNUSABLE IDENTITY_UNUSABLE',
      });
      expect(theCheck(checked, 'per-location/valid-identity/payments#1.3').advice).toContain('tlsVersions: ["1.2"]');
    },
  );
});
