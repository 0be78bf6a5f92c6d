import { describe, expect, test } from 'vitest';
import { cureText, wholeCure } from '../../../shared/model/cure.ts';
import { MENDINGS } from '../../../shared/model/platform.ts';
import { PLATFORMS } from '../../../shared/model/platform-records.ts';
import { PLATFORM_NAMES, platformNamed, recognised } from '../../../shared/model/platforms.ts';
import { platformOf } from '../../../shared/verdict/judge/platform-of.ts';
import { anEndpoint } from '../../helpers/endpoint.ts';
import { answered } from '../../helpers/observation.ts';

const REQUIRE = { what: 'Require a client certificate', by: 'require', besides: ', or more' } as const;

describe('the kind of server', () => {
  test.each([
    ['nginx', null, 'nginx'],
    ['nginx/1.28.0', null, 'nginx'],
    ['openresty/1.27.1.2', null, 'nginx'],
    ['Apache', null, 'apache'],
    ['Apache/2.4.66 (Debian)', null, 'apache'],
    ['istio-envoy', null, 'istio'],
    ['envoy', null, 'envoy'],
    ['Caddy', null, 'caddy'],
    ['lighttpd/1.4.69', null, 'lighttpd'],
    ['awselb/2.0', null, 'alb'],
    ['CloudFront', null, 'cloudfront'],
    ['nginx', '1.1 0123456789abcdef.cloudfront.net (CloudFront)', 'cloudfront'],
    ['uvicorn', null, 'python'],
    ['Jetty(12.0.1)', null, 'java'],
  ])('Server %s, Via %s: %s', (server, via, name) => {
    expect(recognised({ server, via })).toEqual({ name, from: 'answer' });
  });

  test.each(['', 'Apache-Coyote/1.1', 'my-nginx-like', 'enginx', 'Envoyage', 'ApacheBench', 'x'.repeat(200)])(
    'Server %s: not known',
    (server) => {
      expect(recognised({ server, via: '1.1 proxy' })).toBeNull();
    },
  );

  test('no answer says nothing', () => {
    expect(recognised()).toBeNull();
  });

  test('of an endpoint: what the registry says, else what alone speaks its protocol, else its first answer that says it', () => {
    const said = (server: string) => {
      const observation = answered(200);
      const answer = { ...observation.answer, kind: 'http', marks: { server, via: null } } as typeof observation.answer;
      return { observation: { ...observation, answer }, outcome: { kind: 'accepted' } } as const;
    };
    const attempts = [said('unheard-of'), said('nginx'), said('Caddy')];
    expect(platformOf(anEndpoint(), attempts)).toEqual({ name: 'nginx', from: 'answer' });
    expect(platformOf({ ...anEndpoint(), platform: 'haproxy' }, attempts)).toEqual({
      name: 'haproxy',
      from: 'registry',
    });
    expect(platformOf({ ...anEndpoint(), protocol: { kind: 'redis' } }, [])).toEqual({
      name: 'redis',
      from: 'protocol',
    });
    expect(platformOf(anEndpoint(), [])).toBeNull();
  });

  test('each has its own name, and something to mend', () => {
    expect(new Set(PLATFORM_NAMES).size).toBe(PLATFORMS.length);
    for (const name of PLATFORM_NAMES) expect(Object.keys(platformNamed(name)?.cures ?? {})).not.toEqual([]);
    for (const by of MENDINGS) expect(PLATFORMS.some(({ cures }) => cures[by] !== undefined)).toBe(true);
  });
});

describe('the cure of a finding', () => {
  test('is that of the server which the registry names', () => {
    expect(cureText(REQUIRE, { name: 'caddy', from: 'registry' }, 'X')).toBe(
      'Require a client certificate (Caddy: mode require_and_verify, not verify_if_given), or more.',
    );
  });

  test('says so where the server named itself', () => {
    expect(cureText(REQUIRE, { name: 'nginx', from: 'answer' }, 'no-certificate')).toBe(
      'Require a client certificate (nginx: ssl_verify_client on, not optional, as its answers name it; others: npx mtls-monitor explain no-certificate), or more.',
    );
  });

  test('says so where the protocol names it', () => {
    expect(cureText(REQUIRE, { name: 'redis', from: 'protocol' }, 'no-certificate')).toBe(
      'Require a client certificate (Redis: tls-auth-clients yes, not optional, by its protocol; others: npx mtls-monitor explain no-certificate), or more.',
    );
  });

  test.each([null, { name: 'nlb', from: 'registry' } as const])('of %j: a few, and where the others are', (known) => {
    const shown = cureText(REQUIRE, known, 'no-certificate');
    expect(shown).toContain('(nginx: ssl_verify_client on, not optional; Apache: ');
    expect(shown).toContain('; others: npx mtls-monitor explain no-certificate), or more.');
    expect(shown).not.toContain('Redis');
  });

  test('as a whole has all, and a sentence without options is as it is', () => {
    expect(wholeCure(REQUIRE)).toContain('Redis: tls-auth-clients yes, not optional), or more.');
    expect([wholeCure('Do it.'), cureText('Do it.', null, 'X')]).toEqual(['Do it.', 'Do it.']);
  });
});
