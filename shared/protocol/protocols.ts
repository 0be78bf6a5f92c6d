/** A protocol's name → its file. */
import type { Protocol } from '../model/registry.ts';
import { grpc } from './grpc.ts';
import { type HttpRequest, http1 } from './http1.ts';
import { http2 } from './http2.ts';
import { mqtt } from './mqtt.ts';
import { postgres } from './postgres.ts';
import { rawTls } from './raw-tls.ts';
import { redis } from './redis.ts';
import type { Speaker } from './speaker.ts';

export const speakerOf = (protocol: Protocol, request: HttpRequest): Speaker => {
  switch (protocol.kind) {
    case 'http':
      return protocol.version === 2 ? http2(request) : http1(request);
    case 'grpc':
      return grpc(request, protocol.service);
    case 'tls':
      return rawTls(protocol);
    case 'postgres':
      return postgres(protocol.user, protocol.database);
    case 'mqtt':
      return mqtt(protocol.version);
    case 'redis':
      return redis();
    default:
      return protocol satisfies never;
  }
};
