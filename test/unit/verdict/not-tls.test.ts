/** Servers that say something else than TLS, or TLS that OpenSSL does not follow: each has its own reason. */
import { createServer } from 'node:tls';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Greeting } from '../../../shared/model/names.ts';
import type { Observation } from '../../../shared/model/probe.ts';
import { GREETERS, greetingOf } from '../../../shared/protocol/greeting.ts';
import { classifyControl } from '../../../shared/verdict/classify/classify.ts';
import { classifyPlaintext } from '../../../shared/verdict/classify/classify-plaintext.ts';
import { incompatibility } from '../../../shared/verdict/explain/incompatible.ts';
import { judgeControl } from '../../../shared/verdict/judge/judge-control.ts';
import { judgeRefusal } from '../../../shared/verdict/judge/judge-refusal.ts';
import { neverJudged } from '../../../shared/verdict/judge/never-judged.ts';
import { judgeServed } from '../../../shared/verdict/judge/served.ts';
import { anEndpoint } from '../../helpers/endpoint.ts';
import { alerted, anObservation, closed } from '../../helpers/observation.ts';
import { listen, peer } from '../../helpers/peers.ts';
import { ask, endedOf, keeper, serverOptions } from '../../helpers/tls-peers.ts';
import { aCheck, aLane, context } from '../../helpers/trial.ts';

const keep = keeper();
let options: Awaited<ReturnType<typeof serverOptions>>;
beforeAll(async () => {
  options = await serverOptions();
});

const MYSQL = Buffer.concat([
  Buffer.from([0x6d, 0, 0, 0, 0x0a]),
  Buffer.from('11.8.9-MariaDB\0'),
  Buffer.alloc(0x6d - 16, 1),
]);
const SAID: readonly (readonly [string | Buffer, Greeting | null])[] = [
  ['220 mx.test ESMTP Postfix\r\n', 'smtp'],
  ['220-(vsFTPd 3.0.5)\r\n', 'ftp'],
  ['220 ready\r\n', 'smtp-or-ftp'],
  ['500 OOPS: bad\r\n', 'smtp-or-ftp'],
  ['* OK [CAPABILITY IMAP4rev1 STARTTLS] Dovecot ready.\r\n', 'imap'],
  ['+OK POP3 ready\r\n', 'pop3'],
  ['INFO {"server_id":"N","tls_required":true}\r\n', 'nats'],
  [MYSQL, 'mysql'],
  ['200 news ready\r\n', 'nntp'],
  ['SSH-2.0-OpenSSH_9.2\r\n', 'ssh'],
  ['HTTP/1.1 400 Bad Request\r\n\r\n', 'http'],
  ['hello there, stranger\r\n', null],
];

describe('bytes that are not TLS', () => {
  test.each(SAID)('%s', async (said, greeting) => {
    const { port } = await keep(peer((socket) => socket.write(said)));
    const ended = await endedOf(port);
    expect(ended).toMatchObject({ kind: 'not-tls', phase: 'handshake' });
    expect('greeting' in ended ? ended.greeting : null).toBe(greeting);
  });
  test('one that comes with the first words of the client’s', async () => {
    const { port } = await keep(peer((socket) => socket.once('data', () => socket.end('HTTP/1.0 400 Bad\r\n\r\n'))));
    expect(await endedOf(port)).toMatchObject({ kind: 'not-tls', greeting: 'http' });
  });
  test('whatever comes, it is a known name or none', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const greeting = greetingOf(Buffer.from(bytes));
        expect(greeting === null || greeting in GREETERS).toBe(true);
      }),
    );
  });
});

/** A ServerHello of TLS 1.2 or below without extensions, and so without renegotiation_info (RFC 5746 §3.6). */
const serverHello = (minor: number): Buffer => {
  const body = Buffer.concat([Buffer.from([3, minor]), Buffer.alloc(32, 7), Buffer.from([0, 0xc0, 0x2f, 0])]);
  const message = Buffer.concat([Buffer.from([2, 0, 0, body.length]), body]);
  return Buffer.concat([Buffer.from([22, 3, 3, 0, message.length]), message]);
};

describe('TLS that our library does not follow', () => {
  test.each([
    ['no secure renegotiation', 3, 'ERR_SSL_UNSAFE_LEGACY_RENEGOTIATION_DISABLED'],
    ['TLS 1.1', 2, 'ERR_SSL_UNSUPPORTED_PROTOCOL'],
  ])('%s', async (_name, minor, reason) => {
    const { port } = await keep(peer((socket) => socket.once('data', () => socket.write(serverHello(minor)))));
    const observation = await ask(port);
    expect(observation.ended).toEqual({ kind: 'incompatible', phase: 'handshake', reason });
    expect(controlOf(observation).code).toBe('TLS_INCOMPATIBLE');
  });
  test('nothing in common is an alert before any key', async () => {
    const { port } = await keep(
      listen(createServer({ ...options, ciphers: 'ECDHE-RSA-AES128-SHA256', maxVersion: 'TLSv1.2' })),
    );
    const observation = await ask(port);
    expect(observation).toMatchObject({ tls: null, ended: { kind: 'alerted', number: 40 } });
    const { code, advice } = controlOf(observation);
    expect(code).toBe('AMBIGUOUS_ANSWER');
    expect(advice).toMatch(/cipher/);
  });
  test('each reason has a fault and a cure of its own', () => {
    const reasons = [
      'ERR_SSL_UNSAFE_LEGACY_RENEGOTIATION_DISABLED',
      'ERR_SSL_DH_KEY_TOO_SMALL',
      'ERR_SSL_UNSUPPORTED_PROTOCOL',
      'ERR_SSL_WRONG_SIGNATURE_TYPE',
      'ERR_SSL_WRONG_CIPHER_RETURNED',
      'ERR_OSSL_ASN1_WRONG_TAG',
      'ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC',
    ];
    expect(new Set(reasons.map((reason) => incompatibility(reason).cure)).size).toBe(reasons.length);
  });
});

