/**
 * A child of the memory bench: one relying party on as many loopback addresses as the registry has endpoints. It admits `payments` and refuses
 * each other client. Arguments: PORT COUNT CERTIFICATE KEY CA CRL [mixed]. Writes `ready` once every address listens. `mixed`: some of them accept
 * and say nothing, and some do not listen (`deployed/mixed-fleet.ts`). A line `CERTIFICATE KEY` on its standard input: all serve these from then on.
 */
import { readFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { principalOf } from '../../shared/pki/test-pki/lab-pki.ts';
import { kindOf } from './deployed/mixed-fleet.ts';
import { addressOf } from './memory-registry.ts';

const [port, count, cert, key, ca, crl, mixed] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
  string,
  string,
  string?,
];
const answer = (status: string) => `HTTP/1.1 ${status}\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok`;
const ADMITTED = `URI:${principalOf('payments')}`;

const trusted = {
  ca: readFileSync(ca),
  // Node reads the first CRL of each text only.
  crl: readFileSync(crl, 'utf8').split(/(?<=-----END X509 CRL-----\n)/),
};
const relyingParty = createTlsServer(
  { ...trusted, cert: readFileSync(cert), key: readFileSync(key), requestCert: true, rejectUnauthorized: false },
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
const beSilent = (socket: Socket): void => {
  socket.on('error', () => {}).resume();
};
for (let at = 0; at < Number(count); at += 1) {
  const kind = mixed === undefined ? 'sound' : kindOf(at);
  if (kind === 'refusing') continue;
  await new Promise<void>((resolve, reject) =>
    createServer(kind === 'silent' ? beSilent : take)
      .once('error', reject)
      .listen(Number(port), addressOf(at), 511, resolve),
  );
}
createInterface({ input: process.stdin }).on('line', (line) => {
  const [certificate = '', privateKey = ''] = line.split(' ');
  relyingParty.setSecureContext({ ...trusted, cert: readFileSync(certificate), key: readFileSync(privateKey) });
  process.stdout.write('renewed\n');
});
process.stdout.write('ready\n');
