import type { Command } from 'commander';
import { emit } from '../output.ts';
import { UNTIL_FORMS } from '../until.ts';
import { type WaiveOptions, waive } from './waive.ts';

const HELP = `
It writes the waiver into the file that holds the endpoint (the registry, or one that it includes) and keeps its comments. A waiver of the same is extended.
A waiver of a cause covers what is undecided only for it, and no other cause. Without a deploy, and for hours: mtls-monitor silence.

--until: ${UNTIL_FORMS}. A waiver holds for whole days, UTC; the day is printed.

Exit codes: 0 written, 64 wrong usage or an invalid registry (the file is then as it was), 70 a fault of the monitor itself.

Examples:
  mtls-monitor waive registry.yaml payments --cause CLIENT_CERTIFICATE_OPTIONAL --until friday --reason "migration"
  mtls-monitor waive registry.yaml ledger --scenario revoked --until 2027-03-31 --reason "CRL support lands with the new gateway"`;

export const addWaive = (program: Command): void => {
  program
    .command('waive')
    .argument('<registry>', 'the registry file (YAML)')
    .argument('<endpoint>', 'the endpoint with the known gap')
    .description('write a known gap into the registry: still probed, not announced until its last day is over')
    .option('--scenario <name>', 'the scenario that is waived')
    .option('--cause <word>', 'a cause, in place of a scenario')
    .option('--subject <identity>', 'only the check of this identity, of a scenario')
    .option('--route <route>', 'only at this route, such as "GET /v1/audit"')
    .requiredOption('--until <when>', 'the last day it holds')
    .requiredOption('--reason <text>', 'why; shown in the report')
    .addHelpText('after', HELP)
    .action(async (file: string, endpoint: string, options: WaiveOptions) =>
      emit(await waive(file, endpoint, options), undefined),
    );
};
