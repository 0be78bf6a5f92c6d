/** Exports in languages of their own, in the forms whose sources the tests of each reader name. */
import type { ReaderName } from '../../../shared/model/claim.ts';

export const TEXT_EXPORTS: readonly { readonly reader: ReaderName; readonly text: (name: string) => string }[] = [
  {
    reader: 'nginx',
    text: (name) => `# configuration file /etc/nginx/${name}.conf:
http { map $ssl_client_s_dn $ok { default 0; "~CN=${name}" 1; }
  server { listen 443 ssl; server_name ${name}.corp.example; ssl_verify_client on; ssl_crl /${name}.pem;
    location / { if ($ok = 0) { return 403; } proxy_set_header X-DN $ssl_client_s_dn; proxy_pass http://app; } } }
`,
  },
  {
    reader: 'haproxy',
    text: (name) => `defaults
  mode http
frontend ${name}
  bind :443 ssl crt /tls/${name}.pem ca-file /tls/ca.pem verify optional crt-ignore-err 10
  acl ok ssl_c_s_dn(CN) -m str ${name} "two words"
  http-request deny unless ok { ssl_c_used } || !{ ssl_c_verify 0 }
  default_backend app
backend app
  server one 192.0.2.1:80
`,
  },
];
