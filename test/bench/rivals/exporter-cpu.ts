/** What a probe of blackbox_exporter costs: CPU of its process, as Linux counts it, over probes one after the other. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../helpers/ports.ts';
import { builtBlackboxExporter } from './install.ts';

type Keys = { readonly ca: string; readonly client: readonly [string, string] };
export type Exporter = {
  /** CPU milliseconds a probe. */
  readonly probes: (count: number) => Promise<number>;
  readonly stop: () => Promise<void>;
};

/** USER_HZ: Linux has shown 100 a second to programs on every architecture of today. */
const TICK_MS = 10;

/** User and system: the 14th and 15th field, counted behind the name in brackets. */
const cpuOf = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
};

const configOf = ({ ca, client: [cert_file, key_file] }: Keys): string => {
  const tls_config = { ca_file: ca, cert_file, key_file, server_name: 'localhost', min_version: 'TLS13' };
  const http = { preferred_ip_protocol: 'ip4', tls_config };
  return JSON.stringify({ modules: { mtls: { prober: 'http', timeout: '10s', http } } });
};

/** Null where it was not built. */
export const startExporter = async (directory: string, target: number, keys: Keys): Promise<Exporter | null> => {
  const program = builtBlackboxExporter();
  if (program === null) return null;
  const file = join(directory, 'blackbox.json');
  writeFileSync(file, configOf(keys));
  const address = `127.0.0.1:${await freePort()}`;
  const flags = [`--config.file=${file}`, `--web.listen-address=${address}`, '--log.level=error'];
  const child = spawn(program, flags, { stdio: 'ignore' });
  const probe = async () => {
    const answer = await fetch(`http://${address}/probe?module=mtls&target=https://127.0.0.1:${target}/`);
    if (!/^probe_success 1$/m.test(await answer.text())) throw new Error('blackbox_exporter was not let in');
  };
  const isUp = () =>
    fetch(`http://${address}/-/healthy`).then(
      ({ ok }) => ok,
      () => false,
    );
  for (let tries = 0; !(await isUp()) && tries < 100; tries += 1) await sleep(50);
  return {
    probes: async (count) => {
      const before = cpuOf(child.pid ?? 0);
      for (let done = 0; done < count; done += 1) await probe();
      return (cpuOf(child.pid ?? 0) - before) / count;
    },
    stop: async () => {
      const exited = once(child, 'exit');
      child.kill();
      await exited;
    },
  };
};
