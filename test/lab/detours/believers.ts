/** Applications that take the word of a header for who asks: each believes exactly one family of proxies. */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer, type ServerOptions } from 'node:https';
import type { AddressInfo, Server, Socket } from 'node:net';
import { HOST, type Running } from '../servers/lab-server.ts';

/** Who asks, by its headers; null for nobody. */
export type Believes = (headers: IncomingHttpHeaders) => boolean;

const has = (headers: IncomingHttpHeaders, name: string, pattern: RegExp): boolean =>
  pattern.test(String(headers[name] ?? ''));

export const BELIEVES: Readonly<Record<string, Believes>> = {
  nginx: (headers) =>
    headers['x-ssl-client-verify'] === 'SUCCESS' && has(headers, 'x-ssl-client-s-dn', /^CN=payments,|,CN=payments$/),
  'ingress-nginx': (headers) =>
    headers['ssl-client-verify'] === 'SUCCESS' && has(headers, 'ssl-client-subject-dn', /CN=payments/),
  Envoy: (headers) => has(headers, 'x-forwarded-client-cert', /^By=.*;Hash=[0-9a-f]{64};Subject="CN=payments/),
  Istio: (headers) => has(headers, 'x-forwarded-client-cert', /Subject="";URI=spiffe:\/\/lab\.test\/payments(;|$)/),
  HAProxy: (headers) => headers['x-ssl-client-verify'] === '0' && headers['x-ssl-client-cn'] === 'payments',
  Apache: (headers) => headers['ssl_client_verify'] === 'SUCCESS' && headers['ssl_client_s_dn_cn'] === 'payments',
  'AWS ALB and API Gateway': (headers) => has(headers, 'x-amzn-mtls-clientcert-subject', /CN=payments/),
  Traefik: (headers) =>
    has(headers, 'x-forwarded-tls-client-cert-info', /^Subject%3D%22CN%3Dpayments/) ||
    has(headers, 'x-forwarded-tls-client-cert-info', /CN%3Dpayments/),
  Kong: (headers) => headers['x-consumer-username'] === 'payments',
  'Caddy and RFC 9440': (headers) => has(headers, 'client-cert', /^:[A-Za-z0-9+/=]+:$/),
};

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** 200 for whom `admits` names, else 401 in the words that `refusal` chooses. */
export const answering =
  (
    admits: (request: IncomingMessage) => boolean,
    refusal: (request: IncomingMessage) => string = () => 'who are you?\n',
  ): Handler =>
  (request, response) => {
    const admitted = admits(request);
    response.writeHead(admitted ? 200 : 401, { 'content-type': 'text/plain' });
    response.end(admitted ? 'payments: ok\n' : refusal(request));
  };

/** In this process, on loopback; with TLS where `tls` is given. */
export const serve = async (
  handler: Handler,
  tls: ServerOptions | null = null,
  own: ServerOptions = {},
): Promise<Running> => {
  const server: Server = tls === null ? createServer(own, handler) : createSecureServer({ ...tls, ...own }, handler);
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, HOST, resolve));
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return { port: (server.address() as AddressInfo).port, stop };
};
