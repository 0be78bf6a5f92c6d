/** Real terminators of TLS in the fewest lines that run; what a test is about is given as their own configuration's text. */
import { pythonTools } from '../../setup/python-venv.ts';
import { APACHE, APACHE_MODULES, apacheMain } from '../servers/apache-config.ts';
import { versionLine } from '../servers/installed.ts';
import { HOST, type Running, writeKeyAndCertificate } from '../servers/lab-server.ts';
import { nginxMain } from '../servers/nginx-config.ts';
import { type Lab, withConfig } from './lab.ts';

const envoyPath = async (): Promise<string | null> => {
  const tools = await pythonTools();
  return tools.ok ? tools.tool('envoy') : null;
};

/** Which of them this machine has: tests of the others are skipped, but not under CI. */
const HAVE = {
  nginx: (await versionLine('nginx', '-v')) !== null,
  haproxy: (await versionLine('haproxy', '-v')) !== null,
  apache: APACHE_MODULES !== undefined && (await versionLine(APACHE, '-v')) !== null,
  caddy: (await versionLine('caddy', 'version')) !== null,
  envoy: (await envoyPath()) !== null,
  go: (await versionLine('go', 'version')) !== null,
};
export type Terminator = keyof typeof HAVE;
export const isMissing = (proxy: Terminator): boolean => !HAVE[proxy] && process.env['CI'] !== 'true';

type Place = { readonly port: number; readonly directory: string };

/** `http`: what is in the block of that name; `$listen` and `$certificate` stand for a server's first lines. */
export const nginx = (lab: Lab, http: string, program = 'nginx'): Promise<Running> => {
  const { certificate, privateKey } = lab.named;
  const config = ({ port, directory }: Place) => `
${nginxMain(directory)}
http {
  access_log off;
  client_body_temp_path ${directory}/body; proxy_temp_path ${directory}/proxy;
  ssl_certificate ${certificate}; ssl_certificate_key ${privateKey};
  ssl_protocols TLSv1.2 TLSv1.3;
  ${http.replaceAll('$listen', `listen ${HOST}:${port} ssl`).replaceAll('$directory', directory)}
}`;
  return withConfig(lab, program, config, (file, directory) => ['-p', directory, '-e', 'stderr', '-c', file]);
};

/** `sections` follow the defaults; `$bind` stands for `bind … ssl`, `$pem` for the server's key and certificate. */
export const haproxy = async (lab: Lab, sections: string): Promise<Running> => {
  const pem = await writeKeyAndCertificate(lab.named, lab.files.directory);
  const config = ({ port }: Place) => `
global
  nbthread 1
  stats timeout 5s
defaults
  mode http
  timeout connect 5s
  timeout client 10s
  timeout server 10s
${sections.replaceAll('$bind', `bind ${HOST}:${port} ssl`).replaceAll('$pem', pem)}
`;
  return withConfig(lab, 'haproxy', config, (file) => ['-db', '-f', file]);
};

/** `hosts` follow what is common; `$port` stands for the port. TLS is on, with the lab's certificate. */
export const apache = (lab: Lab, hosts: string): Promise<Running> => {
  const { certificate, privateKey } = lab.named;
  const modules = ['mpm_event', 'authz_core', 'headers', 'proxy', 'proxy_http', 'rewrite', 'socache_shmcb', 'ssl'];
  const config = ({ port, directory }: Place) => `
${apacheMain({ port, directory }, modules)}
SSLCertificateFile ${certificate}
SSLCertificateKeyFile ${privateKey}
${hosts.replaceAll('$port', String(port))}
`;
  return withConfig(lab, APACHE, config, (file) => ['-DFOREGROUND', '-f', file]);
};

/** `listener` gets the port and returns a listener without its address; `clusters` are its upstreams. */
export const envoy = async (lab: Lab, listener: object, clusters: readonly object[] = []): Promise<Running> => {
  const config = ({ port }: Place) => {
    const address = { socket_address: { address: HOST, port_value: port } };
    return JSON.stringify({ static_resources: { listeners: [{ name: 'lab', address, ...listener }], clusters } });
  };
  const quiet = ['--disable-hot-restart', '--concurrency', '1', '--log-level', 'error'];
  return withConfig(lab, (await envoyPath()) ?? 'envoy', config, (file) => ['--config-path', file, ...quiet]);
};
