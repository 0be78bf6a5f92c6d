/** Caddy with two names, client authentication for one of them. */
import type { Running } from '../servers/lab-server.ts';
import { HOST } from '../servers/lab-server.ts';
import { type Lab, withConfig } from './lab.ts';

const site = (host: string, body: string) => ({
  match: [{ host: [host] }],
  handle: [{ handler: 'static_response', status_code: 200, body }],
  terminal: true,
});

/** `strict`: Host must be the handshake's name; Caddy's own default wherever a policy asks for client certificates. */
export const caddy = ({ named: { certificate, privateKey }, ...lab }: Lab, strict: boolean): Promise<Running> => {
  const clients = { mode: 'require_and_verify', trusted_ca_certs_pem_files: [lab.files.ca] };
  const config = ({ port, directory }: { port: number; directory: string }) =>
    JSON.stringify({
      admin: { disabled: true, config: { persist: false } },
      storage: { module: 'file_system', root: directory },
      logging: { logs: { default: { level: 'ERROR' } } },
      apps: {
        http: {
          servers: {
            lab: {
              listen: [`${HOST}:${port}`],
              routes: [site('strict.localhost', 'payments: ok\n'), site('open.localhost', 'welcome\n')],
              tls_connection_policies: [{ match: { sni: ['strict.localhost'] }, client_authentication: clients }, {}],
              automatic_https: { disable: true },
              strict_sni_host: strict,
              protocols: ['h1'],
            },
          },
        },
        tls: { certificates: { load_files: [{ certificate, key: privateKey }] } },
      },
    });
  const whole = { ...lab, named: { certificate, privateKey } };
  return withConfig(whole, 'caddy', config, (file) => ['run', '--config', file]);
};
