/** A fleet of any size of which 5 % accept a connection and say nothing, and 5 % refuse it: an address of its own for each endpoint, one port. */
import type { PkiFiles } from '../../../functions/cli/demo/pki.ts';
import { addressOf } from '../memory-registry.ts';

export const KINDS = ['sound', 'silent', 'refusing'] as const;
export type Kind = (typeof KINDS)[number];

export const IDENTITIES = ['payments', 'orders', 'expired'] as const;

export const secretOf = (name: string): string => `monitor/identity/${name}`;

/** Spread evenly, so that each batch of a first run has some of each. */
export const kindOf = (at: number): Kind => {
  if (at % 20 === 7) return 'silent';
  return at % 20 === 13 ? 'refusing' : 'sound';
};

/** No divisor in common with the 20 above: each team has its share of every kind. */
const TEAMS = 49;

export const nameOf = (at: number): string => `service-${at}`;
/** The kind of the endpoint with that name. */
export const kindOfName = (name: string): Kind => kindOf(Number(name.slice(nameOf(0).length - 1)));

type Place = { readonly files: Pick<PkiFiles, 'ca'>; readonly count: number; readonly port: number };

/** In block style, which is read in pieces. What is wrong is announced by the first run that sees it. */
export const fleetOfSecrets = ({ files, count, port }: Place): string =>
  [
    'version: 1',
    `trustBundles: { lab: { file: ${files.ca} } }`,
    // No schedule fires by itself while the runs are measured.
    'schedules: { default: { enforcement: 24h, isolation: 24h, certificates: 24h } }',
    'defaults: { settleAfter: 1 }',
    'identities:',
    ...IDENTITIES.map(
      (name) => `  ${name}: { secret: ${secretOf(name)}${name === 'expired' ? ', fault: expired' : ''} }`,
    ),
    'endpoints:',
    ...Array.from(
      { length: count },
      (_, at) =>
        `  - name: ${nameOf(at)}\n    url: https://${addressOf(at)}:${port}/healthz\n    serverName: localhost\n    trustBundle: lab\n    admits: [payments]\n    owner: team-${at % TEAMS}`,
    ),
    '',
  ].join('\n');
