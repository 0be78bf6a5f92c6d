/** A new protocol is one file, its line in `protocols.ts` and its name in `model/protocol.ts`: planted in a copy of the sources, and asked for real. */
import { createServer, type Server } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Authority, issue, issueAuthority } from '../../shared/pki/mint/issue.ts';
import { listen, type Peer, peer } from '../helpers/peers.ts';
import { serverOptions, VALIDITY } from '../helpers/tls-peers.ts';
import { type PlantedCopy, plantedCopy } from './support/planted-copy.ts';

const PROTOCOLS = 'shared/protocol/protocols.ts';
const NAMES = 'shared/model/protocol.ts';
const FILE = 'shared/protocol/toy.ts';

/** One entry a field of the record; methods as arrows, so that each stands alone. */
const FIELDS: Readonly<Record<string, string>> = {
  name: "'toy'",
  schemes: '{ toys: 4711, toy: null }',
  fields: `({ z }) => ({
    toy: z.strictObject({ loud: z.boolean().optional().meta({ description: 'Whether it shouts. Default: false.' }) })
      .optional().meta({ description: 'What a toy is asked.' }),
  })`,
  resolve: "({ toy: own }, { scheme }) => ({ kind: 'toy', loud: own?.loud ?? false, polite: scheme === 'toy' })",
  speak: `({ loud, polite }) => {
    const start = byBytes(() => Buffer.from(loud ? 'PLAY!\\n' : 'play\\n'), () => firstPacket(read));
    const upgrade = { request: Buffer.from('tls please\\n'), read: (reply: Buffer) => reply.length < 3 ? null : 'go-on' as const };
    const spoken = { window: null, start };
    return { alpn: [], upgrade: polite ? upgrade : null, writesOften: false, ...spoken, plaintext: spoken };
  }`,
  spoken: 'true',
  alike: "'code'",
  closesFor: 'null',
  starttls: 'null',
  namesServerTwice: 'false',
  carriesHeaders: 'true',
  reproduce: `({ loud }, _check, _endpoint, way) =>
    ['toy-cli', ...(loud ? ['--loud'] : []), way.address].join(' ') + withFiles(way, ' {} {}')`,
};

const fileWithout = (left: string | null): string => `
import type { Answer } from '../model/probe.ts';
import { protocol } from './record.ts';
import { withFiles } from './shell.ts';
import { byBytes, firstPacket } from './speaker.ts';

const read = (bytes: Buffer): Answer | 'incomplete' => {
  const line = bytes.toString('latin1');
  const meaning = line.startsWith('fun') ? 'serves' : 'refuses';
  return line.endsWith('\\n')
    ? { kind: 'protocol', protocol: 'toy', meaning, detail: \`toy code \${line.trim()}\`, like: line, body: line }
    : 'incomplete';
};
export const unused = [byBytes, firstPacket, withFiles, read];

export const toy = protocol({
${Object.entries(FIELDS)
  .filter(([field]) => field !== left)
  .map(([field, value]) => `  ${field}: ${value},`)
  .join('\n')}
});
`;

let copy: PlantedCopy;
beforeAll(async () => {
  copy = await plantedCopy();
});
afterAll(() => copy.remove());

