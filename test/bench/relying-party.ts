/** The server of the measurements: the lab's server in Go, which lets `payments` in; with the yardsticks that ask it the same. */
import { execFileSync } from 'node:child_process';
import { pkiOnDisk } from '../helpers/pki.ts';
import { go } from '../lab/servers/go.ts';
import type { Running } from '../lab/servers/lab-server.ts';
import { type Exporter, startExporter } from './rivals/exporter-cpu.ts';

export type RelyingParty = {
  readonly lab: Awaited<ReturnType<typeof pkiOnDisk>>;
  readonly ports: readonly number[];
  readonly keys: { readonly ca: string; readonly client: readonly [certificate: string, key: string] };
  readonly stop: () => Promise<void>;
};

/** As many servers as `count`, each on a port of its own. */
export const startRelyingParties = async (count: number): Promise<RelyingParty> => {
  const lab = await pkiOnDisk();
  const servers: Running[] = [];
  for (let each = 0; each < count; each += 1) servers.push(await go.start('strict', lab.files));
  const { certificate, privateKey } = lab.files.identity('payments');
  return {
    lab,
    ports: servers.map(({ port }) => port),
    keys: { ca: lab.files.ca, client: [certificate, privateKey] },
    stop: async () => {
      await Promise.all(servers.map(({ stop }) => stop()));
      lab.remove();
    },
  };
};

/** Null where `npm run rivals` has not built it. */
export const exporterAt = ({ lab, ports: [port = 0], keys }: RelyingParty): Promise<Exporter | null> =>
  startExporter(lab.files.directory, port, keys);

/** CPU milliseconds a connection of openssl s_time with new sessions, user and system: what bash counted for it. */
export const opensslTime = ({ ports: [port], keys }: RelyingParty): number => {
  const { ca, client } = keys;
  const command = `openssl s_time -connect 127.0.0.1:${port} -new -www / -cert ${client[0]} -key ${client[1]} -CAfile ${ca} -time 2 2>&1`;
  const output = execFileSync('bash', ['-c', `TIMEFORMAT='cpu %U %S'; { time ${command}; } 2>&1`], {
    encoding: 'utf8',
  });
  const connections = Number(/(\d+) connections in \d+ real/.exec(output)?.[1]);
  const [, user, system] = /cpu ([\d.]+) ([\d.]+)/.exec(output) ?? [];
  return ((Number(user) + Number(system)) * 1000) / connections;
};
