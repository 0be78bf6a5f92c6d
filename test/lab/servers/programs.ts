/** Every program of the lab, and which of them this machine has. */
import { apache } from './apache.ts';
import { envoy } from './envoy.ts';
import { go } from './go.ts';
import { haproxy } from './haproxy.ts';
import { hitch } from './hitch.ts';
import type { LabProgram } from './lab-server.ts';
import { lighttpd } from './lighttpd.ts';
import { nginx } from './nginx.ts';
import { node } from './node.ts';
import { openssl } from './openssl.ts';
import { stunnel } from './stunnel.ts';

const PROGRAMS: readonly LabProgram[] = [nginx, apache, haproxy, lighttpd, stunnel, hitch, envoy, go, openssl, node];

export type Installed = { readonly program: LabProgram; readonly version: string | null };

/** Null versions are what is missing: skipped with that reason here, a failure under CI. */
export const installedPrograms = (): Promise<readonly Installed[]> =>
  Promise.all(PROGRAMS.map(async (program) => ({ program, version: await program.version() })));
