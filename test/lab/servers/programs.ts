/** Every program of the lab, and which of them this machine has. */
import { apache } from './apache.ts';
import { granian, hypercorn, uvicorn } from './asgi.ts';
import { caddy } from './caddy.ts';
import { DEBIAN_13 } from './debian-13.ts';
import { DEBIAN_13_SERVICES } from './debian-13-services.ts';
import { envoy } from './envoy.ts';
import { etcd } from './etcd.ts';
import { nodeExporter } from './exporter.ts';
import { gnutls } from './gnutls.ts';
import { go } from './go.ts';
import { haproxy } from './haproxy.ts';
import { hitch } from './hitch.ts';
import { javaHttpsServer, javaSslSocket } from './java.ts';
import type { LabProgram } from './lab-server.ts';
import { lighttpd } from './lighttpd.ts';
import { nghttpx } from './nghttpx.ts';
import { nginx } from './nginx.ts';
import { node } from './node.ts';
import { openssl } from './openssl.ts';
import { php } from './php.ts';
import { python } from './python.ts';
import { PYTHON_STACKS } from './python-stacks.ts';
import { puma, webrick } from './ruby.ts';
import { SERVICES } from './services.ts';
import { squid } from './squid.ts';
import { stunnel } from './stunnel.ts';
import { uwsgi } from './uwsgi.ts';

/** Their order is the one in which the reference page lists them. */
const PROGRAMS: readonly LabProgram[] = [
  nginx,
  apache,
  haproxy,
  envoy,
  caddy,
  lighttpd,
  stunnel,
  hitch,
  openssl,
  go,
  node,
  python,
  uvicorn,
  hypercorn,
  granian,
  ...PYTHON_STACKS,
  uwsgi,
  puma,
  webrick,
  php,
  squid,
  nghttpx,
  nodeExporter,
  etcd,
  gnutls,
  javaHttpsServer,
  javaSslSocket,
  ...SERVICES,
  ...DEBIAN_13,
  ...DEBIAN_13_SERVICES,
];

export type Installed = { readonly program: LabProgram; readonly version: string | null };

/** Null versions are what is missing: skipped with that reason here, a failure under CI. */
export const installedPrograms = (): Promise<readonly Installed[]> =>
  Promise.all(PROGRAMS.map(async (program) => ({ program, version: await program.version() })));
