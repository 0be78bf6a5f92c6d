import type { Command } from 'commander';
import { emit } from '../output.ts';
import type { DiscoverOptions } from './discover.ts';

const HELP = `
Without --into it prints a whole registry. With it, it prints the entries that the registry lacks (by host and port); --write adds them, and every other byte
of the file stays. A second run adds nothing. Comments say "decide" where only a person can: who is admitted, and which CAs are trusted.
What no entry can be made of is listed on stderr with its place and reason, and so is what could not be read; the exit code is 0 all the same.

It reads Prometheus and blackbox_exporter, gatus, CSV, kubectl get ingress,svc,gateway,httproute -o json, and whatever configuration reads
(Istio, Envoy, nginx, AWS …): docs/discover.md. Several files at a time; - is stdin.

Exit codes: 0 done, 1 with --check: an endpoint is not watched, 64 wrong usage, an invalid registry or no endpoint at all (nothing is then written),
70 a fault of the monitor itself.

Examples:
  mtls-monitor discover prometheus.yml blackbox.yml targets/*.json > registry.yaml
  mtls-monitor discover prometheus.yml blackbox.yml --trust-bundle corp=pki/ca.pem > registry.yaml
  kubectl get ingress,svc,gateway,httproute -A -o json | mtls-monitor discover - --into registry.yaml --write --source prod
  mtls-monitor discover endpoints.csv --into registry.yaml
  mtls-monitor discover cluster.json --into registry.yaml --check`;

export const addDiscover = (program: Command): void => {
  program
    .command('discover')
    .alias('import')
    .argument('<file...>', 'files that name endpoints: exports and configurations')
    .description('write registry entries from what Prometheus, Kubernetes, a mesh, a proxy or a table already knows')
    .option('--into <file>', 'a registry: only what it lacks')
    .option('--write', 'add the entries to the registry of --into')
    .option(
      '--check',
      'change nothing; exit code 1 if an endpoint of the files is not watched by the registry of --into',
    )
    .option('--all', 'also endpoints of which the source says that they ask for no client certificate')
    .option(
      '--trust-bundle <name=file>',
      'of a new registry: the CAs (PEM) that verify every server of which no source says another',
    )
    .option('--source <name>', 'what the source is called in the comments (default: its files)')
    .addHelpText('after', HELP)
    .action(async (files: readonly string[], options: DiscoverOptions) => {
      const { discover } = await import('./discover.ts');
      const { out, err, code } = await discover(files, options);
      if (out !== '') await emit(out, undefined);
      if (err !== '') process.stderr.write(`${err}\n`);
      process.exitCode = code;
    });
};
