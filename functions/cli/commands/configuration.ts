/** `configuration`: what exports say by themselves, and where they are weak. No registry, no connection. */
import { type Command, Option } from 'commander';
import pc from 'picocolors';
import { findingsAlone } from '../../../shared/verdict/configured/alone.ts';
import { EXIT, UsageError } from '../exit.ts';
import { emit, ensureWritable } from '../output.ts';
import { configurationGithub, configurationText, type ReadSource } from '../render/configuration-text.ts';
import { safeJson } from '../render/json.ts';
import { widthOf } from '../render/wrap.ts';

const FORMATS = ['text', 'json', 'github'] as const;
const FAIL_ON = ['critical', 'warning'] as const;
type Options = {
  readonly format: (typeof FORMATS)[number];
  readonly failOn: (typeof FAIL_ON)[number];
  readonly output?: string;
  readonly verbose?: boolean;
};

const HELP = `
It reads what other programs print: kubectl get … -o json or yaml, istioctl proxy-config … -o json, Envoy’s /config_dump, nginx -T,
haproxy.cfg, caddy adapt, aws … describe-…, and more: docs/reference/meshes-and-gateways.md. All files are one source: a policy in
one may speak of a service in another.

Exit codes: 0 nothing critical (with --fail-on warning: no warning either), 1 something is, 2 nothing is, but a part could not be
read or nothing in the files says what becomes of a client certificate, 64 wrong usage, or a file that is not there, 70 a fault of the monitor itself.

Examples:
  kubectl get namespace,pod,service,peerauthentication,destinationrule,authorizationpolicy -A -o json > mesh.json
  mtls-monitor configuration mesh.json
  mtls-monitor configuration exports/*.json --format github      (in CI: PERMISSIVE warns, a namespace without a policy fails)
  mtls-monitor configuration exports/*.json --fail-on warning    (PERMISSIVE fails, too)
  kubectl get … -o json | mtls-monitor configuration -
  nginx -T > nginx.txt && mtls-monitor configuration nginx.txt --fail-on warning
  mtls-monitor configuration mesh.json --format json             (claims, for other programs)`;

export const addConfiguration = (program: Command): void => {
  program
    .command('configuration')
    .argument('<files...>', 'exports of meshes, gateways and clouds')
    .description('what a configuration says about client certificates, and where it is weak; opens no connection')
    .addOption(new Option('--format <format>', 'how it is written').choices(FORMATS).default('text'))
    .addOption(new Option('--fail-on <severity>', 'what ends with exit code 1').choices(FAIL_ON).default('critical'))
    .option('--output <file>', 'write it there instead of to stdout')
    .option('--verbose', 'also notes, weaknesses of little weight, and fields that are not understood')
    .addHelpText('after', HELP)
    .action(async (files: readonly string[], options: Options) => {
      process.exitCode = await configuration(files, options, Date.now());
    });
};

const NOTHING =
  'Nothing in these files says what becomes of a client certificate: an export of a mesh needs its namespaces and services, too.';

const configuration = async (files: readonly string[], options: Options, now: number): Promise<number> => {
  if (options.output !== undefined) await ensureWritable({ file: options.output, option: '--output', append: false });
  const { readFiles } = await import('../read-sources.ts');
  const { reading, reason } = await readFiles(files, 'the files', now);
  if (reading === null) throw new UsageError(reason ?? 'nothing could be read');
  const read = [{ reading, findings: findingsAlone(reading, now) }];
  const isEmpty = reading.claims.length + reading.certificates.length === 0;
  await emit(rendered(read, options), options.output);
  const fails = read.some(({ findings }) =>
    findings.some(
      ({ severity }) => severity === 'critical' || (options.failOn === 'warning' && severity === 'warning'),
    ),
  );
  if (fails) return EXIT.fail;
  if (isEmpty) process.stderr.write(`${NOTHING}\n`);
  return isEmpty || reading.problems.length > 0 ? EXIT.inconclusive : EXIT.pass;
};

const rendered = (
  read: readonly ReadSource[],
  { format, output, verbose = false }: Options,
): string | Iterable<string> => {
  switch (format) {
    case 'text': {
      const colors = output === undefined ? pc : pc.createColors(false);
      const width = widthOf(output === undefined ? process.stdout : {}, process.env['COLUMNS']);
      return configurationText(read, colors, { width, verbose });
    }
    case 'json':
      return read.map(({ reading, findings }) => safeJson({ ...reading, findings }, 1));
    case 'github':
      return configurationGithub(read);
    default:
      return format satisfies never;
  }
};
