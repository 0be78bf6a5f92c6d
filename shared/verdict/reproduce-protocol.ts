/** The command that people who run a protocol already have, asking what the probe asked. */
import type { Check } from '../model/check.ts';
import type { Presented } from '../model/probe.ts';
import type { Endpoint } from '../model/registry.ts';
import { filesOf, quoted } from '../protocol/shell.ts';

/** `{}` stands for the certificate and for its key, in this order. */
const withFiles = (presented: Presented, template: string): string => {
  const files = filesOf(presented);
  return files === null ? '' : template.replace('{}', files.certificate).replace('{}', files.key);
};

const sClient = ({ tls }: Check, presented: Presented, { host, port, serverName }: Endpoint, more = ''): string =>
  [
    'openssl s_client',
    ` -connect ${host.includes(':') ? `[${host}]` : host}:${port}`,
    serverName === null ? ' -noservername' : ` -servername ${serverName}`,
    ' -CAfile ca.pem',
    withFiles(presented, ' -cert {} -key {}'),
    tls === null ? '' : ` -tls${tls.replace('.', '_')}`,
    more,
  ].join('');

export const reproduceProtocol = (check: Check, presented: Presented, endpoint: Endpoint): string | null => {
  const { protocol, host, port } = endpoint;
  const plain = presented.kind === 'plaintext';
  switch (protocol.kind) {
    case 'http':
      return null;
    case 'grpc': {
      const tls = plain ? ' -plaintext' : ` -cacert ca.pem${withFiles(presented, ' -cert {} -key {}')}`;
      return `grpcurl${tls} -d ${quoted(JSON.stringify({ service: protocol.service }))} ${host}:${port} grpc.health.v1.Health/Check`;
    }
    case 'tls':
      return plain ? `nc ${host} ${port}` : sClient(check, presented, endpoint);
    case 'postgres': {
      const { user, database } = protocol;
      const tls = plain ? 'sslmode=disable' : `sslmode=require${withFiles(presented, ' sslcert={} sslkey={}')}`;
      return `psql ${quoted(`host=${host} port=${port} dbname=${database} user=${user} ${tls}`)}`;
    }
    case 'mqtt': {
      const tls = plain ? '' : ` --cafile ca.pem${withFiles(presented, ' --cert {} --key {}')}`;
      return `mosquitto_sub -h ${host} -p ${port}${tls} -V ${protocol.version === '5' ? 'mqttv5' : 'mqttv311'} -t probe -W 2 -d`;
    }
    case 'redis': {
      const tls = plain ? '' : ` --tls --cacert ca.pem${withFiles(presented, ' --cert {} --key {}')}`;
      return `redis-cli -h ${host} -p ${port}${tls} PING`;
    }
    default:
      return protocol satisfies never;
  }
};
