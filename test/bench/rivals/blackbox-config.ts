/** Modules of blackbox_exporter for every endpoint, certificate and TLS version: as in its own examples, and as a careful user would write them. */
import type { TlsVersion } from '../../../shared/model/names.ts';
import type { Arena } from './arena.ts';
import { knownOf } from './known.ts';
import type { Presented, Target } from './questions.ts';

export type Style = 'plain' | 'careful';

export const moduleName = ({ name }: Target, presented: Presented, tls: TlsVersion, style: Style): string =>
  `${style}_${name}_${presented}_${tls}`;

const tlsConfig = (arena: Arena, target: Target, presented: Presented, tls: TlsVersion) => {
  const keys = arena.keysOf(presented);
  const version = tls === '1.2' ? 'TLS12' : 'TLS13';
  return {
    ca_file: arena.files.ca,
    ...(keys === null ? {} : { cert_file: keys.certificate, key_file: keys.privateKey }),
    ...(target.host === 'localhost' ? { server_name: 'localhost' } : {}),
    min_version: version,
    max_version: version,
  };
};

/** What a careful user adds to the HTTP prober: the endpoint's own statuses and words, and no redirects. */
const http = ({ endpoint }: Target, style: Style) => {
  if (style === 'plain') return {};
  const { accepts, rejects } = knownOf(endpoint);
  return {
    follow_redirects: false,
    ...(accepts.status === undefined ? {} : { valid_status_codes: accepts.status }),
    ...(accepts.body === undefined ? {} : { fail_if_body_not_matches_regexp: [accepts.body] }),
    ...(rejects.body === undefined ? {} : { fail_if_body_matches_regexp: [rejects.body] }),
  };
};

/** As in its example.yml; JSON has no bytes. */
const SSL_REQUEST = '!!binary AAAACATSFi8=';

/** Redis answers the control so, in every mode of the lab; MQTT is bytes without lines, for which its examples have a handshake alone. */
const conversation = ({ scheme, endpoint }: Target, style: Style): readonly object[] => {
  if (scheme === 'postgres') return [{ send: SSL_REQUEST }, { expect_bytes: 'S' }, { starttls: true }];
  if (style === 'plain') return [];
  if (scheme === 'rediss') return [{ send: 'PING\r' }, { expect: '^(\\+PONG|-NOAUTH|-NOPERM)' }];
  const { send, expect } = (endpoint['tls'] ?? {}) as { send?: string; expect?: string };
  return [...(send === undefined ? [] : [{ send: send.trimEnd() }]), ...(expect === undefined ? [] : [{ expect }])];
};

const moduleOf = (arena: Arena, target: Target, presented: Presented, tls: TlsVersion, style: Style) => {
  const tls_config = tlsConfig(arena, target, presented, tls);
  const own = { timeout: '5s' };
  switch (target.scheme) {
    case 'https':
      return { ...own, prober: 'http', http: { preferred_ip_protocol: 'ip4', tls_config, ...http(target, style) } };
    case 'grpcs':
      return { ...own, prober: 'grpc', grpc: { tls: true, tls_config, service: target.path.slice(1) } };
    default: {
      const query_response = conversation(target, style);
      return { ...own, prober: 'tcp', tcp: { tls: target.scheme !== 'postgres', tls_config, query_response } };
    }
  }
};

const STYLES: readonly Style[] = ['plain', 'careful'];

/** JSON is YAML. */
export const blackboxConfig = (arena: Arena, asked: readonly Presented[], versions: readonly TlsVersion[]): string => {
  const modules = arena.targets.flatMap((target) =>
    STYLES.flatMap((style) =>
      asked.flatMap((presented) =>
        versions.map(
          (tls) => [moduleName(target, presented, tls, style), moduleOf(arena, target, presented, tls, style)] as const,
        ),
      ),
    ),
  );
  const text = JSON.stringify({ modules: Object.fromEntries(modules) });
  return text.replaceAll(`"${SSL_REQUEST}"`, SSL_REQUEST);
};
