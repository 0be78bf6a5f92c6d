/** `describe`: what the sources say of an endpoint, held against the wire, in the shape of `istioctl authn tls-check`. */
import { type Command, Option } from 'commander';
import pc from 'picocolors';
import type { HeldSources } from '../../../shared/model/configured.ts';
import type { Registry } from '../../../shared/model/registry.ts';
import type { CheckResult } from '../../../shared/model/report.ts';
import { partsOf } from '../../../shared/verdict/make-report.ts';
import { EXIT, UsageError } from '../exit.ts';
import { emit } from '../output.ts';
import { startProgress } from '../progress.ts';
import { readLocalFile, readRegistry } from '../registry-file.ts';
import { type Described, descriptionText, type Status, statusOf } from '../render/description-text.ts';
import { safeJson } from '../render/json.ts';
import { widthOf } from '../render/wrap.ts';
import { RUN_DEFAULTS, refuseUnknownEndpoints, runCheck } from '../run-check.ts';
import { openSecrets } from '../secret-source.ts';

type Options = {
  readonly registry: string;
  readonly secrets: 'aws' | 'none';
  readonly connect: boolean;
  readonly format: 'text' | 'json';
};

const HELP = `
The registry names its sources, exports of a mesh or a gateway, or an OPA that is asked:
  sources:
    mesh: { files: [exports/mesh.json] }
    authz: { opa: "http://127.0.0.1:8181/v1/data/envoy/authz/allow" }   (endpoints name the host: sources: { authz: pay.corp.example })

STATUS: OK as configured, and not weak; CONFLICT the source and the wire differ; WEAK the configuration is; UNKNOWN not proven;
NOT ASKED nothing is weak by itself (--no-connect).
SERVER: what becomes of a client certificate. CLIENT: what the mesh’s own clients do. WIRE: what the probes saw.

Exit codes: 0 all OK, 1 a CONFLICT or something WEAK, 2 neither, but something is UNKNOWN or a source could not be read, 64 wrong usage or an invalid registry,
70 a fault of the monitor itself, 130 interrupted.

Examples:
  mtls-monitor describe payments
  mtls-monitor describe --registry prod.yaml --secrets aws       (every endpoint)
  mtls-monitor describe payments --no-connect                    (what the sources say; nothing is asked)`;

export const addDescribe = (program: Command): void => {
  program
    .command('describe')
    .argument('[endpoints...]', 'names of endpoints in the registry; none: all')
    .description('what its configuration says of an endpoint, and what the wire shows: HOST, STATUS, SERVER, CLIENT')
    .option('--registry <file>', 'the registry file (YAML)', 'registry.yaml')
    .addOption(
      new Option('--secrets <source>', 'where identities given by secret are read')
        .choices(['aws', 'none'])
        .default(RUN_DEFAULTS.secrets),
    )
    .option('--no-connect', 'ask nothing: only what the sources say')
    .addOption(new Option('--format <format>', 'how it is written').choices(['text', 'json']).default('text'))
    .addHelpText('after', HELP)
    .action(async (endpoints: readonly string[], options: Options) => {
      process.exitCode = await describe(endpoints, options, Date.now());
    });
};

const describe = async (names: readonly string[], options: Options, now: number): Promise<number> => {
  const registry = await readRegistry(options.registry);
  refuseUnknownEndpoints(registry, names);
  const { readSources } = await import('../read-sources.ts');
  const sources = await readSources(registry, now, {
    ...(await openSecrets(options.secrets)),
    readFile: readLocalFile,
    readEnv: (name) => process.env[name],
  });
  if (sources === undefined)
    throw new UsageError(
      `${options.registry} names no source that can be read here: add sources: { mesh: { files: [exports/mesh.json] } }`,
    );
  const wanted = registry.endpoints.filter(({ name }) => names.length === 0 || names.includes(name));
  const asked = options.connect
    ? await askedOf(
        registry,
        wanted.map(({ name }) => name),
        options,
      )
    : null;
  const described = wanted.map(
    (endpoint): Described => ({
      endpoint,
      covered: sources.covered[endpoint.name] ?? [],
      results: asked?.results.filter((result) => result.endpoint === endpoint.name) ?? null,
    }),
  );
  for (const reason of unreadSources(sources)) process.stderr.write(`${reason}\n`);
  const width = widthOf(process.stdout, process.env['COLUMNS']);
  await emit(
    options.format === 'json' ? safeJson(described.map(plainOf), 1) : descriptionText(described, pc, width),
    undefined,
  );
  if (asked?.interrupted === true) return EXIT.interrupted;
  const code = exitOf(described);
  return code === EXIT.pass && unreadSources(sources).length > 0 ? EXIT.inconclusive : code;
};

const askedOf = async (
  registry: Registry,
  endpoint: readonly string[],
  { secrets }: Options,
): Promise<{ readonly results: readonly CheckResult[]; readonly interrupted: boolean }> => {
  const options = { ...RUN_DEFAULTS, secrets, endpoint, suites: ['enforcement', 'isolation'] as const };
  const { report, interrupted } = await runCheck(registry, options, startProgress(endpoint.length));
  return { results: [...partsOf(report)].flatMap(({ checks }) => checks), interrupted };
};

const unreadSources = ({ states }: HeldSources): readonly string[] =>
  states.flatMap(({ source, reason }) => (reason === null ? [] : [`${source} could not be read: ${reason}`]));

const statusesOf = ({ covered, results }: Described): readonly Status[] =>
  covered.length === 0 ? ['UNKNOWN'] : covered.map((each) => statusOf(each, results));

const plainOf = ({ endpoint: { name, host, port }, covered, results }: Described) => ({
  ...{ endpoint: name, host, port },
  sources: covered.map((each) => ({ source: each.source, status: statusOf(each, results), claims: each.claims })),
});

const exitOf = (described: readonly Described[]): number => {
  const statuses = described.flatMap(statusesOf);
  if (statuses.some((status) => status === 'CONFLICT' || status === 'WEAK')) return EXIT.fail;
  return statuses.includes('UNKNOWN') ? EXIT.inconclusive : EXIT.pass;
};
