/** tls:// at servers that speak first, over real connections: what their words prove, and what a longer wait does not. */
import { createServer, type TLSSocket, type TlsOptions } from 'node:tls';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Check } from '../../../shared/model/check.ts';
import type { Protocol } from '../../../shared/model/protocol.ts';
import { sweepEndpoint } from '../../../shared/pipeline/ask/sweep.ts';
import type { Connect } from '../../../shared/pipeline/ask/types.ts';
import { speakerOf } from '../../../shared/protocol/protocols.ts';
import { judgeEndpoint } from '../../../shared/verdict/judge/judge-endpoint.ts';
import { anEndpoint } from '../../helpers/endpoint.ts';
import { listen } from '../../helpers/peers.ts';
import { aProber } from '../../helpers/prober.ts';
import { aRequest } from '../../helpers/target.ts';
import { ask, keeper, serverOptions } from '../../helpers/tls-peers.ts';
import { aCheck, context } from '../../helpers/trial.ts';

/** Milliseconds. A machine with other work holds a process up for a good part of it. */
const WINDOW = 300;
const keep = keeper();
let options: TlsOptions;
beforeAll(async () => {
  options = await serverOptions();
});

/** `isKnown`: whether the client is one of those that must be admitted; here its name tells, not its certificate. */
type Behaviour = (socket: TLSSocket, isKnown: boolean) => void;

const CHECKS: readonly Check[] = [aCheck('valid-identity', 'checkout'), aCheck('no-certificate')];

const judged = async (behaviour: Behaviour, own: Partial<Protocol & { kind: 'tls' }> = {}, asking: TlsOptions = {}) => {
  const server = createServer({ ...options, ...asking }, (socket) =>
    behaviour(
      socket.on('error', () => {}),
      'servername' in socket && socket.servername === 'known.test',
    ),
  );
  const { port } = await keep(listen(server.on('tlsClientError', () => {})));
  const protocol: Protocol = { kind: 'tls', window: WINDOW, send: null, expect: null, ...own };
  const endpoint = anEndpoint({ protocol });
  const connect: Connect = (presented, _tls, { patience = 1, listenFirst = false }) =>
    ask(port, {
      speaker: speakerOf(protocol, aRequest),
      serverName: presented.kind === 'identity' ? 'known.test' : 'other.test',
      timeout: 3000,
      patience,
      listenFirst,
    });
  const trials = await sweepEndpoint(CHECKS, aProber(endpoint, connect));
  const { results } = judgeEndpoint(CHECKS, trials, { ...context, endpoint }, () => []);
  const [control, other] = results;
  if (control === undefined || other === undefined) throw new Error('two checks have two results');
  expect(control.code).toBe('ACCEPTED');
  return other;
};

const GREETING = '220 mx.test ESMTP ready\r\n';
const REFUSED = '421 4.7.1 mx.test Error: TLS not trusted\r\n';

describe('without tls.expect', () => {
  test('a greeting is a guess: a warning that names what makes it certain', async () => {
    const { verdict, severity, message } = await judged((socket) => socket.write(GREETING));
    expect([verdict, severity]).toEqual(['fail', 'warning']);
    expect(message).toMatch(/tls\.expect/);
  });
  test('a server that closes every silent client tells nothing in a longer wait (NATS)', async () => {
    const { verdict, code, message } = await judged((socket) => {
      socket.write('INFO {"server_id":"N"}\r\n');
      setTimeout(() => socket.end("-ERR 'Authentication Timeout'\r\n"), WINDOW * 2);
    });
    expect([verdict, code]).toEqual(['inconclusive', 'AMBIGUOUS_ANSWER']);
    expect(message).toMatch(/the control is closed too/);
    expect(message).toContain('Authentication Timeout');
  });
  test('where the control stays open for as long, a late refusal is still no acceptance', async () => {
    const { verdict, message } = await judged((socket, isKnown) => {
      if (!isKnown) setTimeout(() => socket.end(), WINDOW * 2);
    });
    expect(verdict).toBe('inconclusive');
    expect(message).not.toMatch(/the control is closed too/);
  });
  test('other words than the controls’ are no acceptance, and are shown (Dovecot’s NO)', async () => {
    const { verdict, code, message } = await judged(
      (socket, isKnown) => {
        socket.write('* OK Dovecot ready.\r\n');
        socket.once('data', () =>
          socket.write(isKnown ? 'a OK Logged in\r\n' : 'a NO [ALERT] Client didn’t present valid SSL certificate\r\n'),
        );
      },
      { send: 'a LOGIN u p\r\n' },
    );
    expect([verdict, code]).toEqual(['inconclusive', 'AMBIGUOUS_ANSWER']);
    expect(message).toContain('NO [ALERT]');
  });
  test('words that differ from one control to the next say nothing of another client', async () => {
    let count = 0;
    const names = ['alpha', 'beta', 'gamma', 'delta', 'epsilon', 'zeta', 'eta', 'theta'];
    const { verdict } = await judged((socket) => socket.write(`INFO ${names[count++ % names.length]}\r\n`));
    expect(verdict).toBe('fail');
  });
  test('words and a close, where the control stays open, are unsure', async () => {
    const { verdict, code } = await judged((socket, isKnown) => {
      if (isKnown) socket.write(GREETING);
      else socket.end(GREETING);
    });
    expect([verdict, code]).toEqual(['inconclusive', 'AMBIGUOUS_ANSWER']);
  });
});

