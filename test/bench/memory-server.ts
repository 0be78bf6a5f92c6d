/**
 * A child of the memory bench: one relying party on as many loopback addresses as the registry has endpoints. It admits `payments` and refuses
 * each other client. Arguments: PORT COUNT CERTIFICATE KEY CA CRL. Writes `ready` once every address listens.
 */
import { readFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { principalOf } from '../../shared/pki/test-pki/lab-pki.ts';
import { addressOf } from './memory-registry.ts';

const [port, count, cert, key, ca, crl] = process.argv.slice(2) as [string, string, string, string, string, string];
const answer = (status: string) => `HTTP/1.1 ${status}\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok`;
const ADMITTED = `URI:${principalOf('payments')}`;

const relyingParty = createTlsServer(
  {
    cert: readFileSync(cert),
    key: readFileSync(key),
    ca: readFileSync(ca),
    // Node reads the first CRL of each text only.
    crl: readFileSync(crl, 'utf8').split(/(?<=-----END X509 CRL-----\n)/),
    requestCert: true,
    rejectUnauthorized: false,
  },
  (socket: TLSSocket) => {
    const admitted = socket.authorized && socket.getPeerCertificate().subjectaltname === ADMITTED;
    socket.on('error', () => {}).once('data', () => socket.end(answer(admitted ? '200 OK' : '403 Forbidden')));
  },
).on('tlsClientError', () => {});

const take = (socket: Socket): void => {
  relyingParty.emit(
    'connection',
    socket.on('error', () => {}),
  );
};
for (let at = 0; at < Number(count); at += 1)
  await new Promise<void>((resolve, reject) =>
    createServer(take).once('error', reject).listen(Number(port), addressOf(at), 511, resolve),
  );
process.stdout.write('ready\n');
