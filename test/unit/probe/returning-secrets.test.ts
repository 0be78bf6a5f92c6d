/** Secret headers in a resumed session, which shows no chain: the server that resumes it is the one that was trusted. */
import { describe, expect, test } from 'vitest';
import { secureContext } from '../../../shared/probe/context.ts';
import { bareSession } from '../../../shared/probe/session.ts';
import { ask, keeper, serverOptions, tlsPeer } from '../../helpers/tls-peers.ts';

const keep = keeper();
const SECRET = 'Bearer s3cret';
const secretHeaders = { authorization: SECRET };

const answering = async () => {
  const requests: string[] = [];
  const { port } = await keep(
    tlsPeer(await serverOptions(), (socket) =>
      socket.once('data', (data) => {
        requests.push(String(data));
        socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
      }),
    ),
  );
  return { port, told: () => requests.map((request) => request.includes(SECRET)) };
};

describe.each(['1.2', '1.3'] as const)('TLS %s', (version) => {
  const context = secureContext(null, version, { tickets: true });
  const earn = async (port: number) => {
    const sessions: Buffer[] = [];
    await ask(port, { context, onSession: (session) => sessions.push(session) });
    return bareSession(sessions.at(-1)!);
  };

  test('are sent where the handshake that gave the session was trusted, and else are not', async () => {
    const { port, told } = await answering();
    for (const trustsResumed of [true, false]) {
      const offered = await earn(port);
      const seen = await ask(port, { context, secretHeaders, offered, trustsResumed });
      expect([seen.resumed, seen.withheld]).toEqual([true, trustsResumed ? [] : ['authorization']]);
    }
    expect(told()).toEqual([false, true, false, false]);
  });

  test('are not sent to a server that does not resume it: another may listen there by now', async () => {
    const [trusted, other] = [await answering(), await answering()];
    const seen = await ask(other.port, {
      context,
      secretHeaders,
      offered: await earn(trusted.port),
      trustsResumed: true,
    });
    expect([seen.resumed, seen.withheld]).toEqual([false, ['authorization']]);
    expect(other.told()).toEqual([false]);
  });
});
