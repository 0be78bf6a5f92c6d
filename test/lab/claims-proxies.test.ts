/** What the readers say of the lab’s own configurations, each taken by the real program, against what each mode is known to let in. */
import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSource } from '../../shared/claims/read-source.ts';
import type { Claim } from '../../shared/model/claim.ts';
import type { Code } from '../../shared/model/names.ts';
import { instantOf } from '../../shared/model/time.ts';
import { certificateFacts, certificatesOfPem } from '../../shared/pki/x509/certificate.ts';
import { pkiOnDisk } from '../helpers/pki.ts';
import { caddy, caddyConfig } from './servers/caddy.ts';
import { haproxy, haproxyConfig } from './servers/haproxy.ts';
import { fromPath, nginxModule } from './servers/installed.ts';
import type { LabMode, LabProgram } from './servers/lab-server.ts';
import { nginx, nginxConfig } from './servers/nginx.ts';
import { nginxStream, nginxStreamConfig } from './servers/nginx-stream.ts';

const now = instantOf('2026-12-01T00:00:00Z');
const PORT = 18_443;
type Lab = Awaited<ReturnType<typeof pkiOnDisk>>;
let lab: Lab;

beforeAll(async () => {
  lab = await pkiOnDisk();
});
afterAll(() => lab.remove());

const run = (program: string, ...args: readonly string[]) =>
  promisify(execFile)(...([...fromPath(program, args)] as [string, string[]]));

/** Each returns the claims of a mode, from what the program says of its configuration. */
type Read = (mode: string, directory: string) => Promise<readonly Claim[]>;

const claimsIn = (...files: readonly { readonly name: string; readonly text: string }[]): readonly Claim[] => {
  const { claims, problems } = readSource(files, { source: 'lab', readAt: now, now });
  expect(problems).toEqual([]);
  return claims;
};

const dumped = async (config: string, directory: string): Promise<readonly Claim[]> => {
  const file = join(directory, 'nginx.conf');
  await writeFile(file, config);
  const { stdout } = await run('nginx', '-T', '-p', directory, '-e', 'stderr', '-c', file);
  const claims = claimsIn({ name: 'nginx-T.txt', text: stdout });
  for (const { at } of claims)
    expect([at.file, config.split('\n')[(at.line ?? 0) - 1]]).toEqual([file, expect.stringMatching(/server|location/)]);
  return claims;
};

const PROGRAMS: readonly { readonly program: LabProgram; readonly read: Read }[] = [
  {
    program: nginx,
    read: (mode, directory) =>
      dumped(nginxConfig(mode, { port: PORT, directory, upstream: null }, lab.files), directory),
  },
  {
    program: nginxStream,
    read: async (mode, directory) =>
      dumped(nginxStreamConfig(mode, PORT, directory, (await nginxModule('stream')) ?? '', lab.files), directory),
  },
  {
    program: haproxy,
    read: async (mode, directory) => {
      const file = join(directory, 'haproxy.cfg');
      const text = await haproxyConfig(mode, PORT, directory, lab.files);
      await writeFile(file, text);
      await run('haproxy', '-c', '-f', file);
      const list = await readFile(join(directory, 'crt-list'), 'utf8');
      return claimsIn(
        { name: file, text },
        ...(text.includes('crt-list') && list.includes('[') ? [{ name: 'crt-list', text: list }] : []),
      );
    },
  },
  {
    program: caddy,
    read: async (mode, directory) => {
      const file = join(directory, 'caddy.json');
      await writeFile(file, caddyConfig(mode, PORT, directory, lab.files));
      await run('env', `HOME=${directory}`, 'caddy', 'validate', '--config', file);
      return claimsIn({ name: file, text: await readFile(file, 'utf8') });
    },
  },
];

