/** The lab's relying parties that speak something else than HTTP/1.1. */
import { dovecot } from './dovecot.ts';
import { GRPC_PROGRAMS } from './grpc.ts';
import { HTTP2_PROGRAMS } from './http2.ts';
import type { LabProgram } from './lab-server.ts';
import { mosquitto } from './mosquitto.ts';
import { nginxStream } from './nginx-stream.ts';
import { opensslRaw } from './openssl-raw.ts';
import { postfix } from './postfix.ts';
import { postgres } from './postgres.ts';
import { redis } from './redis.ts';

export const SERVICES: readonly LabProgram[] = [
  ...HTTP2_PROGRAMS,
  ...GRPC_PROGRAMS,
  postgres,
  mosquitto,
  redis,
  nginxStream,
  opensslRaw,
  postfix,
  dovecot,
];
