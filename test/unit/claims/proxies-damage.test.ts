/** Whatever is damaged in a proxy’s configuration: no reader throws, and a problem names its file. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readSource } from '../../../shared/claims/read-source.ts';
import { readingSchema } from '../../../shared/model/claim.ts';
import { instantOf } from '../../../shared/model/time.ts';

const now = instantOf('2026-12-01T00:00:00Z');

const TEXTS: Readonly<Record<string, string>> = {
  nginx: `# configuration file /etc/nginx/nginx.conf:
http { map $ssl_client_s_dn $ok { default 0; "~CN=payments" 1; }
  server { listen 443 ssl; server_name pay.corp.example; ssl_verify_client on; ssl_crl /crl.pem;
    location / { if ($ok = 0) { return 403; } proxy_set_header X-DN $ssl_client_s_dn; proxy_pass http://app; } } }
`,
  haproxy: `defaults
  mode http
frontend pay
  bind :443 ssl crt /tls/pay.pem ca-file /tls/ca.pem verify optional crt-ignore-err 10
  acl ok ssl_c_s_dn(CN) -m str payments "two words"
  http-request deny unless ok { ssl_c_used } || !{ ssl_c_verify 0 }
  default_backend app
backend app
  server one 192.0.2.1:80
`,
  caddy: JSON.stringify({
    apps: {
      http: {
        servers: {
          a: {
            listen: [':443'],
            routes: [
              { match: [{ vars: { '{http.request.tls.client.subject}': ['CN=a'] } }], handle: [{ handler: 'x' }] },
            ],
            tls_connection_policies: [{ match: { sni: ['a.b'] }, client_authentication: { mode: 'require', ca: {} } }],
          },
        },
      },
    },
  }),
  traefik: `http:
  routers:
    pay: { rule: "Host(\`pay.corp.example\`)", entryPoints: [web], tls: { options: strict }, middlewares: [a] }
  middlewares: { a: { passTLSClientCert: { pem: true } } }
tls: { options: { strict: { clientAuth: { caFiles: [a.pem], clientAuthType: RequireAnyClientCert } } } }
`,
  kong: `_format_version: "3.0"
services: [{ name: s, url: "http://s", routes: [{ name: r, paths: [/a], protocols: [https] }] }]
plugins: [{ name: mtls-auth, service: s, config: { anonymous: x, ca_certificates: [a] } }]
consumers: [{ username: x }]
`,
  opa: JSON.stringify([{ path: 'a/b', input: { attributes: { source: { principal: 'x' } } }, result: true }]),
};

const whole = (name: string, text: string) => {
  const reading = readSource([{ name: `${name}.txt`, text }], { source: name, readAt: now, now });
  expect(readingSchema.safeParse(reading).error).toBeUndefined();
  return reading;
};

describe('a damaged configuration', () => {
  test.for(Object.entries(TEXTS))('of %s is read as far as it goes', ([name, text]) => {
    expect(whole(name, text)).toMatchObject({ problems: [], claims: [{ reader: name }] });
    const damage = fc.record({
      at: fc.nat(text.length),
      cut: fc.nat(40),
      put: fc.oneof(
        fc.string({ maxLength: 4 }),
        fc.constantFrom('{', '}', '"', "'", '[', ']', '\n', ';', '\\', '#', ': ', '\0', '[1]', '{}', 'null'),
      ),
    });
    fc.assert(
      fc.property(fc.array(damage, { minLength: 1, maxLength: 4 }), (all) => {
        const damaged = all.reduce((so, { at, cut, put }) => so.slice(0, at) + put + so.slice(at + cut), text);
        for (const { at } of whole(name, damaged).problems) expect(at.file ?? '').not.toBe('');
      }),
      { numRuns: 300 },
    );
  });
});
