/** close_notify, FIN and RST at every moment. The first try runs in node:tls, which tells no close_notify from a FIN; the second one must. */
import type { TlsOptions } from 'node:tls';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Ended, Phase } from '../../shared/model/probe.ts';
import { secureContext } from '../../shared/probe/context.ts';
import { peer } from '../helpers/peers.ts';
import { endedOf, keeper, serverOptions } from '../helpers/tls-peers.ts';
import { type Behaviour, type Forge, forgingTls } from './servers/forging-tls.ts';
import type { Suite } from './servers/sealed-record.ts';

const SUITES: readonly Suite[] = [
  { version: '1.3', cipher: 'TLS_AES_128_GCM_SHA256' },
  { version: '1.3', cipher: 'TLS_CHACHA20_POLY1305_SHA256' },
  { version: '1.2', cipher: 'ECDHE-ECDSA-AES256-GCM-SHA384' },
  { version: '1.2', cipher: 'ECDHE-ECDSA-CHACHA20-POLY1305' },
];
type How = Extract<Ended, { kind: 'closed' }>['how'];
const CLOSES: Readonly<Record<string, { readonly how: How; readonly close: (forge: Forge) => void }>> = {
  FIN: { how: 'fin', close: ({ raw }) => raw.end() },
  RST: { how: 'reset', close: ({ raw }) => raw.resetAndDestroy() },
  'close_notify and FIN': { how: 'close-notify', close: ({ raw, alert }) => raw.end(alert(0)) },
  'close_notify alone': { how: 'close-notify', close: ({ raw, alert }) => raw.write(alert(0)) },
  'close_notify, then RST': {
    how: 'close-notify',
    close: ({ raw, alert }) => raw.write(alert(0), () => setTimeout(() => raw.resetAndDestroy(), 30)),
  },
};
const keep = keeper();
let options: TlsOptions;
beforeAll(async () => {
  options = await serverOptions();
});

describe.each([{ listenFirst: false }, { listenFirst: true }])('listening first: $listenFirst', (own) => {
  const closed = (phase: Phase, how: How): Ended => ({ kind: 'closed', phase, how });

  test.each(['FIN', 'RST'])('%s before the handshake’s first byte', async (name) => {
    const act = ({ close }: { close: (forge: Forge) => void }, raw: Forge['raw']) =>
      close({ raw, alert: () => Buffer.alloc(0) });
    const { port } = await keep(peer((raw) => raw.once('data', () => act(CLOSES[name]!, raw))));
    expect(await endedOf(port, own)).toEqual(closed('connect', CLOSES[name]!.how));
  });

  describe.each(SUITES)('TLS $version, $cipher', (suite) => {
    const ended = async (behaviour: Behaviour) => {
      const { port } = await keep(forgingTls(options, suite, behaviour));
      return endedOf(port, { context: secureContext(null, suite.version), ...own });
    };

    describe.each(Object.entries(CLOSES))('%s', (_name, { how, close }) => {
      test('after the handshake', async () => {
        expect(await ended({ secured: (forge) => void setTimeout(() => close(forge), 20) })).toEqual(
          closed('request', how),
        );
      });
      test('after the request', async () => {
        const secured: Behaviour['secured'] = (forge, socket) => socket.once('data', () => close(forge));
        expect(await ended({ secured })).toEqual(closed('request', how));
      });
      test('in the middle of an answer', async () => {
        const secured: Behaviour['secured'] = (forge, socket) =>
          socket.once('data', () => socket.write('HTTP/1.1 2', () => setTimeout(() => close(forge), 20)));
        expect(await ended({ secured })).toEqual(closed('answer', how));
      });
      test('after a whole answer that says no length: the answer', async () => {
        const secured: Behaviour['secured'] = (forge, socket) =>
          socket.once('data', () =>
            socket.write('HTTP/1.1 200 OK\r\n\r\nhi', () => setTimeout(() => close(forge), 20)),
          );
        expect(await ended({ secured })).toEqual({ kind: 'answered', phase: 'answer', status: 200 });
      });
    });

    test.each(['FIN', 'RST'])('%s in the middle of the handshake', async (name) => {
      const pass: Behaviour['pass'] = (_record, nth, forge) => {
        if (nth === 0) setTimeout(() => CLOSES[name]!.close(forge), 20);
        return nth === 0;
      };
      expect(await ended({ pass })).toEqual(closed('handshake', CLOSES[name]!.how));
    });

    test('close_notify together with the session tickets and two bytes that look like it', async () => {
      const secured: Behaviour['secured'] = ({ raw, alert }, socket) => {
        raw.cork();
        socket.write('hi', () => {
          raw.write(alert(0));
          raw.end();
          raw.uncork();
        });
      };
      const tls = { port: (await keep(forgingTls(options, suite, { secured }))).port };
      const seen = await endedOf(tls.port, { context: secureContext(null, suite.version), ...own });
      expect(seen).toMatchObject({ kind: 'answered', protocol: 'unknown', detail: 'hi' });
    });

    test('a FIN after two bytes, sealed as long as a close_notify: no close_notify', async () => {
      const secured: Behaviour['secured'] = ({ raw }, socket) =>
        socket.once('data', () => socket.write('HT', () => setTimeout(() => raw.end(), 20)));
      expect(await ended({ secured })).toEqual(closed('answer', 'fin'));
    });

    test('close_notify in one segment with the tickets, without an answer', async () => {
      const secured: Behaviour['secured'] = ({ raw, alert }) => raw.end(alert(0));
      expect(await ended({ secured })).toEqual(closed('request', 'close-notify'));
    });
  });
});
