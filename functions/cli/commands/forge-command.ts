import { type Command, InvalidArgumentError, Option } from 'commander';
import { altNameOf, extensionOf, unitOf } from '../forge/given-attributes.ts';
import { emit } from '../output.ts';
import { FORGE_DEFAULTS, type ForgeOptions, forge, KEY_KINDS } from './forge.ts';

const days = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 3650)
    throw new InvalidArgumentError('Expected a whole number from 1 to 3650.');
  return value;
};

const domain = (text: string): string => {
  if (!/^(?=.{1,56}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/.test(text))
    throw new InvalidArgumentError('Expected a domain in lower case such as lab.test.');
  return text;
};

/** API_CreateSecret, Name. */
const prefix = (text: string): string => {
  if (!/^[A-Za-z0-9/_+=.@-]{1,400}$/.test(text))
    throw new InvalidArgumentError('Expected letters, digits and / _ + = . @ - only.');
  return text;
};

const variable = (text: string): string => {
  if (!/^[A-Za-z_]\w*$/.test(text)) throw new InvalidArgumentError('Expected the name of an environment variable.');
  return text;
};

/** For `payments` and the identities with a fault. Those of `--like` have what that certificate has. */
const repeated = <Value>(flags: string, what: string, read: (text: string) => Value): Option =>
  new Option(flags, `${what}, for payments and the faulty identities; may be repeated`)
    .argParser((text: string, before: readonly Value[]) => [...before, read(text)])
    .default([], 'none')
    .conflicts('like');

const addAttributes = (command: Command): Command =>
  command
    .addOption(repeated('--ou <name>', 'organisational unit', unitOf))
    .addOption(repeated('--san <kind:name>', 'alternative name (dns:, uri:, email: or ip:)', altNameOf))
    .addOption(
      repeated(
        '--extension <oid=text>',
        'extension; its value is a UTF8String, raw:TEXT the bytes of a text, hex:3003… DER',
        extensionOf,
      ),
    );

const HELP = `
It makes a root, an issuing CA, the revocation lists of both, identities that are valid (SPIFFE IDs payments and orders, DNS name gateway),
one for each fault (expired, not-yet-valid, revoked, wrong-usage), a server certificate for localhost, and registry.yaml. Untrusted, self-signed
and look-alike certificates need none: the monitor makes them itself.

--short-lived: valid for 24 hours. expired stays expired; not-yet-valid becomes valid after 24 hours and tests nothing then, and the others
expire: forge again, with --force.

--ou, --san and --extension: for a server that decides by an attribute. orders and gateway do not have it, so it must refuse them. With --like
all identities with a fault have the extensions of that certificate, too.

Private keys are files of mode 0600 in folders of mode 0700, or secrets; none is ever printed. Exit codes: 0 made, 64 wrong usage, 70 a fault of the monitor itself.

Examples:
  mtls-monitor forge pki && mtls-monitor check pki/registry.yaml
  mtls-monitor forge pki --ou payments-team --extension 1.3.6.1.4.1.99999.1=department-a
  mtls-monitor forge pki --secrets aws --prefix team-a/mtls/
  CA_PASSPHRASE=… mtls-monitor forge pki --ca corp-ca.pem --ca-key corp-ca.key --like checkout.crt`;

export const addForge = (program: Command): void => {
  const command = program
    .command('forge')
    .argument('<directory>', 'where to write it: a new or an empty folder')
    .description('make a complete test PKI, faulty identities included, and a registry that uses it')
    .option('--name <domain>', 'SPIFFE trust domain, and domain of the DNS names', domain, FORGE_DEFAULTS.name)
    .addOption(
      new Option('--key <kind>', 'kind of every key').choices(Object.keys(KEY_KINDS)).default(FORGE_DEFAULTS.key),
    )
    .addOption(
      new Option('--days <n>', `lifetime of the certificates (default: ${FORGE_DEFAULTS.days})`).argParser(days),
    )
    .addOption(new Option('--short-lived', 'valid for 24 hours').conflicts('days'))
    .option('--ca <file>', 'issue from this CA: its certificate, and in the same file those above it (PEM)')
    .option('--ca-key <file>', 'the private key of that CA (PEM)')
    .option(
      '--ca-passphrase-env <variable>',
      'environment variable that holds the passphrase of an encrypted key',
      variable,
      FORGE_DEFAULTS.caPassphraseEnv,
    )
    .option(
      '--like <file>',
      'a certificate that your servers admit (PEM): payments and the faulty identities get its names and attributes',
    );
  addAttributes(command)
    .addOption(
      new Option('--secrets <where>', 'where identities are put: aws, Secrets Manager; none, files')
        .choices(['aws', 'none'])
        .default(FORGE_DEFAULTS.secrets),
    )
    .option('--prefix <prefix>', 'prefix of the secrets’ names', prefix, FORGE_DEFAULTS.prefix)
    .option('--force', 'replace what is there')
    .addHelpText('after', HELP)
    .action(async (directory: string, options: ForgeOptions) => emit(await forge(directory, options), undefined));
};
