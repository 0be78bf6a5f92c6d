/** What an endpoint speaks, from its URL's scheme and the fields that belong to it. */
import { parseDuration } from '../model/duration.ts';
import type { EndpointUrl } from '../model/endpoint-url.ts';
import type { Protocol } from '../model/registry.ts';
import { SECOND } from '../model/time.ts';
import type { EndpointDocument } from './registry-document.ts';

export const resolveProtocol = (
  { http, tls, mqtt }: EndpointDocument,
  { scheme, path }: Pick<EndpointUrl, 'scheme' | 'path'>,
): Protocol => {
  switch (scheme) {
    case 'https':
      return { kind: 'http', version: http?.version ?? 1 };
    case 'grpcs':
      return { kind: 'grpc', service: textOf(path.slice(1)) };
    case 'tls':
      return {
        kind: 'tls',
        window: parseDuration(tls?.window ?? '2s') ?? 2 * SECOND,
        send: tls?.send ?? null,
        expect: tls?.expect ?? null,
      };
    case 'postgres': {
      const [name = '', query = ''] = path.slice(1).split('?');
      const user = new URLSearchParams(query).get('user') ?? 'postgres';
      // A database is by default the one of the user's name (PostgreSQL, Frontend/Backend Protocol, StartupMessage).
      return { kind: 'postgres', user, database: textOf(name) || user };
    }
    case 'mqtts':
      return { kind: 'mqtt', version: mqtt?.version ?? '3.1.1' };
    case 'rediss':
      return { kind: 'redis' };
    default:
      return scheme satisfies never;
  }
};

const textOf = (encoded: string): string => {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return encoded;
  }
};
