/** Registries of any size for the memory benches, as text. */
import type { PkiFiles } from '../../functions/cli/demo/pki.ts';
import { FAULTS } from '../../shared/model/names.ts';
import type { IdentityName } from '../../shared/pki/test-pki/lab-pki.ts';

/** An address of its own in 127.0.0.0/8 for each endpoint. */
export const addressOf = (at: number): string => `127.${1 + (at >> 16)}.${(at >> 8) & 255}.${at & 255}`;

const IDENTITIES: readonly IdentityName[] = ['payments', 'orders', ...FAULTS];

/** One admitted identity, one foreign one and one for each fault; every server has the name `localhost`. */
export const fleetRegistry = (files: PkiFiles, count: number, port: number): string =>
  [
    'version: 1',
    `trustBundles: { lab: { file: ${files.ca} } }`,
    'defaults: { timeout: 30s }',
    'identities:',
    ...IDENTITIES.map((name) => {
      const { certificate, privateKey } = files.identity(name);
      const fault = FAULTS.some((each) => each === name) ? `, fault: ${name}` : '';
      return `  ${name}: { certificate: ${certificate}, privateKey: ${privateKey}${fault} }`;
    }),
    'endpoints:',
    ...Array.from(
      { length: count },
      (_, at) =>
        `  - name: service-${at}\n    url: https://${addressOf(at)}:${port}/healthz\n    serverName: localhost\n    trustBundle: lab\n    admits: [payments]\n    owner: team-${at % 50}`,
    ),
    '',
  ].join('\n');
