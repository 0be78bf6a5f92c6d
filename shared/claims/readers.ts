/** Every reader by its name. A new one is its folder or file in `readers`, its name in `shared/model/claim.ts` and its line here. */
import { READER_NAMES, type ReaderName } from '../model/claim.ts';
import type { Reader } from './reader.ts';
import { caddy } from './readers/caddy/caddy.ts';
import { certManager } from './readers/cert-manager.ts';
import { haproxy } from './readers/haproxy/haproxy.ts';
import { kong } from './readers/kong/kong.ts';
import { nginx } from './readers/nginx/nginx.ts';
import { opa } from './readers/opa/opa.ts';
import { traefik } from './readers/traefik/traefik.ts';

const BUILT: { readonly [Name in ReaderName]?: Reader } = {
  nginx,
  haproxy,
  traefik,
  caddy,
  'cert-manager': certManager,
  kong,
  opa,
};

/** In the order in which they are asked. */
export const READERS: readonly Reader[] = READER_NAMES.flatMap((name) => BUILT[name] ?? []);
