/** Hostile names in the exports of a cluster and of an account: whatever the command line prints, nothing breaks out of its line, scalar or comment. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readingSchema } from '../../shared/model/claim.ts';
import { parseRegistry } from '../../shared/registry/parse.ts';
import { HOSTILE_NAMES, hostileExports, MOVING } from '../helpers/exports/hostile-exports.ts';
import { mtlsMonitor } from '../helpers/registry.ts';

let directory: string;
let files: readonly string[];
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'hostile-exports-'));
  mkdirSync(join(directory, 'exports'));
  files = hostileExports(HOSTILE_NAMES).map(({ name, text }) => {
    const file = join(directory, 'exports', name);
    writeFileSync(file, text);
    return file;
  });
});
afterAll(() => rmSync(directory, { recursive: true }));

const printed = async (...args: readonly string[]) => {
  const result = await mtlsMonitor(...args);
  expect(result.stderr).not.toMatch(/fault of the monitor|\n +at /);
  for (const line of `${result.stdout}\n${result.stderr}`.split('\n')) expect(line).not.toMatch(MOVING);
  return result;
};

describe.concurrent('the command line', () => {
  test('configuration, as text: no name begins a line', async () => {
    const { stdout, exitCode } = await printed('configuration', ...files, '--verbose');
    // Nothing is critical, and the damaged parts could not be read.
    expect(exitCode).toBe(2);
    expect(stdout).toContain('alert(1)');
    expect(stdout).not.toMatch(/^\s*(?:## b|- \[x\]|::error)/m);
  });

  test('configuration, as JSON: it is one document of the schema', async () => {
    const { findings, ...reading } = JSON.parse((await printed('configuration', ...files, '--format', 'json')).stdout);
    expect(readingSchema.safeParse(reading).error).toBeUndefined();
    expect(findings.length).toBeGreaterThan(HOSTILE_NAMES.length);
  });

  test('configuration, as annotations: each line is one of the monitor’s, at a file that was given', async () => {
    const lines = (await printed('configuration', ...files, '--format', 'github')).stdout.trimEnd().split('\n');
    expect(lines.length).toBeGreaterThan(HOSTILE_NAMES.length);
    for (const line of lines.slice(0, -1))
      expect(line).toMatch(
        /^::(?:error|warning|notice) (?:file=[^,:]*exports\/[a-z-]+\.json,)?(?:line=\d+,)?title=[A-Z_]+::/,
      );
    expect(lines.slice(0, -1).filter((line) => /%(?!25)/.test(line))).toEqual([]);
    expect(lines.at(-1)).toMatch(/^\d+ endpoints: /);
  });

  test('discover: a registry that has nothing but what the exports name, and comments that end with their lines', async () => {
    const { stdout, exitCode } = await printed('discover', ...files, '--all');
    expect(exitCode).toBe(0);
    const document = parse(stdout);
    expect(Object.keys(document)).toEqual(['version', 'identities', 'defaults', 'endpoints']);
    expect(parseRegistry(stdout, join(directory, 'found.yaml'))).toMatchObject({ ok: true });
    for (const { name, url, ...more } of document.endpoints) {
      expect(name).toMatch(/^[a-z0-9-]{1,64}$/);
      expect(url).toMatch(/^[a-z]+:\/\/[a-z0-9.-]+(?::\d+)?(?:\/|$)/);
      expect(['admits', 'routes', 'bypasses', 'owner', 'trustBundle', 'serverName']).toEqual(
        expect.arrayContaining(Object.keys(more)),
      );
    }
  });

  test('describe: columns and sentences', async () => {
    const hosts = HOSTILE_NAMES.flatMap((_, index) => [`gateway-${index}`, `balancer-${index}`]);
    const registry = join(directory, 'registry.yaml');
    const document = {
      version: 1,
      identities: { a: { certificate: 'a.crt', privateKey: 'a.key' } },
      sources: { mesh: { files: ['exports/*.json'] } },
      endpoints: hosts.map((name) => ({ name, url: `https://${name}.corp.example`, admits: ['a'] })),
    };
    writeFileSync(registry, JSON.stringify(document));
    const { stdout } = await printed('describe', '--registry', registry, '--no-connect');
    for (const name of hosts) expect(stdout).toMatch(new RegExp(`^${name} +${name}\\.corp\\.example:443 +WEAK`, 'm'));
  });
});

test('a file of a source that cannot be read is named, inert', async () => {
  const folder = join(directory, 'unread');
  mkdirSync(join(folder, '\u001b[2J](http:x) @here.json'), { recursive: true });
  const registry = join(directory, 'unread.yaml');
  const document = {
    version: 1,
    identities: { a: { certificate: 'a.crt', privateKey: 'a.key' } },
    sources: { mesh: { files: ['unread/*.json'] } },
    endpoints: [{ name: 'e', url: 'https://e.corp.example', admits: ['a'] }],
  };
  writeFileSync(registry, JSON.stringify(document));
  const { stderr } = await printed('describe', '--registry', registry, '--no-connect');
  expect(stderr).toMatch(
    /mesh could not be read: .*\] \(http\[:\]x\) \(at\)here\[\.\]json: EISDIR, it is a directory\n$/,
  );
});

test('nothing was run', () => {
  expect([...readdirSync(directory), ...readdirSync('.')]).not.toContain('pwned');
});