const judged = (observation: Observation, own: Partial<typeof context> = {}, tls: '1.2' | '1.3' = '1.3') => {
  const judging = { ...context, ...own };
  const check = { ...aCheck('valid-identity', 'checkout'), tls };
  const trial = { check, attempts: [{ observation, outcome: classifyControl(observation, judging.endpoint) }] };
  return judgeControl(trial, judging);
};
const controlOf = (observation: Observation, own: Partial<typeof context> = {}) => judged(observation, own);

describe('what the verdict advises', () => {
  const greeted = (greeting: Greeting) =>
    anObservation(
      { kind: 'not-tls', phase: 'handshake', reason: 'ERR_SSL_WRONG_VERSION_NUMBER', greeting },
      { tls: null },
    );
  test('a protocol that upgrades is not sent to check its port', () => {
    for (const greeting of ['smtp', 'imap', 'nats', 'mysql', 'ftp', 'pop3'] as const) {
      const { code, advice, message } = controlOf(greeted(greeting));
      expect(code).toBe('NOT_TLS');
      expect(message).toMatch(/upgrades/);
      expect(advice).not.toMatch(/Check host and port/);
    }
  });
  test('the plaintext check beside it does not advise to take the greeting for a refusal', () => {
    const endpoint = anEndpoint({ protocol: { kind: 'tls', window: 2000, send: null, expect: null } });
    const answer = {
      kind: 'protocol' as const,
      protocol: 'tls' as const,
      meaning: 'asks' as const,
      detail: 'bytes',
      like: MYSQL.toString('utf8'),
      body: MYSQL.toString('utf8'),
    };
    const seen = anObservation(
      { kind: 'answered', phase: 'answer', protocol: 'tls', detail: 'bytes' },
      { answer, tls: null },
    );
    const outcome = classifyPlaintext(seen, endpoint, null);
    expect(outcome.kind).toBe('indeterminate');
    const trial = { check: aCheck('plaintext'), attempts: [{ observation: seen, outcome }] };
    const { verdict, advice } = judgeRefusal(trial, aLane(greeted('mysql')), { ...context, endpoint });
    expect(verdict).toBe('inconclusive');
    expect(advice).not.toMatch(/^Decide it in the registry: rejects/);
    expect(advice).toMatch(/tls\.expect/);
  });
  test('a version that is closed without an alert, while the other one is spoken, is left out', () => {
    const bare = anObservation({ kind: 'closed', phase: 'connect', how: 'fin' }, { tls: null });
    expect(judged(bare, { spoken: ['1.2'] })).toMatchObject({
      code: 'AMBIGUOUS_ANSWER',
      advice: 'Leave 1.3 out of tlsVersions.',
    });
    expect(judged(bare, { spoken: [] }).code).toBe('UNREACHABLE');
    expect(judged(bare, { spoken: ['1.2', '1.3'] }).code).toBe('UNREACHABLE');
  });
  test('a close before the first byte of a server that never spoke TLS names the PROXY protocol', () => {
    const seen = (phase: 'connect' | 'handshake') =>
      anObservation({ kind: 'closed', phase, how: 'reset' }, { tls: null });
    expect(judged(seen('connect'), { spoken: [] }).advice).toMatch(/PROXY/);
    expect(judged(seen('connect'), { spoken: ['1.3'] }).advice).not.toMatch(/PROXY/);
    expect(judged(seen('handshake'), { spoken: [] }).advice).not.toMatch(/PROXY/);
  });
  test('no_application_protocol, frames of HTTP/2 and a close after HTTP/1.1 name HTTP/2', async () => {
    const refused = { ...alerted(120, 'handshake'), tls: null, certificateRequested: null };
    expect(controlOf(refused).advice).toMatch(/http\.version: 2/);
    expect(controlOf(closed('request')).advice).toMatch(/http\.version: 2/);
    const settings = Buffer.from([0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0xff, 0xff]);
    const goaway = Buffer.from([0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
    for (const frame of [settings, goaway]) {
      const { port } = await keep(listen(createServer(options, (socket) => socket.on('error', () => {}).end(frame))));
      const observation = await ask(port);
      expect(observation.ended).toMatchObject({ kind: 'answered', protocol: 'HTTP/2' });
      expect(controlOf(observation)).toMatchObject({ code: 'AMBIGUOUS_ANSWER' });
      expect(controlOf(observation).advice).toMatch(/http\.version: 2/);
    }
  });
  test('protocol_version before any client was judged names the versions', () => {
    const seen = { ...alerted(70, 'handshake'), tls: null, certificateRequested: null };
    expect(controlOf(seen).advice).toMatch(/tlsVersions/);
    expect(judgeServed(aCheck('served-certificate'), aLane(seen), () => [], context).advice).toMatch(/tlsVersions/);
  });
  test('nothing is made up for other ends', () => {
    const check = aCheck('no-certificate');
    for (const seen of [alerted(48), closed('request'), alerted(42, 'handshake')])
      expect(neverJudged(check, seen, context)).toBeNull();
  });
});
