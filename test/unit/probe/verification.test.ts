/** What OpenSSL says in a handshake that verifies, and that nothing else of the handshake differs. */
import { X509Certificate } from 'node:crypto';
import { TLSSocket } from 'node:tls';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { type Authority, issueAuthority } from '../../../shared/pki/mint/issue.ts';
import { secureContext, verifyingContext } from '../../../shared/probe/context.ts';
import { bareSession } from '../../../shared/probe/session.ts';
import { distinctChains } from '../../../shared/verdict/judge/served-chains.ts';
import { anObservation } from '../../helpers/observation.ts';
import { peer } from '../../helpers/peers.ts';
import { ask as askPeer, keeper, serverOptions, tlsPeer, VALIDITY } from '../../helpers/tls-peers.ts';
import { aLane } from '../../helpers/trial.ts';

/** Nothing here is silent: a slow machine has time. */
const ask: typeof askPeer = (port, own) => askPeer(port, { timeout: 10_000, ...own });
const keep = keeper();
let root: Authority;
beforeAll(async () => {
  root = await issueAuthority({ subject: 'CN=Root', validity: VALIDITY });
});
const trust = ({ certificatePem }: Authority) => ({ anchors: [new X509Certificate(certificatePem)], system: false });

describe.each(['1.2', '1.3'] as const)('TLS %s', (version) => {
  const answering = async (own = {}) =>
    keep(
      tlsPeer({ ...(await serverOptions(root)), ...own }, (socket) =>
        socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')),
      ),
    );
  test('is heard where a client without a certificate is refused', async () => {
    const { port } = await answering({ requestCert: true });
    const stranger = await issueAuthority({ subject: 'CN=Stranger', validity: VALIDITY });
    const heard = async (authority: Authority) =>
      ask(port, { context: verifyingContext(trust(authority), version), verifies: true });
    const [right, wrong] = [await heard(root), await heard(stranger)];
    expect(right).toMatchObject({ chainVerified: true, ended: { kind: expect.not.stringMatching('answered') } });
    expect(right.servedChain[0]?.subject).toBe('CN=server');
    expect(wrong.chainVerified).toMatchObject({ code: 'SELF_SIGNED_CERT_IN_CHAIN' });
  });
  test('is not asked of a context without the bundle', async () => {
    const { port } = await answering();
    expect((await ask(port, { context: secureContext(null, version) })).chainVerified).toBeUndefined();
  });
  test('is not taken from a resumed session', async () => {
    const { port } = await answering();
    const context = verifyingContext(trust(root), version, { tickets: true });
    const sessions: Buffer[] = [];
    const first = await ask(port, { context, verifies: true, onSession: (session) => void sessions.push(session) });
    const again = await ask(port, { context, verifies: true, offered: bareSession(sessions.at(-1)!) });
    expect(first.chainVerified).toBe(true);
    expect(again.resumed).toBe(true);
    expect(again.chainVerified).toBeUndefined();
    expect(
      distinctChains(aLane({ ...anObservation(again.ended), servedChain: again.servedChain, resumed: true })),
    ).toEqual([]);
  });
  test('makes no object of a certificate by `getPeerCertificate`, which may end the process', async () => {
    const { port } = await answering();
    const made = vi.spyOn(TLSSocket.prototype, 'getPeerCertificate');
    const context = verifyingContext(trust(root), version, { tickets: true });
    const sessions: Buffer[] = [];
    const first = await ask(port, { context, verifies: true, onSession: (session) => void sessions.push(session) });
    const again = await ask(port, { context, verifies: true, offered: bareSession(sessions.at(-1)!) });
    expect(first.chainVerified).toBe(true);
    expect(again.resumed).toBe(true);
    expect(made).not.toHaveBeenCalled();
    made.mockRestore();
  });
  test('names no CA to the server', async () => {
    const first: number[] = [];
    const { port } = await keep(
      peer((socket) => socket.once('data', (data) => first.push(data.length) && socket.end())),
    );
    await ask(port, { context: secureContext(null, version) });
    await ask(port, { context: verifyingContext(trust(root), version), verifies: true });
    expect(first[1]).toBe(first[0]);
  });
});
