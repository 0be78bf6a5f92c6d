/** Every protocol's record. A new one is its file, its line here, and its name in `model/protocol.ts`. */
import type { Check } from '../model/check.ts';
import type { Protocol, ProtocolName } from '../model/protocol.ts';
import type { Endpoint } from '../model/registry.ts';
import { grpc } from './grpc.ts';
import { http } from './http.ts';
import type { HttpRequest } from './http1.ts';
import { mqtt } from './mqtt.ts';
import { postgres } from './postgres.ts';
import { tls } from './raw-tls.ts';
import type { PresentingCheck, ProtocolRecord } from './record.ts';
import { redis } from './redis.ts';
import { servedLine, type Way } from './shell.ts';
import type { Speaker } from './speaker.ts';

type Records = { readonly [Name in ProtocolName]: ProtocolRecord<Name> };

export const PROTOCOLS = {
  http,
  grpc,
  tls,
  postgres,
  mqtt,
  redis,
} satisfies Records;

const RECORDS: Records = PROTOCOLS;
const all: readonly ProtocolRecord[] = Object.values(RECORDS);

export type Scheme = { [Name in ProtocolName]: keyof (typeof PROTOCOLS)[Name]['schemes'] }[ProtocolName];

type Served = { readonly port: number | null; readonly record: ProtocolRecord };
const SCHEMES: Readonly<Record<Scheme, Served>> = Object.assign(
  {},
  ...all.flatMap((record) => Object.entries(record.schemes).map(([scheme, port]) => ({ [scheme]: { port, record } }))),
);

export const SCHEME_NAMES = Object.keys(SCHEMES) as readonly Scheme[];
/** Null where the URL must give one. */
export const ownPort = (scheme: Scheme): number | null => SCHEMES[scheme].port;

const [first, ...others] = SCHEME_NAMES;
export const URL_DESCRIPTION = `${first}://host[:port]/path; also ${others.slice(0, -1).join(', ')} and ${others.at(-1)}.`;

export const recordOf = (name: ProtocolName): ProtocolRecord => RECORDS[name];

/** `written`: the fields of an endpoint's document. */
export const resolveProtocol = (
  written: Parameters<ProtocolRecord['resolve']>[0],
  { scheme, path }: { readonly scheme: Scheme; readonly path: string },
): Protocol => SCHEMES[scheme].record.resolve(written, { scheme, path });

export const speakerOf = (protocol: Protocol, request: HttpRequest): Speaker =>
  recordOf(protocol.kind).speak(protocol, request);

/** Null where no usual client can ask what the check asks. */
export const reproduceLine = (check: PresentingCheck, endpoint: Endpoint, way: Way): string | null =>
  recordOf(endpoint.protocol.kind).reproduce(endpoint.protocol, check, endpoint, way);

/** Shows what an endpoint serves. */
export const showLine = (
  check: Pick<Check, 'tls'>,
  endpoint: Endpoint,
  name: string | null,
  way: Pick<Way, 'address' | 'bundle'>,
) => servedLine(check, name, way, recordOf(endpoint.protocol.kind).starttls);

/** `name`: the protocol of an answer, which may be any text that ALPN chose. */
export const isSpoken = (name: string): boolean => all.some((record) => record.name === name && record.spoken);
