import { describe, expect, test } from 'vitest';
import { withSiblings } from '../../../shared/registry/siblings.ts';
import { anEndpoint } from '../../helpers/endpoint.ts';

const at = (name: string, host: string, own: Parameters<typeof anEndpoint>[0] = {}) =>
  anEndpoint({ name, host, serverName: host, ...own });
const siblingsOf = (...endpoints: Parameters<typeof withSiblings>[0]) =>
  Object.fromEntries(withSiblings(endpoints).map(({ name, siblings }) => [name, siblings.map((each) => each.name)]));

describe('endpoints that may share an address', () => {
  test('the same host and port, and names beside each other', () => {
    expect(
      siblingsOf(at('a', 'a.corp.test'), at('b', 'b.corp.test'), at('a2', 'a.corp.test', { path: '/other' })),
    ).toEqual({
      a: ['a2', 'b'],
      b: ['a', 'a2'],
      a2: ['a', 'b'],
    });
  });
  test('not another port, another domain, or another protocol', () => {
    const others = [
      at('port', 'b.corp.test', { port: 8443 }),
      at('domain', 'b.other.test'),
      at('grpc', 'b.corp.test', { protocol: { kind: 'grpc', service: '' } }),
    ];
    expect(siblingsOf(at('a', 'a.corp.test'), ...others)['a']).toEqual([]);
    expect(siblingsOf(at('a', 'a.corp.test'), ...others)['grpc']).toEqual([]);
  });
  test('an address is near itself only', () => {
    expect(siblingsOf(at('a', '10.0.0.1'), at('b', '10.0.0.2'), at('c', '10.0.0.1'))).toEqual({
      a: ['c'],
      b: [],
      c: ['a'],
    });
  });
  test('eight at most, those of the same host first', () => {
    const many = Array.from({ length: 12 }, (_, at_) => at(`n${at_}`, `n${at_}.corp.test`));
    const { own = [] } = siblingsOf(at('own', 'own.corp.test'), ...many, at('same', 'own.corp.test'));
    expect([own.length, own[0]]).toEqual([8, 'same']);
  });
  test('a sibling carries how it is asked and who may, and no secret', () => {
    const [first] = withSiblings([at('a', 'a.corp.test'), at('b', 'b.corp.test', { admits: ['orders'] })]);
    expect(first?.siblings).toEqual([
      {
        name: 'b',
        host: 'b.corp.test',
        port: 443,
        path: '/',
        serverName: 'b.corp.test',
        hostHeader: 'payments.test',
        method: 'GET',
        admits: ['orders'],
      },
    ]);
  });
});