describe.each(['220 .*ESMTP', '^220 ', 'ESMTP', null])('tls.expect: %s', (expected) => {
  const own = { expect: expected };
  test('a 421 and then the greeting of everybody is a refusal (Postfix)', async () => {
    const { verdict, code } = await judged((socket, isKnown) => {
      if (isKnown) socket.write(GREETING);
      else socket.end(REFUSED + GREETING);
    }, own);
    expect([verdict, code]).toEqual(['pass', 'REJECTED_BY_PROTOCOL']);
  });
  test('a 421 alone may be overload', async () => {
    const { verdict } = await judged((socket, isKnown) => {
      if (isKnown) socket.write(GREETING);
      else socket.end('421 mx.test ESMTP too busy\r\n');
    }, own);
    expect(verdict).toBe('inconclusive');
  });
  test('a server that serves everybody is found', async () => {
    const { verdict, severity } = await judged((socket) => socket.write(GREETING), own);
    expect([verdict, severity]).toEqual(['fail', expected === null ? 'warning' : 'critical']);
  });
});

describe('what was expected, and more', () => {
  test('behind the control’s own greeting it is an acceptance', async () => {
    const { verdict, severity } = await judged(
      (socket) => {
        socket.write('* OK IMAP ready.\r\n');
        socket.once('data', () => socket.write('a OK Logged in\r\n'));
      },
      { send: 'a LOGIN u p\r\n', expect: 'a OK' },
    );
    expect([verdict, severity]).toEqual(['fail', 'critical']);
  });
  test('behind other words than the control’s it is unsure', async () => {
    const { verdict } = await judged(
      (socket, isKnown) => socket.write(isKnown ? '250 OK done\r\n' : '550 denied\r\n250 OK done\r\n'),
      { expect: 'OK done' },
    );
    expect(verdict).toBe('inconclusive');
  });
  test('closed behind it, where the control is not, it is unsure', async () => {
    const { verdict, code } = await judged(
      (socket, isKnown) => (isKnown ? socket.write('+OK ready\r\n') : socket.end('+OK ready\r\n')),
      { expect: '^\\+OK' },
    );
    expect([verdict, code]).toEqual(['inconclusive', 'AMBIGUOUS_ANSWER']);
  });
  test('closed behind it for everybody, it is an acceptance', async () => {
    const { verdict } = await judged((socket) => socket.end('+OK ready\r\n'), { expect: '^\\+OK' });
    expect(verdict).toBe('fail');
  });
});

describe('a server that asks for a certificate, greets everybody and decides later', () => {
  const asking: TlsOptions = { requestCert: true, rejectUnauthorized: false };
  /** As Dovecot: the LOGIN is refused, or cut off. */
  const imap =
    (refuse: (socket: TLSSocket) => void): Behaviour =>
    (socket, isKnown) => {
      socket.write('* OK IMAP ready.\r\n');
      socket.once('data', () => (isKnown ? socket.write('a OK Logged in\r\n') : refuse(socket)));
    };
  const login = 'a LOGIN u p\r\n';
  test.each([
    ['nothing is sent', { expect: '^\\* OK' }],
    ['a command is sent, and the greeting expected', { send: login, expect: '^\\* OK' }],
  ])('%s: unsure', async (_name, own) => {
    const { verdict, code } = await judged(
      imap((socket) => socket.write('a NO no certificate\r\n')),
      own,
      asking,
    );
    expect([verdict, code]).toEqual(['inconclusive', 'AMBIGUOUS_ANSWER']);
  });
  test('its own greeting is known for one by coming before the client speaks', async () => {
    const behaviour: Behaviour = (socket, isKnown) => {
      socket.write('READY\r\n');
      socket.once('data', () => (isKnown ? socket.write('IN\r\n') : socket.write('OUT\r\n')));
    };
    const { verdict, code } = await judged(behaviour, { send: 'hello\r\n', expect: '^READY' }, asking);
    expect([verdict, code]).toEqual(['inconclusive', 'AMBIGUOUS_ANSWER']);
  });
  test('the answer to a command is certain', async () => {
    const own = { send: login, expect: 'a OK' };
    const open = await judged(
      imap((socket) => socket.write('a OK Logged in\r\n')),
      own,
      asking,
    );
    expect([open.verdict, open.severity]).toEqual(['fail', 'critical']);
    const refused = await judged(
      imap((socket) => socket.end()),
      own,
      asking,
    );
    expect([refused.verdict, refused.code]).toEqual(['pass', 'REJECTED_BY_CLOSE']);
  });
  test('one that refuses in TLS, and greets no bad client, is a pass', async () => {
    const behaviour: Behaviour = (socket, isKnown) => (isKnown ? socket.write('* OK ready.\r\n') : socket.destroy());
    const { verdict, code } = await judged(behaviour, { expect: '^\\* OK' }, asking);
    expect([verdict, code]).toEqual(['pass', 'REJECTED_BY_CLOSE']);
  });
});
