/** TLS alerts at every moment of a connection, each by its number: sealed by hand where no library sends them. */
import type { TlsOptions } from 'node:tls';
import { beforeAll, describe, expect, test } from 'vitest';
import { secureContext } from '../../shared/probe/context.ts';
import type { ProbeTarget } from '../../shared/probe/conversation.ts';
import { endedOf, keeper, serverOptions } from '../helpers/tls-peers.ts';
import { type Behaviour, forgingTls } from './servers/forging-tls.ts';
import type { Suite } from './servers/sealed-record.ts';

const SUITES: readonly Suite[] = [
  { version: '1.3', cipher: 'TLS_AES_256_GCM_SHA384' },
  { version: '1.3', cipher: 'TLS_CHACHA20_POLY1305_SHA256' },
  { version: '1.2', cipher: 'ECDHE-ECDSA-AES128-GCM-SHA256' },
  { version: '1.2', cipher: 'ECDHE-ECDSA-CHACHA20-POLY1305' },
];
const TRIES = [{ listenFirst: false }, { listenFirst: true }];
const PLAIN_ALERT = Buffer.from([0x15, 3, 3, 0, 2, 2, 40]);
const keep = keeper();
let options: TlsOptions;
beforeAll(async () => {
  options = await serverOptions();
});

describe.each(SUITES)('TLS $version, $cipher', (suite) => {
  const ended = async (behaviour: Behaviour, own: Partial<ProbeTarget>) => {
    const { port } = await keep(forgingTls(options, suite, behaviour));
    return endedOf(port, { context: secureContext(null, suite.version), ...own });
  };

  describe.each(TRIES)('listening first: $listenFirst', (own) => {
    test('after the handshake, at once', async () => {
      const seen = await ended({ secured: ({ raw, alert }) => raw.end(alert(48)) }, own);
      expect(seen).toEqual({ kind: 'alerted', phase: 'request', alert: 'unknown_ca', number: 48 });
    });
    test('after the request', async () => {
      const secured: Behaviour['secured'] = ({ raw, alert }, socket) => socket.once('data', () => raw.write(alert(49)));
      expect(await ended({ secured }, own)).toEqual({
        kind: 'alerted',
        phase: 'request',
        alert: 'access_denied',
        number: 49,
      });
    });
    test('in the middle of an answer', async () => {
      const secured: Behaviour['secured'] = ({ raw, alert }, socket) =>
        socket.once('data', () => socket.write('HTTP/1.1 2', () => setTimeout(() => raw.end(alert(80)), 30)));
      expect(await ended({ secured }, own)).toEqual({
        kind: 'alerted',
        phase: 'answer',
        alert: 'internal_error',
        number: 80,
      });
    });
    // OpenSSL has no words for it, and node:tls then no error: what follows is all that is seen.
    test('a number that no standard gives, then a close: the close', async () => {
      const seen = await ended({ secured: ({ raw, alert }) => raw.end(alert(200)) }, own);
      expect(seen).toEqual({ kind: 'closed', phase: 'request', how: 'fin' });
    });
    // Our own write may meet the reset and lose what the socket holds: a bare close, and so a second try, which listens.
    test('then a reset at once: told by the second try at the latest', async () => {
      const secured: Behaviour['secured'] = ({ raw, alert }) => raw.write(alert(46), () => raw.resetAndDestroy());
      const seen = await ended({ secured }, own);
      if (own.listenFirst || seen.kind !== 'closed')
        expect(seen).toEqual({ kind: 'alerted', phase: 'request', alert: 'certificate_unknown', number: 46 });
      else expect(seen).toEqual({ kind: 'closed', phase: 'request', how: 'reset' });
    });
    test('1.5 s late', async () => {
      const secured: Behaviour['secured'] = ({ raw, alert }) => void setTimeout(() => raw.end(alert(44)), 1500);
      const seen = await ended({ secured }, { ...own, timeout: 4000 });
      expect(seen).toEqual({ kind: 'alerted', phase: 'request', alert: 'certificate_revoked', number: 44 });
    });
    test('user_canceled, then a close: the close', async () => {
      const seen = await ended({ secured: ({ raw, alert }) => raw.end(alert(90)) }, own);
      expect(seen).toEqual({ kind: 'closed', phase: 'request', how: 'fin' });
    });
    test('in the middle of the handshake', async () => {
      // Of the server's flight its hello alone goes out: under TLS 1.3 the alert is sealed by then.
      const pass: Behaviour['pass'] = (_record, nth, { raw, alert }) => {
        if (nth === 0 && suite.version === '1.2') setTimeout(() => raw.end(PLAIN_ALERT), 10);
        if (nth === 0 && suite.version === '1.3') setTimeout(() => raw.end(alert(40, 'handshake')), 10);
        return nth === 0;
      };
      expect(await ended({ pass }, own)).toEqual({
        kind: 'alerted',
        phase: 'handshake',
        alert: 'handshake_failure',
        number: 40,
      });
    });
    test('after a failed write: the reset is met by our request', async () => {
      const secured: Behaviour['secured'] = ({ raw, alert }) => {
        raw.write(alert(45));
        setTimeout(() => raw.resetAndDestroy(), 100);
      };
      expect(await ended({ secured }, own)).toEqual({
        kind: 'alerted',
        phase: 'request',
        alert: 'certificate_expired',
        number: 45,
      });
    });
  });
});
