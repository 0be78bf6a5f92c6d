/** Between a monitor's functions and the emulator: it names each call, and fails those that a fault is for. Loopback only. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { HOST } from '../../lab/servers/lab-server.ts';
import { type Call, signedBy } from './recorder.ts';

/** Error codes as each service spells them; status as AWS answers. */
export type Refusal = { readonly code: string; readonly status: number };

/**
 * What a call meets. `refuse`: it is not done. `lose`: it is done, and the connection is reset before the answer. `delay`: it is done, and the
 * answer comes so many milliseconds later. `kill`: it is done, and its function is killed while it waits for the answer.
 */
export type Effect =
  | { readonly kind: 'refuse'; readonly refusal: Refusal }
  | { readonly kind: 'lose' }
  | { readonly kind: 'kill' }
  | { readonly kind: 'delay'; readonly ms: number };

/** `call`: a name of `namedCall`. `after`: how many calls do not meet it yet. `times`: how many then do; the later ones do not. */
export type ProxyFault = {
  readonly by: string;
  readonly call: string;
  readonly effect: Effect;
  readonly after?: number;
  readonly times: number;
  /** Of those calls only these. Default: all. */
  readonly url?: RegExp;
};

const OBJECTS = [
  [/\/registry\.json$/, 'the registry'],
  [/\/durations\//, 'the last durations'],
  [/\/items(-\d+)?\.json$/, 'the items of the map'],
  [/\/batches\//, 'a batch'],
  [/\/gone\.json$/, 'what left'],
  [/\/results\//, 'a result'],
  [/\/reports\//, 'the report'],
  [/\/snapshots\//, 'the snapshot'],
] as const;

const objectIn = (url: string): string => {
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  if (searchParams.has('list-type')) return 'the results';
  return OBJECTS.find(([pattern]) => pattern.test(decodeURIComponent(pathname)))?.[1] ?? pathname;
};

const ITEMS = [
  [/^running\//, 'the lock'],
  [/^message\//, 'a message'],
  [/^standing/, 'standings'],
  [/^incidents$/, 'the incidents'],
  [/^adopted$/, 'the form of the state'],
  [/./, 'a state'],
] as const;

const itemIn = (body: string): string => {
  const { Key, Item, ExpressionAttributeNames: names, ExpressionAttributeValues: values } = JSON.parse(body);
  const key: string = (Key ?? Item)?.pk.S ?? '';
  if (key === '') {
    if (names?.['#attribute'] === undefined) return 'the whole state';
    if (names['#attribute'] === 'open') return 'what is open';
    return values[':value'].S === 'state' ? 'states that wait' : 'messages that wait';
  }
  return ITEMS.find(([pattern]) => pattern.test(key))?.[1] ?? key;
};

/** `service Operation, what of`: as a row of the page. */
const namedCall = (call: Call): string => {
  const [, service] = signedBy(call);
  const target = String(call.headers['x-amz-target'] ?? '')
    .split('.')
    .at(-1);
  if (service === 's3') {
    const what = objectIn(call.url);
    const operation = what === 'the results' ? 'ListObjectsV2' : call.method === 'PUT' ? 'PutObject' : 'GetObject';
    return `s3 ${operation}, ${what}`;
  }
  if (service === 'dynamodb') return `dynamodb ${target}, ${itemIn(call.body)}`;
  if (service === 'sns') {
    const topic = new URLSearchParams(call.body).get('TopicArn') ?? '';
    return `sns Publish, ${topic.endsWith('chat') ? 'the chat topic' : 'the notification topic'}`;
  }
  return service === 'monitoring' ? 'cloudwatch PutMetricData' : `${service} ${target}`;
};

const refusalBody = (service: string, { code }: Refusal): string =>
  service === 's3'
    ? `<Error><Code>${code}</Code><Message>fault</Message></Error>`
    : service === 'sns'
      ? `<ErrorResponse><Error><Code>${code}</Code><Message>fault</Message></Error></ErrorResponse>`
      : JSON.stringify({ __type: code, message: 'fault' });

export type FaultProxy = {
  readonly url: string;
  /** Names of the calls so far, by who made them. */
  readonly seen: ReadonlyMap<string, ReadonlySet<string>>;
  /** Who makes the calls from now on. */
  readonly enter: (by: string) => void;
  /** Faults that no call has met yet. */
  readonly unmet: () => readonly ProxyFault[];
  /** Replaces all faults. */
  readonly fail: (faults: readonly ProxyFault[]) => void;
  /** Called where a function is to be killed. */
  readonly onKill: (kill: () => void) => void;
  readonly stop: () => void;
};

/** `upstream`: the URL of the emulator. */
export const startFaultProxy = async (upstream: string): Promise<FaultProxy> => {
  const seen = new Map<string, Set<string>>();
  let by = '';
  let faults: { readonly fault: ProxyFault; wait: number; left: number; isMet: boolean }[] = [];
  let kill = () => {};
  const effectOf = (call: Call): Effect | null => {
    const name = namedCall(call);
    seen.set(by, (seen.get(by) ?? new Set()).add(name));
    const found = faults.find(
      ({ fault, left }) => left > 0 && fault.by === by && fault.call === name && (fault.url?.test(call.url) ?? true),
    );
    if (found === undefined) return null;
    found.wait -= 1;
    if (found.wait >= 0) return null;
    found.left -= 1;
    found.isMet = true;
    return found.fault.effect;
  };
  const answer = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', url = '', headers } = incoming;
    const body = Buffer.concat(await incoming.toArray());
    const call = { method, url, headers, body: body.toString() };
    const effect = effectOf(call);
    if (effect?.kind === 'refuse') {
      response.writeHead(effect.refusal.status, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(refusalBody(signedBy(call)[1], effect.refusal));
      return;
    }
    const outgoing = request(`${upstream}${url}`, { method, headers }).end(body);
    const [answered] = (await once(outgoing, 'response')) as [IncomingMessage];
    const bytes = Buffer.concat(await answered.toArray());
    if (effect?.kind === 'kill') {
      kill();
      return;
    }
    if (effect?.kind === 'lose') {
      incoming.socket.resetAndDestroy();
      return;
    }
    if (effect?.kind === 'delay') await sleep(effect.ms);
    response.writeHead(answered.statusCode ?? 502, answered.headers).end(bytes);
  };
  const server = createServer((incoming, response) => void answer(incoming, response).catch(() => response.destroy()));
  server.listen(0, HOST);
  await once(server, 'listening');
  return {
    url: `http://${HOST}:${(server.address() as AddressInfo).port}`,
    seen,
    enter: (next) => {
      by = next;
    },
    unmet: () => faults.filter(({ isMet }) => !isMet).map(({ fault }) => fault),
    fail: (all) => {
      faults = all.map((fault) => ({ fault, wait: fault.after ?? 0, left: fault.times, isMet: false }));
    },
    onKill: (killed) => {
      kill = killed;
    },
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};
