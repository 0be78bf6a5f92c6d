/** OpenSSL's verdict beside ours, at real sockets: what is said of a chain, whether a secret is sent, and what an identity presents meanwhile. */
import {
  createSecureContext,
  createServer,
  getCACertificates,
  setDefaultCACertificates,
  type TLSSocket,
} from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TlsVersion } from '../../../shared/model/names.ts';
import { DAY } from '../../../shared/model/time.ts';
import { runEndpoint } from '../../../shared/pipeline/ask/endpoint-run.ts';
import { loadIdentity } from '../../../shared/pipeline/load/identities.ts';
import { FORMATS } from '../../../shared/pki/content/formats.ts';
import { type Authority, type Issued, issue, issueAuthority } from '../../../shared/pki/mint/issue.ts';
import { readBundle } from '../../../shared/pki/served/bundle-content.ts';
import type { LoadedBundle } from '../../../shared/pki/served/trust-bundle.ts';
import { planEndpoint } from '../../../shared/plan/plan.ts';
import { connectionLimits } from '../../../shared/probe/limits.ts';
import { anEndpoint } from '../../helpers/endpoint.ts';
import { anIdentity } from '../../helpers/identity.ts';
import { listen, type Peer } from '../../helpers/peers.ts';
import {
  authorityAgain,
  leafAgain,
  leavesOnly,
  namesWithin,
  unknownCritical,
  validBetween,
  version1,
} from '../../helpers/signed-again.ts';

const NOW = Date.now();
const validity = { notBefore: NOW - 30 * DAY, notAfter: NOW + 335 * DAY };
/** A server may have a weak key. */
const ciphers = 'DEFAULT@SECLEVEL=0';
const SECRET = 'Bearer s3cret';

const serverLeaf = (authority: Authority, own = {}) =>
  issue(
    {
      subject: 'CN=payments',
      validity,
      altNames: [{ dns: 'payments.test' }],
      extendedKeyUsage: ['serverAuth'],
      ...own,
    },
    authority,
  );
const authority = (name: string, parent?: Authority) =>
  issueAuthority({ subject: `CN=${name}`, validity }, parent === undefined ? {} : { parent });

let root: Authority;
let intermediate: Authority;
let clientRoot: Authority;
let clientInner: Authority;
let client: Issued;
const peers: Peer[] = [];

beforeAll(async () => {
  [root, clientRoot] = await Promise.all([authority('Root'), authority('Client root')]);
  [intermediate, clientInner] = await Promise.all([authority('Inner', root), authority('Client inner', clientRoot)]);
  client = await issue({ subject: 'CN=checkout', validity, extendedKeyUsage: ['clientAuth'] }, clientInner);
});
afterAll(() => Promise.all(peers.map(({ stop }) => stop())));

const keyText = ({ privateKey }: Issued) => String(privateKey.export({ format: 'pem', type: 'pkcs8' }));

type Seen = { readonly requests: string[]; readonly clients: { readonly leaf: string; readonly error: string }[] };
type Serving = { readonly refusing?: boolean; readonly version?: TlsVersion };

/** Serves each of `leaves` in turn; without `refusing` it only asks for certificates, and notes what it thinks of them. */
const serve = async (
  leaves: readonly Issued[],
  { refusing = true }: Serving,
): Promise<{ port: number; seen: Seen }> => {
  const seen: Seen = { requests: [], clients: [] };
  const contexts = leaves.map((leaf) =>
    createSecureContext({ ciphers, cert: leaf.certificatePem, key: keyText(leaf), ca: clientRoot.certificatePem }),
  );
  let turn = 0;
  const first = leaves[0]!;
  const server = createServer(
    {
      ciphers,
      cert: first.certificatePem,
      key: keyText(first),
      ca: clientRoot.certificatePem,
      requestCert: true,
      rejectUnauthorized: refusing,
      ...(leaves.length > 1 && {
        SNICallback: (_name: string, done: (error: null, context: (typeof contexts)[number]) => void) =>
          done(null, contexts[turn++ % contexts.length]!),
      }),
    },
    (socket: TLSSocket) => {
      const leaf = socket.getPeerCertificate().subject?.CN;
      if (typeof leaf === 'string') seen.clients.push({ leaf, error: String(socket.authorizationError) });
      socket
        .on('error', () => {})
        .once('data', (data) => {
          seen.requests.push(data.toString());
          socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
        });
    },
  );
  server.on('tlsClientError', () => {});
  const peer = await listen(server);
  peers.push(peer);
  return { port: peer.port, seen };
};

type Run = Serving & {
  readonly bundle: LoadedBundle;
  readonly identity?: string;
  readonly secret?: boolean;
  readonly suites?: Parameters<typeof planEndpoint>[2];
};

