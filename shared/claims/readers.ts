/** Every reader by its name. A new one is its folder or file in `readers`, its name in `shared/model/claim.ts` and its line here. */
import { READER_NAMES, type ReaderName } from '../model/claim.ts';
import type { Reader } from './reader.ts';
import { aws } from './readers/aws.ts';
import { caddy } from './readers/caddy/caddy.ts';
import { certManager } from './readers/cert-manager.ts';
import { cilium } from './readers/cilium.ts';
import { consul } from './readers/consul.ts';
import { envoy } from './readers/envoy/envoy.ts';
import { haproxy } from './readers/haproxy/haproxy.ts';
import { istio } from './readers/istio/istio.ts';
import { kiali } from './readers/kiali.ts';
import { kong } from './readers/kong/kong.ts';
import { linkerd } from './readers/linkerd.ts';
import { nginx } from './readers/nginx/nginx.ts';
import { opa } from './readers/opa/opa.ts';
import { spire } from './readers/spire.ts';
import { traefik } from './readers/traefik/traefik.ts';
import { trustManager } from './readers/trust-manager.ts';

const BUILT: { readonly [Name in ReaderName]?: Reader } = {
  istio,
  envoy,
  nginx,
  haproxy,
  traefik,
  caddy,
  linkerd,
  consul,
  cilium,
  kiali,
  'cert-manager': certManager,
  'trust-manager': trustManager,
  spire,
  kong,
  opa,
  aws,
};

/** In the order in which they are asked. */
export const READERS: readonly Reader[] = READER_NAMES.flatMap((name) => BUILT[name] ?? []);