/** What an endpoint lets in that says this. Null where it does not say. */
const lets = (claim: Claim): Partial<Readonly<Record<Code, boolean>>> => {
  const word = claim.clientCertificate?.value;
  const rules = claim.admission?.value.rules ?? [];
  const refusesNone = rules.some(
    ({ all: [first], unread }) => unread.length === 0 && first?.field.startsWith('subject') === true && first.not,
  );
  return {
    // Passed through says nothing of those that bring none.
    ...(word !== 'passed-through' && { ACCEPTED_NO_CERTIFICATE: word !== 'required' && !refusesNone }),
    ACCEPTED_UNTRUSTED_ISSUER: word === 'passed-through' || word === 'none',
    ACCEPTED_REVOKED: claim.revocation === null || claim.revocation.value === 'none',
    ACCEPTED_EXPIRED: claim.expiry === null || claim.expiry.value === 'ignored',
    ACCEPTED_PLAINTEXT: claim.plaintext?.value === 'allowed',
  };
};

/** Of a mode that tells by something which a configuration does not say, or which is not understood: what is said instead. */
const OTHERWISE: Readonly<Record<string, Partial<Readonly<Record<Code, boolean>>>>> = {
  // It refuses everybody, as its list has ended; the configuration says that there is a list.
  'nginx expired-crl': {},
  'haproxy expired-crl': {},
  // Refusals by other means than a status of 400 and above: named as not understood.
  'nginx soft-200': { ACCEPTED_NO_CERTIFICATE: true },
  'nginx redirect-login': { ACCEPTED_NO_CERTIFICATE: true },
  // 429 to anybody: nobody can tell from outside.
  'nginx rate-limited': { ACCEPTED_NO_CERTIFICATE: true },
};

const chosen = (claims: readonly Claim[], { endpoint }: LabMode): Claim => {
  const name = endpoint?.['serverName'];
  const own = claims.filter(({ endpoint: { port } }) => port === PORT);
  const found = own.find(({ endpoint: { hosts } }) => hosts.includes(String(name ?? '127.0.0.1')));
  if (found === undefined) throw new Error(`no claim of ${PORT}`);
  return found;
};

for (const { program, read } of PROGRAMS) {
  const version = await program.version();
  describe.skipIf(version === null && process.env['CI'] !== 'true')(program.name, () => {
    test.for(program.modes)('$name', async (mode) => {
      const directory = join(lab.files.directory, `${program.name}-${mode.name}`);
      await mkdir(directory);
      const claim = chosen(await read(mode.name, directory), mode);
      const said = lets(claim);
      const known = Object.fromEntries(Object.keys(said).map((code) => [code, mode.fails.includes(code as Code)]));
      expect(said).toEqual({ ...known, ...OTHERWISE[`${program.name} ${mode.name}`] });
      expect(claim.unread).toEqual([]);
    });
  });
}

describe.skipIf((await caddy.version()) === null && process.env['CI'] !== 'true')('caddy adapt', () => {
  test('of a Caddyfile: a site that requires certificates, one that asks for none, and one without TLS', async () => {
    const file = join(lab.files.directory, 'Caddyfile');
    await writeFile(
      file,
      `pay.corp.example {
	tls internal {
		client_auth {
			mode require_and_verify
			trusted_ca_cert_file ${lab.files.ca}
		}
	}
	reverse_proxy 127.0.0.1:9000 {
		header_up X-Client {tls_client_subject}
	}
}
open.corp.example {
	respond "welcome"
}
http://pay.corp.example:8080 {
	respond "payments: ok"
}
`,
    );
    const { stdout } = await run('env', `HOME=${lab.files.directory}`, 'caddy', 'adapt', '--config', file);
    const claims = claimsIn({ name: 'caddy.json', text: stdout });
    const [root] = certificatesOfPem(await readFile(lab.files.ca, 'utf8')).map(certificateFacts);
    expect(claims).toMatchObject([
      {
        endpoint: { hosts: ['pay.corp.example'], port: 443, workload: '127.0.0.1:9000' },
        clientCertificate: { value: 'required' },
        authorities: { value: [{ sha256: root?.sha256 }] },
        headers: ['X-Client'],
        otherWays: [{ url: 'http://pay.corp.example:8080/' }],
      },
      { endpoint: { hosts: ['open.corp.example'], port: 443 }, clientCertificate: { value: 'none' } },
      { endpoint: { hosts: ['pay.corp.example'], port: 8080 }, plaintext: { value: 'allowed' } },
    ]);
  });
});
