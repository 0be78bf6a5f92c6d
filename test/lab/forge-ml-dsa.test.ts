// `mtls-monitor forge --key ml-dsa-…`: what it makes passes at once before a server that takes such keys.
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { reportSchema } from '../../shared/model/report.ts';
import { parseRegistry } from '../../shared/registry/parse.ts';
import { forgeFolder } from '../helpers/forge-folder.ts';
import { mtlsMonitor } from '../helpers/registry.ts';
import { keeper, tlsPeer } from '../helpers/tls-peers.ts';

const keep = keeper();

describe.each(['ml-dsa-44', 'ml-dsa-65', 'ml-dsa-87'])('keys of kind %s', (kind) => {
  const folder = forgeFolder();
  afterAll(() => folder.remove());

  test('identities, served chain and registry fit each other', async () => {
    const { exitCode, stderr } = await folder.forge('--key', kind);
    expect([exitCode, stderr]).toEqual([0, '']);
    const read = (path: string) => readFileSync(folder.at(path), 'utf8');
    const { port } = await keep(
      tlsPeer(
        {
          cert: read('servers/localhost.crt'),
          key: read('servers/localhost.key'),
          ca: read('ca.pem'),
          // node:tls reads one list of each.
          crl: read('crl.pem').match(/-----BEGIN X509 CRL[\s\S]+?-----END X509 CRL-----/g) ?? [],
          requestCert: true,
          rejectUnauthorized: true,
        },
        (socket) =>
          socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok')),
      ),
    );
    const registry = read('registry.yaml').replace('localhost:8443', `localhost:${port}`);
    writeFileSync(folder.at('registry.yaml'), registry);
    expect(parseRegistry(registry, 'registry.yaml')).toMatchObject({
      ok: true,
      value: { registry: { endpoints: [{ tlsVersions: ['1.3'] }] } },
    });
    const checked = await mtlsMonitor('check', folder.at('registry.yaml'), '--format', 'json');
    const { checks } = reportSchema.parse(JSON.parse(checked.stdout));
    const wrong = checks.filter(({ verdict }) => verdict !== 'pass').map(({ id, code }) => `${id} ${code}`);
    expect([checked.exitCode, wrong]).toEqual([0, []]);
    const scenarios = checks.map(({ scenario }) => scenario);
    expect(scenarios).toEqual(
      expect.arrayContaining(['expired', 'not-yet-valid', 'revoked', 'wrong-usage', 'untrusted-issuer', 'self-signed']),
    );
  });
});
