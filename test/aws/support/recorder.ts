/** Between the deployed functions and the emulator: forwards every call, and records it. Loopback only. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HOST } from '../../lab/servers/lab-server.ts';

export type Call = {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
};

/** `Credential=<key>/<date>/<region>/<service>/aws4_request` of Signature Version 4. */
export const signedBy = ({ headers }: Pick<Call, 'headers'>): readonly [accessKey: string, service: string] => {
  const [, key, service] = /Credential=(\w+)\/\d+\/[\w-]+\/(\w+)\//.exec(headers.authorization ?? '') ?? [];
  if (key === undefined || service === undefined) throw new Error('A call without a signature');
  return [key, service];
};

/** What the emulator sees. Amazon's endpoints speak TLS, and the resources' own policies ask for it. The emulator does not know the condition key `cloudwatch:namespace`: metrics go on as root. */
const forwarded = (headers: IncomingHttpHeaders): IncomingHttpHeaders => {
  const [key, service] = signedBy({ headers });
  const authorization = headers.authorization ?? '';
  return {
    ...headers,
    'x-forwarded-proto': 'https',
    authorization: service === 'monitoring' ? authorization.replace(key, 'test') : authorization,
  };
};

export type Recorder = {
  readonly url: string;
  /** All calls so far, those that were denied included. */
  readonly calls: readonly Call[];
  readonly forwardTo: (upstream: string) => void;
  /** Denies the next `times` calls that the pattern finds in `METHOD /path`. */
  readonly deny: (pattern: RegExp, times: number) => void;
  readonly stop: () => void;
};

export const startRecorder = async (): Promise<Recorder> => {
  const calls: Call[] = [];
  let upstream = '';
  let denied = { pattern: /$^/, times: 0 };
  const answer = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', url = '', headers } = incoming;
    const body = Buffer.concat(await incoming.toArray());
    calls.push({ method, url, headers, body: body.toString() });
    if (denied.times > 0 && denied.pattern.test(`${method} ${url}`)) {
      denied = { ...denied, times: denied.times - 1 };
      response.writeHead(403).end('<Error><Code>AccessDenied</Code></Error>');
      return;
    }
    const outgoing = request(`${upstream}${url}`, { method, headers: forwarded(headers) }, (answered) => {
      response.writeHead(answered.statusCode ?? 502, answered.headers);
      answered.pipe(response);
    });
    outgoing.on('error', () => response.destroy()).end(body);
  };
  const server = createServer((incoming, response) => void answer(incoming, response).catch(() => response.destroy()));
  server.listen(0, HOST);
  await once(server, 'listening');
  return {
    url: `http://${HOST}:${(server.address() as AddressInfo).port}`,
    calls,
    forwardTo: (to) => {
      upstream = to;
    },
    deny: (pattern, times) => {
      denied = { pattern, times };
    },
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};
