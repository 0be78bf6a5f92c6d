/** SPIRE's server and agent on loopback, in a folder of their own: a workload is whoever runs as this user. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../helpers/ports.ts';

const run = promisify(execFile);
/** Built by test/setup/install-spire.sh. */
const BIN = join(import.meta.dirname, '../../.spire/bin');
export const hasSpire = existsSync(join(BIN, 'spire-server')) && existsSync(join(BIN, 'spire-agent'));
export const DOMAIN = 'example.org';

export type Spire = {
  readonly folder: string;
  /** The output of a command of spire-server, and of spire-agent. */
  readonly server: (...args: readonly string[]) => Promise<string>;
  readonly agent: (...args: readonly string[]) => Promise<string>;
  readonly stop: () => Promise<void>;
};

const serverConfig = (folder: string, port: number): string => `
server {
  bind_address = "127.0.0.1"
  bind_port = "${port}"
  socket_path = "${folder}/server.sock"
  trust_domain = "${DOMAIN}"
  data_dir = "${folder}"
  log_level = "ERROR"
  ca_ttl = "24h"
}
plugins {
  DataStore "sql" { plugin_data { database_type = "sqlite3" connection_string = "${folder}/spire.sqlite3" } }
  KeyManager "memory" { plugin_data {} }
  NodeAttestor "join_token" { plugin_data {} }
}`;

const agentConfig = (folder: string, port: number): string => `
agent {
  data_dir = "${folder}/agent"
  log_level = "ERROR"
  server_address = "127.0.0.1"
  server_port = "${port}"
  socket_path = "${folder}/agent.sock"
  trust_bundle_path = "${folder}/root.pem"
  trust_domain = "${DOMAIN}"
}
plugins {
  KeyManager "memory" { plugin_data {} }
  NodeAttestor "join_token" { plugin_data {} }
  WorkloadAttestor "unix" { plugin_data {} }
}`;

const POLL = 200;
/** Repeats until it does not reject. Rejects with its last error. */
export const eventually = async <Value>(attempt: () => Promise<Value>, milliseconds = 30_000): Promise<Value> => {
  for (const end = Date.now() + milliseconds; ; ) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > end) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, POLL));
  }
};

const startChild = (program: string, ...args: readonly string[]): ChildProcess =>
  spawn(join(BIN, program), args, { stdio: 'ignore' });

const ended = async (child: ChildProcess): Promise<void> => {
  const exit = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  if (child.exitCode !== null || !child.kill()) return;
  await exit;
};

/** A server with an agent that joined by a token, and no entry but its own. */
export const startSpire = async (): Promise<Spire> => {
  const folder = mkdtempSync(join(tmpdir(), 'mtls-monitor-spire-'));
  const port = await freePort();
  const children: ChildProcess[] = [];
  const stop = async () => {
    for (const child of children.toReversed()) await ended(child);
    rmSync(folder, { recursive: true, force: true });
  };
  const call =
    (program: string) =>
    async (...args: readonly string[]) => {
      const socket = join(folder, program === 'spire-server' ? 'server.sock' : 'agent.sock');
      return (await run(join(BIN, program), [...args, '-socketPath', socket])).stdout;
    };
  const [server, agent] = [call('spire-server'), call('spire-agent')];
  try {
    writeFileSync(join(folder, 'server.conf'), serverConfig(folder, port));
    writeFileSync(join(folder, 'agent.conf'), agentConfig(folder, port));
    children.push(startChild('spire-server', 'run', '-config', join(folder, 'server.conf')));
    await eventually(() => server('healthcheck'));
    writeFileSync(join(folder, 'root.pem'), await server('bundle', 'show'));
    const token = JSON.parse(
      await server('token', 'generate', '-spiffeID', `spiffe://${DOMAIN}/host`, '-output', 'json'),
    ).value;
    children.push(startChild('spire-agent', 'run', '-config', join(folder, 'agent.conf'), '-joinToken', token));
    await eventually(() => agent('healthcheck'));
    return { folder, server, agent, stop };
  } catch (error) {
    await stop();
    throw error;
  }
};
