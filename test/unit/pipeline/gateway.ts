/** A gateway of several endpoints, as a fake of the probe: TLS decides by what it is shown in the handshake, the application by all of the request. */
import { X509Certificate } from 'node:crypto';
import { PassThrough } from 'node:stream';
import type { Observation } from '../../../shared/model/probe.ts';
import type { Endpoint } from '../../../shared/model/registry.ts';
import { DAY } from '../../../shared/model/time.ts';
import type { DialPorts } from '../../../shared/pipeline/ask/dial.ts';
import { runEndpoint } from '../../../shared/pipeline/ask/endpoint-run.ts';
import type { Handshakes } from '../../../shared/pipeline/ask/handshakes.ts';
import { loadIdentity } from '../../../shared/pipeline/load/identities.ts';
import { FORMATS } from '../../../shared/pki/content/formats.ts';
import { type Issued, issue, issueAuthority } from '../../../shared/pki/mint/issue.ts';
import { readBundle } from '../../../shared/pki/served/bundle-content.ts';
import { certificateFacts } from '../../../shared/pki/x509/certificate.ts';
import { planEndpoint } from '../../../shared/plan/plan.ts';
import { connectionLimits } from '../../../shared/probe/limits.ts';
import type { ProbeTarget } from '../../../shared/probe/target.ts';
import { withSiblings } from '../../../shared/registry/siblings.ts';
import { anEndpoint } from '../../helpers/endpoint.ts';
import { anIdentity } from '../../helpers/identity.ts';
import { anObservation } from '../../helpers/observation.ts';

const NOW = Date.now();
const validity = { notBefore: NOW - 30 * DAY, notAfter: NOW + 335 * DAY };
const NAMES = ['checkout', 'orders'];

const materialOf = async () => {
  const root = await issueAuthority({ subject: 'CN=Root', validity });
  const served = await issue(
    { subject: 'CN=gateway', validity, altNames: [{ dns: '*.gateway.test' }], extendedKeyUsage: ['serverAuth'] },
    root,
  );
  const identities = new Map(
    await Promise.all(
      NAMES.map(async (name) => {
        const issued = await issue({ subject: `CN=${name}`, validity, extendedKeyUsage: ['clientAuth'] }, root);
        return [name, await loaded(name, issued)] as const;
      }),
    ),
  );
  const chain = [certificateFacts(new X509Certificate(served.certificatePem))];
  return { identities, chain, bundle: readBundle(root.certificatePem, FORMATS) };
};

const loaded = (name: string, { certificatePem, privateKey }: Issued) => {
  const key = String(privateKey.export({ format: 'pem', type: 'pkcs8' }));
  const files: Record<string, string> = { crt: certificatePem, key };
  const source = { kind: 'files', certificate: 'crt', privateKey: 'key' } as const;
  const sources = {
    readFile: async (file: string) =>
      ({ ok: true, text: files[file] ?? '', bytes: Buffer.from(files[file] ?? '') }) as const,
    readEnv: () => undefined,
    readSecrets: async () => new Map(),
    readStage: async () => null,
  };
  return loadIdentity({ ...anIdentity(name), source }, new Map(), sources, anEndpoint().expiry, NOW);
};

let made: ReturnType<typeof materialOf> | undefined;
const material = () => {
  made ??= materialOf();
  return made;
};

/** What a relying party sees of one connection. */
export type Client = {
  /** Of the handshake; null without TLS. */
  readonly hello: { readonly serverName: string | null; readonly presented: string | null } | null;
  /** The bytes that are written. */
  readonly request: string;
};
export type Ends = Pick<Observation, 'ended'> & Partial<Observation>;
export type RelyingParty = (client: Client) => Ends;

const requestOf = ({ speaker, context }: ProbeTarget): string => {
  const channel = new PassThrough();
  const written: Buffer[] = [];
  channel.write = (bytes: Buffer) => {
    written.push(bytes);
    return true;
  };
  const { start } = context === null ? speaker.plaintext : speaker;
  start(channel, { secrets: {}, turn: (write) => write(), done: () => {} });
  return Buffer.concat(written).toString('latin1');
};

export const endpointsOf = (own: readonly Partial<Endpoint>[]): readonly Endpoint[] =>
  withSiblings(
    own.map((each, at) => {
      const name = `e${at}`;
      const serverName = each.serverName ?? 'one.gateway.test';
      const identity = { kind: 'dns', name: serverName } as const;
      const host = { host: 'gateway.test', serverName, serverIdentity: identity, hostHeader: serverName };
      return anEndpoint({ ...host, name, path: `/${name}`, tlsVersions: ['1.3'], ...each });
    }),
  );

/** Sweeps all endpoints side by side. Returns their results, and the clients of the connections that were made. */
export const sweepAll = async (endpoints: readonly Endpoint[], server: RelyingParty, handshakes: Handshakes | null) => {
  const { identities, chain, bundle } = await material();
  const clients: (Client & { readonly by: string })[] = [];
  const probeOf =
    (by: string): NonNullable<DialPorts['probe']> =>
    async (target, clock) => {
      const { context, serverName, presented, verifies } = target;
      const client = { hello: context === null ? null : { serverName, presented }, request: requestOf(target) };
      clients.push({ ...client, by });
      const startedAt = clock();
      await new Promise(setImmediate);
      const shown =
        context === null
          ? { tls: null }
          : { servedChain: chain, ...(verifies === true && { chainVerified: true as const }) };
      const given = { startedAt, durationMs: 1, presented, address: '127.0.0.1:443', ...shown };
      const resumed = target.offered === undefined ? {} : { resumed: false };
      const { ended, ...seen } = server(client);
      return anObservation(ended, { ...given, ...resumed, certificateSent: presented === null ? null : true, ...seen });
    };
  const limits = connectionLimits(64);
  const swept = await Promise.all(
    endpoints.map((endpoint) =>
      runEndpoint(
        planEndpoint(endpoint, Object.fromEntries([...identities].map(([name, { identity }]) => [name, identity])), [
          'enforcement',
          'isolation',
          'certificates',
        ]),
        { now: NOW, vantage: 'default', identities, bundle, secretHeaders: { values: {}, missing: null } },
        {
          limits,
          clock: Date.now,
          resolve: async () => ({ ok: true, ips: ['127.0.0.1'] }),
          deadline: () => Number.POSITIVE_INFINITY,
          probe: probeOf(endpoint.name),
          ...(handshakes === null ? {} : { handshakes }),
        },
      ),
    ),
  );
  return { results: swept.flatMap(({ results }) => results), clients };
};
