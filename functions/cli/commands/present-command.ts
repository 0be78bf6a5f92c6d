import { type Command, Option } from 'commander';
import { addUrlOptions } from '../url-options.ts';
import { PRESENT_DEFAULTS, type PresentCommandOptions, present } from './present.ts';

const HELP = `
The check is asked again as a run asks it, beside the control without which it proves nothing, and confirmed by a second connection. It shows the
certificates that were presented, the TLS records of each connection with the handshake messages and alerts that are in clear, what was sent and answered, how it ended, and a line for
a shell that asks the same with the protocol's usual client. What a server says is bounded and escaped. A private key is never shown.

<scenario>: a scenario, or as much of a check's id as is needed: foreign-identity/orders, 'no-certificate@GET /audit', expired/old#1.2.
--write: the certificates, the key and the trust bundle as PEM, each of mode 0600, in a folder of mode 0700 that must be new or empty.

Exit codes: 0 pass or waived (or --no-connect), 1 fail, 2 inconclusive, 64 wrong usage, an invalid registry, or nothing to write, 70 a fault of the monitor itself.

Examples:
  mtls-monitor present payments no-certificate
  mtls-monitor present payments foreign-identity/orders --registry prod.yaml --secrets aws --address 192.0.2.10
  mtls-monitor present https://payments.corp.example:8443 untrusted-issuer --ca ca.pem --cert checkout.crt --key checkout.key
  mtls-monitor present payments untrusted-issuer --write untrusted --no-connect
  mtls-monitor present payments expired --format json | jq .connections[0].records`;

export const addPresent = (program: Command): void => {
  addUrlOptions(
    program
      .command('present')
      .argument('<endpoint>', 'the endpoint’s name in the registry, or its URL')
      .argument('<scenario>', 'the scenario, or a part of the check’s id'),
  )
    .description(
      'replay one check and show its bytes, alerts and certificates; with --write, make the files that it presents',
    )
    .option('--registry <file>', 'the registry file (YAML)', PRESENT_DEFAULTS.registry)
    .addOption(
      new Option('--secrets <source>', 'where identities given by secret are read')
        .choices(['aws', 'none'])
        .default(PRESENT_DEFAULTS.secrets),
    )
    .option('--address <ip>', 'this address, whatever the name resolves to')
    .option('--write <directory>', 'write what is presented, and the trust bundle, for other programs')
    .option('--no-connect', 'ask nothing: only show and write what would be presented')
    .addOption(
      new Option('--format <format>', 'how it is shown').choices(['text', 'json']).default(PRESENT_DEFAULTS.format),
    )
    .addHelpText('after', HELP)
    .action(async (endpoint: string, scenario: string, options: PresentCommandOptions) => {
      process.exitCode = await present(endpoint, scenario, options);
    });
};