const run = async (
  leaves: readonly Issued[],
  { bundle, version, identity, secret = true, suites, ...serving }: Run,
) => {
  const { port, seen } = await serve(leaves, serving);
  const endpoint = anEndpoint({
    port,
    refuses: [],
    timeout: 5000,
    tlsVersions: version === undefined ? [] : [version],
  });
  const source = { kind: 'files', certificate: 'crt', privateKey: 'key' } as const;
  const checkout = { ...anIdentity('checkout'), source };
  const files: Record<string, string> = { crt: identity ?? client.certificatePem, key: keyText(client) };
  const sources = {
    readFile: async (name: string) => ({ ok: true, text: files[name]!, bytes: Buffer.from(files[name]!) }) as const,
    readEnv: () => undefined,
    readSecrets: async () => new Map(),
    readStage: async () => null,
  };
  const loaded = await loadIdentity(checkout, new Map(), sources, endpoint.expiry, NOW);
  const given = {
    now: NOW,
    identities: new Map([['checkout', loaded]]),
    secretHeaders: { values: secret ? { authorization: SECRET } : {}, missing: null },
    bundle,
    vantage: 'default',
  };
  const { results } = await runEndpoint(planEndpoint(endpoint, { checkout }, suites ?? ['certificates']), given, {
    resolve: async () => ({ ok: true, ips: ['127.0.0.1'] }),
    limits: connectionLimits(8),
    clock: Date.now,
    deadline: () => NOW + DAY,
  });
  const served = results.find(({ scenario }) => scenario === 'served-certificate');
  const control = results.find(({ scenario }) => scenario === 'valid-identity');
  const told = seen.requests.filter((request) => request.includes(SECRET)).length;
  return { code: served?.code, message: served?.message, control: control?.code, told, seen };
};

const bundle = (...pems: readonly string[]) => readBundle(pems.join('\n'), FORMATS);
const firstOf = (pem: string) => `${pem.split('-----END CERTIFICATE-----')[0]}-----END CERTIFICATE-----\n`;

