/** gRPC: an interceptor that takes metadata for who asks. */
import { readFile } from 'node:fs/promises';
import { createSecureServer, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Checked } from '../../helpers/registry.ts';
import { HOST, type Running } from '../servers/lab-server.ts';
import { BELIEVES } from './believers.ts';
import { found, inBoth, type Lab, startLab, strictEndpoint, theCheck } from './lab.ts';

let lab: Lab;
let checked: Checked;

const service = async (believes: boolean): Promise<Running> => {
  const server = createSecureServer({
    cert: await readFile(lab.named.certificate),
    key: await readFile(lab.named.privateKey),
    ca: await readFile(lab.files.ca),
    requestCert: true,
    rejectUnauthorized: false,
  });
  const sessions = new Set<ServerHttp2Session>();
  server.on('session', (session) => {
    sessions.add(session);
    session.on('error', () => {}).once('close', () => sessions.delete(session));
  });
  server.on('stream', (stream, headers) => {
    const socket = stream.session?.socket as TLSSocket;
    const known = socket.authorized && socket.getPeerCertificate().subject.CN === 'payments';
    const serves = known || (believes && (BELIEVES['Envoy']?.(headers) ?? false));
    stream
      .on('error', () => {})
      .respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () =>
      stream.sendTrailers(serves ? { 'grpc-status': '0' } : { 'grpc-status': '16', 'grpc-message': 'who are you?' }),
    );
    stream.end(serves ? Buffer.from([0, 0, 0, 0, 2, 8, 1]) : undefined);
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, HOST, resolve));
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const session of sessions) session.destroy();
    });
  return { port: (server.address() as AddressInfo).port, stop };
};

beforeAll(async () => {
  lab = await startLab();
  const endpoint = async (name: string, believes: boolean) => {
    const { port } = await lab.keep(service(believes));
    return { ...strictEndpoint(name, port), url: `grpcs://${HOST}:${port}/lab.Payments` };
  };
  checked = await lab.check([await endpoint('right', false), await endpoint('wrong', true)], {
    args: ['--suite', 'isolation'],
  });
}, 60_000);
afterAll(() => lab.end());

const forged = (verdict: string) =>
  inBoth({ 'forged-header': verdict, 'forged-header/orders': verdict, 'forged-header/stranger': verdict });

test('a service that looks at certificates only', () => {
  expect(found(checked, 'right', 'forged-header')).toEqual(forged('pass REJECTED_BY_PROTOCOL'));
});
test('a service that believes metadata', () => {
  expect(found(checked, 'wrong', 'forged-header')).toEqual(
    forged('fail ACCEPTED_FORGED_HEADER FORGED_HEADER_BELIEVED'),
  );
  expect(theCheck(checked, 'wrong/forged-header#1.3').message).toContain('headers of Envoy.');
});
