/** TLS servers for one test file: with a certificate minted at run time, stopped when the file is done. */
import { createServer, type TLSSocket, type TlsOptions } from 'node:tls';
import { afterAll } from 'vitest';
import type { Ended, Observation } from '../../shared/model/probe.ts';
import { DAY } from '../../shared/model/time.ts';
import { type Authority, issue, issueAuthority } from '../../shared/pki/mint/issue.ts';
import type { ProbeTarget } from '../../shared/probe/conversation.ts';
import { runProbe } from '../../shared/probe/run-probe.ts';
import { listen, type Peer } from './peers.ts';
import { aTarget } from './target.ts';

export const VALIDITY = { notBefore: Date.now() - DAY, notAfter: Date.now() + DAY };

export const serverOptions = async (authority?: Authority): Promise<TlsOptions> => {
  const root = authority ?? (await issueAuthority({ subject: 'CN=Root', validity: VALIDITY }));
  const { certificatePem, privateKey } = await issue(
    { subject: 'CN=server', validity: VALIDITY, altNames: [{ dns: 'localhost' }], extendedKeyUsage: ['serverAuth'] },
    root,
  );
  return {
    cert: certificatePem,
    key: String(privateKey.export({ format: 'pem', type: 'pkcs8' })),
    ca: root.certificatePem,
  };
};

/** Stops all that it was given when the test file is done. */
export const keeper = () => {
  const started: Peer[] = [];
  afterAll(() => Promise.all(started.map(({ stop }) => stop())));
  return async (made: Promise<Peer>): Promise<Peer> => {
    const up = await made;
    started.push(up);
    return up;
  };
};

export const tlsPeer = (options: TlsOptions, onConnection: (socket: TLSSocket) => void): Promise<Peer> => {
  const made = createServer(options, (socket) => onConnection(socket.on('error', () => {})));
  made.on('tlsClientError', () => {});
  return listen(made);
};

export const ask = (port: number, own: Partial<ProbeTarget> = {}): Promise<Observation> =>
  runProbe(aTarget(port, own), Date.now);
export const endedOf = async (port: number, own: Partial<ProbeTarget> = {}): Promise<Ended> =>
  (await ask(port, own)).ended;
