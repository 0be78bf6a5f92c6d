import { describe, expect, test } from 'vitest';
import type { Protocol } from '../../../shared/model/protocol.ts';
import type { Endpoint } from '../../../shared/model/registry.ts';
import { planEndpoint } from '../../../shared/plan/plan.ts';
import { reproduceText } from '../../../shared/verdict/explain/reproduce.ts';
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
const lines = (own: Partial<Endpoint>): Record<string, string | null> => {
  const endpoint = anEndpoint(own);
  const { checks } = planEndpoint(endpoint, {}, ['enforcement', 'isolation']);
  return Object.fromEntries(checks.map((check) => [check.id.replace('payments/', ''), reproduceText(check, endpoint)]));
};

describe('how to see it oneself', () => {
  test('HTTP: curl, as each check asks', () => {
    const found = lines({
      bypasses: [bypass],
      http: { method: 'GET', headers: { authorization: { secret: 's' } }, body: null },
    });
    expect(found).toMatchObject({
      'no-certificate': `curl --cacert ca.pem -H 'authorization: …' https://payments.test/`,
      'valid-identity/checkout': `curl --cacert ca.pem --cert checkout.pem --key checkout.key -H 'authorization: …' https://payments.test/`,
      'sni-bypass/none': `curl -k -H 'Host: payments.test' -H 'authorization: …' https://ADDRESS:443/`,
      'bypass-address/https://origin.test/a?b=1': `curl -k -H 'authorization: …' 'https://origin.test/a?b=1'`,
    });
    expect(found['forged-header']).toContain("-H 'X-SSL-Client-Verify: SUCCESS'");
    expect(found['sni-bypass/unknown']).toContain(
      '--connect-to mtls-monitor-knows-no-such-name.invalid:443:payments.test:443',
    );
  });

  test.each<[Protocol, string, string]>([
    [{ kind: 'grpc', service: 'a.B' }, 'grpcurl -cacert ca.pem -d', 'grpcurl -plaintext'],
    [{ kind: 'postgres', user: 'u', database: 'd' }, 'sslmode=require', 'sslmode=disable'],
    [
      { kind: 'mqtt', version: '5' },
      'mosquitto_sub -h payments.test -p 443 --cafile ca.pem -V mqttv5',
      'mosquitto_sub',
    ],
    [
      { kind: 'redis' },
      'redis-cli -h payments.test -p 443 --tls --cacert ca.pem PING',
      'redis-cli -h payments.test -p 443 PING',
    ],
    [
      { kind: 'tls', window: 1, send: null, expect: null },
      'openssl s_client -connect payments.test:443',
      'nc payments.test 443',
    ],
  ])('%o', (protocol, none, plain) => {
    const found = lines({ protocol });
    expect(found['no-certificate']).toContain(none);
    expect(found['plaintext']).toContain(plain);
    expect(found['valid-identity/checkout']).toMatch(/checkout\.pem.*checkout\.key/);
  });
});
