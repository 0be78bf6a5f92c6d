import type { Scenario } from './scenario.ts';

export const validIdentity: Scenario = {
  name: 'valid-identity',
  suite: 'enforcement',
  always: true,
  onRoutes: true,
  presents: 'each identity in `admits`',
  expects: 'accepted',
  citation: 'RFC 8446 §4.4.2.4: a client that authenticates as required is served',
  cases: (endpoint) =>
    endpoint.admits.map((identity) => ({ subject: identity, presented: { kind: 'identity', identity } })),
  add: null,
  acceptance: null,
};
