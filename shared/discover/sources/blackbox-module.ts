/**
 * A module of blackbox_exporter: how it asks a target (github.com/prometheus/blackbox_exporter, CONFIGURATION.md). `http` asks without TLS where the target has no
 * `https://`; `tcp` only with `tls: true`; `grpc` likewise.
 */
import type { Field } from '../../claims/field.ts';
import { printable } from '../../claims/printable.ts';

/** The files of a `tls_config`, as they are written there. */
export type TlsConfig = {
  readonly certificate: string | null;
  readonly privateKey: string | null;
  readonly ca: string | null;
  readonly serverName: string | null;
};

export type Module = {
  /** The scheme of a target that has none; null where the module asks without TLS. */
  readonly scheme: string | null;
  /** Why there is no scheme. */
  readonly why: string;
  readonly tls: TlsConfig;
  readonly file: string | null;
};

export const tlsConfigIn = (field: Field): TlsConfig => ({
  certificate: field.get('cert_file').text(),
  privateKey: field.get('key_file').text(),
  ca: field.get('ca_file').text(),
  serverName: field.get('server_name').text(),
});

export const moduleIn = (field: Field, file: string | null): Module => {
  const prober = field.get('prober').text() ?? '';
  const own = prober === 'http' || prober === 'tcp' || prober === 'grpc' ? field.get(prober) : field.get('http');
  const none = (why: string): Module => ({ scheme: null, why, tls: tlsConfigIn(own.get('tls_config')), file });
  const withTls = (scheme: string): Module => ({ ...none(''), scheme });
  if (prober === 'http') return none('a target without https:// is asked without TLS');
  if (prober !== 'tcp' && prober !== 'grpc') return none(`the prober ${printable(prober, 30)} speaks no TLS`);
  if (own.get('tls').boolean() !== true) return none(`the module does not say tls: true, so it asks without TLS`);
  return withTls(prober === 'grpc' ? 'grpcs' : 'tls');
};