describe.each(['1.2', '1.3'] as const)('TLS %s', (version) => {
  describe('a chain that breaks a rule of RFC 5280 §6.1 is named by ours, and told no secret', () => {
    const named = async (leaf: Issued, expected: string) => {
      const { code, told, message, control, seen } = await run([leaf], {
        bundle: bundle(root.certificatePem),
        version,
      });
      expect({ code, told, control }).toEqual({ code: expected, told: 0, control: 'ACCEPTED' });
      expect(message).not.toContain('more problem');
      expect(seen.requests.length).toBeGreaterThan(0);
    };
    test('name constraints', async () =>
      named(
        await serverLeaf(authorityAgain(intermediate, namesWithin('corp.example'), root)),
        'SERVED_CHAIN_VIOLATES_CONSTRAINTS',
      ));
    test('path length', async () => {
      const last = authorityAgain(intermediate, leavesOnly, root);
      await named(await serverLeaf(await authority('Inmost', last)), 'SERVED_CHAIN_VIOLATES_CONSTRAINTS');
    });
    test('a critical extension that nobody knows', async () =>
      named(leafAgain(await serverLeaf(root), unknownCritical, root), 'SERVED_CHAIN_CRITICAL_EXTENSION'));
  });
  describe('a chain that OpenSSL refuses and we find nothing in is told no secret', () => {
    // OpenSSL takes the first issuer of a name that is in date, and does not turn back; Go and the JDK do, and so does ours.
    const refused = async (first: Authority, words: string) => {
      const { certificatePem, ...leaf } = await serverLeaf(intermediate);
      const chain = firstOf(certificatePem) + first.certificatePem + intermediate.certificatePem;
      const { code, told, message, control } = await run([{ ...leaf, certificatePem: chain }], {
        bundle: bundle(root.certificatePem),
        version,
      });
      expect({ code, told, control }).toEqual({ code: 'SERVED_CHAIN_REFUSED', told: 0, control: 'ACCEPTED' });
      expect(message).toContain(words);
    };
    test('a twin of the intermediate with other name constraints comes first', async () =>
      refused(
        authorityAgain(intermediate, namesWithin('corp.example'), root),
        'permitted subtree violation. It takes certificate 2 of the served chain',
      ));
    test('a stranger’s cross-signature comes first', async () => {
      const stranger = await authority('Stranger');
      const cross = authorityAgain(intermediate, (parts) => ({ ...parts, issuer: stranger.name }), stranger);
      await refused(cross, 'certificate 2 of the served chain (CN=Inner, issued by CN=Stranger)');
    });
  });

  describe('a sound one is called so, and told', () => {
    const sound = async (leaf: Issued, trust: LoadedBundle, expected = 'SERVED_CHAIN_OK') => {
      const { code, told } = await run([leaf], { bundle: trust, version });
      expect(code).toBe(expected);
      expect(told).toBeGreaterThan(0);
    };
    test('under a root, with an intermediate', async () =>
      sound(await serverLeaf(intermediate), bundle(root.certificatePem)));
    test('name constraints that permit it', async () =>
      sound(
        await serverLeaf(authorityAgain(intermediate, namesWithin('payments.test'), root)),
        bundle(root.certificatePem),
      ));
    test('the bundle holds the intermediate alone', async () =>
      sound(await serverLeaf(intermediate), bundle(firstOf(intermediate.certificatePem))));
    test('the bundle holds the leaf', async () => {
      const leaf = await serverLeaf(root);
      await sound(leaf, bundle(leaf.certificatePem), 'TRUST_BUNDLE_HOLDS_LEAF');
    });
    test('a root of version 1', async () =>
      sound(await serverLeaf(root), bundle(authorityAgain(root, version1, root).certificatePem)));
    test('an expired root beside its successor of the same key, each twice', async () => {
      const old = authorityAgain(root, validBetween(NOW - 90 * DAY, NOW - DAY), root).certificatePem;
      await sound(await serverLeaf(intermediate), bundle(old, root.certificatePem, old, root.certificatePem));
    });
    test('the runtime’s own roots', async () => {
      const before = getCACertificates('default');
      setDefaultCACertificates([root.certificatePem]);
      try {
        const { anchors } = bundle(root.certificatePem) as Extract<LoadedBundle, { ok: true }>;
        await sound(await serverLeaf(intermediate), { ok: true, anchors, system: true });
      } finally {
        setDefaultCACertificates(before);
      }
    });
    test('a cross-signed root in the bundle, or served', async () => {
      const elder = await authority('Elder');
      const crossed = await serverLeaf(intermediate);
      const cross = authorityAgain(
        root,
        (parts) => ({ ...parts, issuer: elder.name, extensions: parts.extensions }),
        elder,
      );
      await sound(crossed, bundle(cross.certificatePem));
      await sound(
        { ...crossed, certificatePem: crossed.certificatePem + cross.certificatePem },
        bundle(elder.certificatePem),
      );
    });
  });

  test('a weak key is one finding, not two; OpenSSL refuses it, so no secret is sent', async () => {
    const weak = await serverLeaf(root, { keyKind: 'rsa-1024' });
    const { code, message, told } = await run([weak], { bundle: bundle(root.certificatePem), version });
    expect({ code, told }).toEqual({ code: 'SERVED_KEY_WEAK', told: 0 });
    expect(message).not.toContain('more problem');
  });
  test('where ours names the fault, OpenSSL adds nothing', async () => {
    const wrong = await serverLeaf(root, { extendedKeyUsage: ['clientAuth'] });
    const { code, message, told } = await run([wrong], { bundle: bundle(root.certificatePem), version });
    expect({ code, told }).toEqual({ code: 'SERVED_CHAIN_WRONG_USAGE', told: 0 });
    expect(message).not.toContain('more problem');
  });
  test('a backend with a chain of its own is asked again, once OpenSSL has seen it', async () => {
    const leaves = await Promise.all([serverLeaf(root), serverLeaf(intermediate)]);
    const { code, told } = await run(leaves, { bundle: bundle(root.certificatePem), version });
    expect(code).toBe('SERVED_CHAIN_OK');
    expect(told).toBeGreaterThan(0);
  });
  test('one of several backends that OpenSSL refuses is found, and told nothing', async () => {
    const bad = await serverLeaf(authorityAgain(intermediate, namesWithin('corp.example'), root));
    const { code } = await run([bad, await serverLeaf(root)], {
      bundle: bundle(root.certificatePem),
      version,
      suites: ['enforcement', 'certificates'],
    });
    expect(code).toBe('SERVED_CHAIN_VIOLATES_CONSTRAINTS');
  });

  test.each([true, false])(
    'an intermediate of the bundle is never presented for an identity (secret: %s)',
    async (secret) => {
      const { seen, code } = await run([await serverLeaf(root)], {
        bundle: bundle(root.certificatePem, firstOf(clientInner.certificatePem), clientRoot.certificatePem),
        version,
        refusing: false,
        identity: firstOf(client.certificatePem),
        secret,
        suites: ['enforcement', 'isolation', 'certificates'],
      });
      expect(code).toBe('SERVED_CHAIN_OK');
      expect(seen.clients.length).toBeGreaterThan(0);
      expect(seen.clients.filter(({ error }) => error === 'null')).toEqual([]);
    },
  );
});
