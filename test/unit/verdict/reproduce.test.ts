/** The line that reproduces a check: what it names, that it pins the address, and that no key and no secret's value is in it. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Protocol } from '../../../shared/model/protocol.ts';
import type { Endpoint } from '../../../shared/model/registry.ts';
import type { Whereabouts } from '../../../shared/model/whereabouts.ts';
import { planEndpoint } from '../../../shared/plan/plan.ts';
import { printf, quoted } from '../../../shared/protocol/shell.ts';
import { reproduceText, type Seen } from '../../../shared/verdict/explain/reproduce.ts';
import { anEndpoint } from '../../helpers/endpoint.ts';

const bypass = {
  url: 'https://origin.test/a?b=1',
  host: 'origin.test',
  port: 443,
  path: '/a?b=1',
  serverName: 'origin.test',
  hostHeader: 'origin.test',
  plaintext: false,
};
const FILES: Whereabouts = {
  registry: '/etc/mtls/registry.yaml',
  hasSecrets: false,
  identities: new Map([
    [
      'checkout',
      { kind: 'files', certificate: '/pki/checkout.crt', privateKey: '/pki/my keys/checkout.key', chained: false },
    ],
    ['orders', { kind: 'secret', secret: 'mtls/orders', parts: null, chained: false }],
  ]),
  bundles: new Map([['lab', { kind: 'file', file: '/pki/ca.pem' }]]),
};
const SEEN: Seen = { observation: { address: '192.0.2.1:8443' }, where: FILES };

const lines = (own: Partial<Endpoint>, seen: Seen = SEEN): Record<string, string> => {
  const endpoint = anEndpoint(own);
  const { checks } = planEndpoint(endpoint, {}, ['enforcement', 'isolation', 'certificates']);
  return Object.fromEntries(
    checks.flatMap((check) => {
      const text = reproduceText(check, endpoint, seen);
      return text === null ? [] : [[check.id.replace('payments/', ''), text]];
    }),
  );
};
const hasJq = spawnSync('jq', ['--version']).status === 0;
const CURL = `curl -sS -o /dev/null -w '%{http_code}\\n' --noproxy '*' --connect-to ::192.0.2.1:8443 --max-time 2`;

describe('how to see it oneself', () => {
  test('HTTP: curl, at the address in question, with the files of the registry', () => {
    const found = lines({ bypasses: [bypass] });
    expect(found).toMatchObject({
      'no-certificate': `${CURL} --cacert /pki/ca.pem --http1.1 https://payments.test/`,
      'valid-identity/checkout': `${CURL} --cacert /pki/ca.pem --cert /pki/checkout.crt --key '/pki/my keys/checkout.key' --http1.1 https://payments.test/`,
      plaintext: `${CURL} --http1.1 -H 'Host: payments.test' http://payments.test:443/`,
      'sni-bypass/none': `${CURL} -k --http1.1 -H 'Host: payments.test' https://192.0.2.1:443/`,
      'bypass-address/https://origin.test/a?b=1': `${CURL} -k --http1.1 -H 'Host: origin.test' 'https://origin.test:443/a?b=1'`,
      'forged-header':
        'npx --no mtls-monitor present payments forged-header --registry /etc/mtls/registry.yaml --address 192.0.2.1:8443',
    });
    expect(found['sni-bypass/unknown']).toContain('https://mtls-monitor-knows-no-such-name.invalid:443/');
  });

  test('a minted certificate is written into a folder of its own, which goes with the line', () => {
    expect(lines({})['untrusted-issuer']).toBe(
      `( umask 077; d=$(mktemp -d) && trap 'rm -rf "$d"' EXIT && npx --no mtls-monitor present payments untrusted-issuer --registry /etc/mtls/registry.yaml --no-connect --write "$d" >/dev/null && ${CURL} --cacert "$d/ca.pem" --cert "$d/certificate.pem" --key "$d/key.pem" --http1.1 https://payments.test/ )`,
    );
  });

  test('a secret of PEM is fetched as it is; of a JSON object, its fields are', () => {
    const fetched = `aws secretsmanager get-secret-value --secret-id mtls/orders --query SecretString --output text >"$d/secret"`;
    expect(lines({})['foreign-identity/orders']).toContain(`&& ${fetched} && curl`);
    const parts = { certificate: ['leaf', 'chain'], privateKey: 'tls.key' };
    const identities = new Map([['orders', { kind: 'secret', secret: 'mtls/orders', parts, chained: true }] as const]);
    expect(lines({}, { ...SEEN, where: { ...FILES, identities } })['foreign-identity/orders']).toContain(
      `${fetched} && jq -r '.["leaf"], .["chain"]' "$d/secret" >"$d/certificate.pem" && jq -r '.["tls.key"]' "$d/secret" >"$d/key.pem" && curl`,
    );
  });

  test('without whereabouts everything is written, from secrets where the registry names some', () => {
    const where = { ...FILES, hasSecrets: true, identities: new Map(), bundles: new Map() };
    expect(lines({}, { where })['no-certificate']).toContain(
      'present payments no-certificate --registry /etc/mtls/registry.yaml --secrets aws --no-connect --write "$d"',
    );
    expect(lines({}, {})['valid-identity/checkout']).toContain('--connect-to ::payments.test:443 ');
  });

  test('a secret header comes from a file that no argument shows, and goes to verified servers only', () => {
    const http = { method: 'GET', headers: { authorization: { secret: 's' }, 'x-key': { env: 'KEY' } }, body: null };
    const found = lines({ http, bypasses: [bypass] });
    const text = `{ printf '%s: %s\\n' authorization "$(aws secretsmanager get-secret-value --secret-id s --query SecretString --output text)"; printf '%s: %s\\n' x-key "\${KEY:?}"; } >"$d/headers"`;
    expect(found['no-certificate']).toContain(`${text} && curl`);
    expect(found['no-certificate']).toContain(`--http1.1 -H @"$d/headers" https`);
    const elsewhere = ['plaintext', 'sni-bypass/none', 'bypass-address/https://origin.test/a?b=1', 'forged-header'];
    for (const each of elsewhere) expect(found[each]).toMatch(/^npx --no mtls-monitor present payments \S+ --registry/);
    expect(lines({ http }, { ...SEEN, isSound: false })['no-certificate']).toMatch(/^npx --no mtls-monitor present/);
  });

  test('a server whose chain is not sound is asked all the same', () => {
    expect(lines({}, { ...SEEN, isSound: false })['no-certificate']).toBe(
      `${CURL} -k --http1.1 https://payments.test/`,
    );
    const serverIdentity = { kind: 'uri', uri: 'spiffe://x/y' } as const;
    expect(lines({ serverIdentity })['no-certificate']).toContain(' -k ');
  });

  test('of a version, a method, a body and an answer that the registry names by its text', () => {
    const http = { method: 'POST', headers: { a: "it's" }, body: '{"a":\n1}' };
    const accepts = { status: [], body: 'ok' };
    expect(lines({ tlsVersions: ['1.2', '1.3'], http, accepts })).toMatchObject({
      'no-certificate#1.2': `printf '{"a":\\0121}' | curl -sS -i --noproxy '*' --connect-to ::192.0.2.1:8443 --max-time 2 --cacert /pki/ca.pem --tls-max 1.2 --http1.1 -X POST -H 'a: it'\\''s' --data-binary @- https://payments.test/ | cat -v`,
      'no-certificate#1.3': expect.stringContaining(' --tlsv1.3 '),
    });
  });

  test.each<[Protocol, string, string]>([
    [
      { kind: 'grpc', service: 'a.B' },
      String.raw`printf '\000\000\000\000\005\012\003a.B' | curl -sS -i --noproxy '*' --connect-to ::192.0.2.1:8443 --max-time 2 --cacert /pki/ca.pem --http2 -X POST -H 'content-type: application/grpc' -H 'te: trailers' --data-binary @- https://payments.test/grpc.health.v1.Health/Check | cat -v`,
      'npx --no mtls-monitor present payments plaintext',
    ],
    [
      { kind: 'postgres', user: 'u', database: 'd' },
      `PGHOST=payments.test PGHOSTADDR=192.0.2.1 PGPORT=8443 PGDATABASE=d PGUSER=u PGGSSENCMODE=disable PGCONNECT_TIMEOUT=2 PGSSLMODE=verify-ca PGSSLROOTCERT=/pki/ca.pem PGSSLCERT=/nonexistent psql -w -X -c 'SELECT 1'`,
      'PGSSLMODE=disable psql',
    ],
    [
      { kind: 'redis' },
      'redis-cli -e -h 192.0.2.1 -p 8443 --tls --cacert /pki/ca.pem --sni payments.test PING',
      'redis-cli -e -h 192.0.2.1 -p 8443 PING',
    ],
    [
      { kind: 'tls', window: 1, send: 'PING\r\n', expect: null },
      `{ printf 'PING\\015\\012'; sleep 1; } | openssl s_client -quiet -no_ign_eof -connect 192.0.2.1:8443 -servername payments.test -CAfile /pki/ca.pem`,
      'npx --no mtls-monitor present payments plaintext',
    ],
  ])('%o', (protocol, none, plain) => {
    const found = lines({ protocol });
    expect(found['no-certificate']).toContain(none);
    expect(found['plaintext']).toContain(plain);
    expect(found['valid-identity/checkout']).toMatch(/checkout\.crt.*checkout\.key/);
  });

  test('MQTT: its client names a server by its address alone', () => {
    const protocol = { kind: 'mqtt', version: '5' } as const;
    expect(lines({ protocol })['no-certificate']).toMatch(/^npx --no mtls-monitor present/);
    expect(lines({ protocol, serverName: null })['no-certificate']).toBe(
      'mosquitto_sub -h 192.0.2.1 -p 8443 --cafile /pki/ca.pem --insecure -V mqttv5 -t probe -W 2 -E',
    );
  });

  test('what was written once is named where it lies', () => {
    const found = lines({}, { ...SEEN, where: { ...FILES, written: '/tmp/a b' } });
    expect(found['untrusted-issuer']).toBe(
      `${CURL} --cacert '/tmp/a b/ca.pem' --cert '/tmp/a b/certificate.pem' --key '/tmp/a b/key.pem' --http1.1 https://payments.test/`,
    );
  });

  test('a line that a message would cut is the command that replays the check', () => {
    const http = { method: 'POST', headers: {}, body: 'x'.repeat(2_000) };
    expect(lines({ http })['no-certificate']).toBe(
      'npx --no mtls-monitor present payments no-certificate --registry /etc/mtls/registry.yaml --address 192.0.2.1:8443',
    );
  });

  test('a shell reads any text back as it was', () => {
    const text = fc
      .string({ unit: 'binary', maxLength: 30 })
      .filter((each) => !each.includes('\0') && each.isWellFormed());
    const texts = fc.sample(text, 200);
    const script = texts.flatMap((each) => [printf(each), `printf %s ${quoted(each)}`]).join("; printf '\\000'; ");
    const read = execFileSync('sh', ['-s'], { input: script, encoding: 'utf8' });
    expect(read.split('\0')).toEqual(texts.flatMap((each) => [each, each]));
    for (const each of texts) expect(printf(each)).toMatch(/^[ -~]*$/);
  });

  test.skipIf(!hasJq)('a shell fetches what is secret into files of its own, which go with the line', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'reproduce-'));
    const program = (name: string, text: string) =>
      writeFile(join(folder, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    // Each secret's text is its name, in JSON; curl shows what it was given, and who may read it.
    await program('aws', `printf '{"leaf":"LEAF","chain":"CHAIN","key":"KEY of %s"}\\n' "$4"`);
    await program(
      'curl',
      `for each; do f=$(echo "$each" | sed s/^@//); case $f in "$TMPDIR"/*) ls -l "$f" | cut -c1-10; cat "$f";; esac; done`,
    );
    const parts = { certificate: ['leaf', 'chain'], privateKey: 'key' };
    const where: Whereabouts = {
      ...FILES,
      identities: new Map([['orders', { kind: 'secret', secret: 'mtls/orders', parts, chained: true }]]),
      bundles: new Map([['lab', { kind: 'system' }]]),
    };
    const http = { method: 'GET', headers: { authorization: { secret: 's' } }, body: null };
    const line = lines({ http }, { ...SEEN, where })['foreign-identity/orders'] ?? '';
    const env = { ...process.env, PATH: `${folder}:${process.env['PATH']}`, TMPDIR: folder };
    const shown = execFileSync('sh', ['-c', `${line}; umask`], { env, encoding: 'utf8' }).split('\n');
    const own = '-rw-------';
    expect(shown).toEqual([
      ...[own, 'LEAF', 'CHAIN', own, 'KEY of mtls/orders'],
      ...[own, 'authorization: {"leaf":"LEAF","chain":"CHAIN","key":"KEY of s"}', expect.not.stringMatching('077'), ''],
    ]);
    expect(await readdir(folder)).toEqual(['aws', 'curl']);
    await rm(folder, { recursive: true });
  });
});
