import { describe, expect, test } from 'vitest';
import { propsFromContext } from '../../infra/context-props.ts';
import { synth } from './support/synth.ts';
import { faultOf, PROD, probesOf, registryWith } from './support/vantages.ts';

const both = synth({ registry: registryWith(PROD, '[default, prod-vpc]') });

describe('denyPrivate of the deployment', () => {
  const rules = { denyPrivate: true, allowAddresses: ['10.20.0.0/16'] };

  test('is given to each probe function, whatever the registry says, and to no other', () => {
    const template = synth({ registry: registryWith(PROD, '[default, prod-vpc]'), ...rules });
    for (const [, { Environment }] of probesOf(template))
      expect(JSON.parse(String(Environment.Variables['ADDRESS_RULES']))).toEqual(rules);
    expect(JSON.stringify(template.toJSON()).match(/"ADDRESS_RULES"/g)).toHaveLength(2);
    expect(JSON.stringify(both.toJSON())).not.toContain('ADDRESS_RULES');
  });
  test('names the addresses of the registry that it refuses', () => {
    const registry = {
      version: 1,
      trustBundles: { corp: { system: true, crls: [{ url: 'http://[fd00::1]/corp.crl' }] } },
      identities: { a: { secret: 'a' } },
      endpoints: [
        { name: 'near', url: 'https://10.20.0.1/', admits: ['a'] },
        { name: 'far', url: 'https://10.30.0.1/', admits: ['a'], bypasses: ['http://127.0.0.1:9001/'] },
      ],
    };
    const fault = faultOf({ registry, ...rules });
    expect(fault.split('\n').map((line) => line.replace(/ is a private.*/, ''))).toEqual([
      'endpoints.far.url: 10.30.0.1',
      'endpoints.far.bypasses: 127.0.0.1',
      'trustBundles.corp.crls[0].url: fd00::1',
    ]);
  });
  test('is also a value of the context', () => {
    const context = { denyPrivate: 'true', allowAddresses: '10.20.0.0/16, fd12::/16' };
    expect(propsFromContext(context)).toMatchObject({
      denyPrivate: true,
      allowAddresses: ['10.20.0.0/16', 'fd12::/16'],
    });
    expect(() => propsFromContext({ denyPrivate: 'yes' })).toThrow('denyPrivate has to be true or false');
  });
});