describe('a protocol of one file, one line and one name', () => {
  test('its name alone does not compile, nor does its file without its line', async () => {
    await copy.insert(
      NAMES,
      '  readonly redis:',
      '  readonly toy: { readonly loud: boolean; readonly polite: boolean };\n',
    );
    await copy.write(FILE, fileWithout(null));
    expect([...(await copy.compile()).keys()]).toEqual([PROTOCOLS]);
  });

  test('with its line it compiles, and with any field left out it does not', async () => {
    await copy.insert(PROTOCOLS, "import type { Speaker } from './speaker.ts';", "import { toy } from './toy.ts';\n");
    await copy.insert(PROTOCOLS, '} satisfies Records;', '  toy,\n');
    const without = Object.keys(FIELDS).map(
      (field) => [field, FILE.replace('toy.ts', `toy-without-${field}.ts`)] as const,
    );
    for (const [field, file] of without) await copy.write(file, fileWithout(field));
    const errors = await copy.compile();
    expect([...errors.keys()].toSorted()).toEqual(without.map(([, file]) => file).toSorted());
    for (const [field, file] of without) expect(errors.get(file)).toContain(`'${field}' is missing`);
  });

  test('it is in the schema and on the reference page', async () => {
    const { stdout } = await copy.node('functions/cli/main.ts', 'schema', 'registry');
    const endpoint = JSON.parse(stdout).properties.endpoints.items.properties;
    expect(endpoint.url.description).toBe(
      'https://host[:port]/path; also grpcs, tls, postgres, mqtts, rediss, toys and toy.',
    );
    expect(endpoint.toy).toMatchObject({
      description: 'What a toy is asked.',
      properties: { loud: { type: 'boolean' } },
    });
    const { code } = await copy.node('test/conventions/reference.ts', '--write');
    expect(code).toBe(0);
    expect(await copy.read('docs/reference/registry.md')).toMatch(/endpoints\[\]\.toy\.loud.*Whether it shouts/);
  });

  test('what a registry may not say of it is refused, and what belongs to others', async () => {
    // Given endpoints with one fault each
    const faults = [
      ['url: "toy://h"', 'toy:// has no port of its own'],
      ['url: "toys://h", toy: { quiet: true }', 'unknown field "quiet"; expected loud'],
      ['url: "tls://h:1", toy: { loud: true }', 'toy belongs to toys:// and toy:// endpoints; this one is tls://'],
      ['url: "toys://h", mqtt: {}', 'mqtt belongs to mqtts:// endpoints; this one is toys://'],
      ['url: "toyz://h"', 'expected one of https, grpcs, tls, postgres, mqtts, rediss, toys, toy'],
    ] as const;
    const endpoints = faults.map(([fields], at) => `  - { name: e${at}, admits: [a], ${fields} }\n`).join('');
    await copy.write('bad.yaml', `version: 1\nidentities: { a: { secret: a } }\nendpoints:\n${endpoints}`);
    // When it is read
    const { code, stderr } = await copy.node('functions/cli/main.ts', 'plan', 'bad.yaml');
    // Then each is named
    expect(code).not.toBe(0);
    for (const [, message] of faults) expect(stderr).toContain(message);
  });

  describe('asked for real', () => {
    const started: Peer[] = [];
    afterAll(() => Promise.all(started.map(({ stop }) => stop())));
    const keep = async (made: Promise<Peer>): Promise<number> => {
      const up = await made;
      started.push(up);
      return up.port;
    };
    let inner: Server;

    beforeAll(async () => {
      const authority = await issueAuthority({ subject: 'CN=Toys', validity: VALIDITY });
      await copy.write('ca.pem', authority.certificatePem);
      for (const name of ['child', 'guest']) await identity(authority, name);
      const options = { ...(await serverOptions(authority)), requestCert: true, rejectUnauthorized: true };
      inner = createServer(options, (socket) => {
        socket.on('error', () => {});
        const isChild = socket.getPeerCertificate().subject?.CN === 'child';
        socket.once('data', (said) => socket.end(isChild ? `fun ${String(said)}` : 'go away\n'));
      });
      inner.on('tlsClientError', () => {});
    });

    const identity = async (authority: Authority, name: string): Promise<void> => {
      const { certificatePem, privateKey } = await issue(
        { subject: `CN=${name}`, validity: VALIDITY, extendedKeyUsage: ['clientAuth'] },
        authority,
      );
      await copy.write(`${name}.pem`, certificatePem);
      await copy.write(`${name}.key`, String(privateKey.export({ format: 'pem', type: 'pkcs8' })));
    };

    test('each endpoint is judged, in the protocol’s own words, with its own line', async () => {
      const toys = await keep(listen(inner));
      // Given one that is TLS from the first byte, and one that is asked for it
      const toy = await keep(
        peer((socket) =>
          socket.once('data', () => {
            socket.pause();
            socket.write('ok\n');
            inner.emit('connection', socket);
          }),
        ),
      );
      const endpoint = (name: string, url: string) =>
        `  - { name: ${name}, url: "${url}", serverName: localhost, trustBundle: toys, admits: [child], toy: { loud: true }, timeout: 10s }\n`;
      await copy.write(
        'registry.yaml',
        `version: 1\nidentities:\n  child: { certificate: child.pem, privateKey: child.key }\n  guest: { certificate: guest.pem, privateKey: guest.key }\ntrustBundles: { toys: { file: ca.pem } }\nendpoints:\n${endpoint('early', `toys://127.0.0.1:${toys}`)}${endpoint('late', `toy://127.0.0.1:${toy}`)}`,
      );
      // When both are checked
      const { stdout } = await copy.node('functions/cli/main.ts', 'check', 'registry.yaml', '--format', 'json');
      const { checks } = JSON.parse(stdout) as { checks: readonly { id: string; verdict: string }[] };
      const found = Object.fromEntries(checks.map((check) => [check.id, check]));
      // Then both keep out everybody but the child, and say so in the protocol's words
      expect(checks.filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
      expect(Object.keys(found)).toContain('early/forged-header');
      expect(Object.keys(found)).not.toContain('early/sni-bypass/unknown');
      for (const [name, port] of [
        ['early', toys],
        ['late', toy],
      ] as const) {
        expect(found[`${name}/valid-identity/child`]).toMatchObject({
          reproduce: expect.stringMatching(`^toy-cli --loud 127.0.0.1:${port} /.*/child.pem /.*/child.key$`),
        });
        expect(found[`${name}/foreign-identity/guest`]).toMatchObject({
          code: 'REJECTED_BY_PROTOCOL',
          message: expect.stringMatching(/ with toy code go away\W/),
          reproduce: expect.stringMatching(`^toy-cli --loud 127.0.0.1:${port} /.*/guest.pem /.*/guest.key$`),
        });
      }
    });
  });
});
