/** What Node calls while a handshake goes on: which lines of the key log show something new, and what an error costs that nobody reads. */
import { connect, type TLSSocket } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { secureContext } from '../../../shared/probe/context.ts';
import { isCertificateRequested, showsNews, versionOf } from '../../../shared/probe/handshake.ts';
import { chainVerified, withoutStacks } from '../../../shared/probe/verification.ts';
import { keeper, serverOptions, tlsPeer } from '../../helpers/tls-peers.ts';

const keep = keeper();

describe.each(['1.2', '1.3'] as const)('TLS %s', (version) => {
  test.each([true, false])('a line that shows no news changes no fact; requested: %s', async (requestCert) => {
    const { port } = await keep(
      tlsPeer({ ...(await serverOptions()), requestCert, rejectUnauthorized: false }, (socket) => socket.end()),
    );
    const lines: { readonly isNews: boolean; readonly facts: string }[] = [];
    const factsOf = (socket: TLSSocket): string => {
      const verified = chainVerified(socket);
      const said = typeof verified === 'object' ? verified?.code : verified;
      return [versionOf(socket), isCertificateRequested(socket), said].join();
    };
    const socket = connect({
      ...{ host: '127.0.0.1', port, servername: 'localhost', rejectUnauthorized: false },
      secureContext: secureContext(null, version),
    });
    socket.on('keylog', (line: Buffer) => lines.push({ isNews: showsNews(line), facts: factsOf(socket) }));
    const last = await new Promise<string>((resolve, reject) => {
      socket.once('secureConnect', () => resolve(factsOf(socket))).once('error', reject);
    });
    socket.destroy();
    expect(last.startsWith(`${version},${requestCert},`)).toBe(true);
    expect(lines[0]?.isNews).toBe(true);
    let known = '';
    for (const { isNews, facts } of lines) {
      if (!isNews) expect(facts).toBe(known);
      known = facts;
    }
    expect(lines.findLast(({ isNews }) => isNews)?.facts).toBe(last);
    expect(lines.length).toBe(version === '1.3' ? 5 : 1);
  });
});

test('an error of the handle has no stack, and other errors keep theirs', () => {
  const { stackTraceLimit } = Error;
  const handle = {
    fails: false,
    verifyError(): Error {
      if (this.fails) throw new RangeError('broken');
      return new Error('unable to verify');
    },
  };
  const socket = { _handle: handle } as unknown as TLSSocket;
  withoutStacks(socket);
  const made = handle.verifyError();
  expect([made.message, made.stack?.includes('\n    at ')]).toEqual(['unable to verify', false]);
  handle.fails = true;
  expect(() => handle.verifyError()).toThrow('broken');
  expect(Error.stackTraceLimit).toBe(stackTraceLimit);
  expect(new Error('another').stack).toContain('\n    at ');
  expect(() => withoutStacks({ _handle: null } as unknown as TLSSocket)).not.toThrow();
});
