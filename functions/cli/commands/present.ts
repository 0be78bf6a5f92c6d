import { resolve } from 'node:path';
import pc from 'picocolors';
import type { Registry } from '../../../shared/model/registry.ts';
import type { CheckResult } from '../../../shared/model/report.ts';
import { readTrustBundles } from '../../../shared/pipeline/load/trust-bundles.ts';
import type { CheckPorts, CheckRequest } from '../../../shared/pipeline/run/checked.ts';
import { type Presentation, presentCheck } from '../../../shared/pipeline/run/present-check.ts';
import { type EndpointPlan, planEndpoint, suitesOf } from '../../../shared/plan/plan.ts';
import { connectionLimits } from '../../../shared/probe/limits.ts';
import { advise } from '../../../shared/registry/nearest.ts';
import { EXIT, UsageError } from '../exit.ts';
import { emit } from '../output.ts';
import { findCheck } from '../present/find-check.ts';
import { writable, writePresented } from '../present/write-presented.ts';
import { readLocalFile, readRegistry } from '../registry-file.ts';
import { presentationJson, presentationText } from '../render/presentation.ts';
import { openSecrets } from '../secret-source.ts';
import { givenUrl, isUrl, refuseUrlOptions, registryOfUrl, type UrlOptions } from '../url-registry.ts';

export type PresentCommandOptions = UrlOptions & {
  readonly registry: string;
  readonly secrets: 'aws' | 'none';
  /** An IP address, with or without a port. */
  readonly address?: string;
  readonly write?: string;
  readonly connect: boolean;
  readonly format: 'text' | 'json';
};

export const PRESENT_DEFAULTS = { registry: 'registry.yaml', secrets: 'none', format: 'text' } as const;

const planOf = ({ endpoints, identities }: Registry, name: string): EndpointPlan => {
  const endpoint = endpoints.find((each) => each.name === name);
  if (endpoint !== undefined) return planEndpoint(endpoint, identities, suitesOf('all'));
  const names = endpoints.map((each) => each.name);
  throw new UsageError(`no endpoint is called ${name}${advise(name, names)}`);
};

const requestOf = async (
  registry: Registry,
  { endpoint }: EndpointPlan,
  from: Pick<CheckRequest, 'registryFile' | 'given'>,
): Promise<CheckRequest> => ({
  endpoints: [endpoint],
  identities: registry.identities,
  trustBundles: await readTrustBundles(registry.trustBundles, readLocalFile),
  suites: suitesOf('all'),
  health: [],
  defaults: { expiry: registry.expiry },
  ...(registry.monitor.addresses !== undefined && { addresses: registry.monitor.addresses }),
  ...from,
  vantage: 'default',
  run: { startedAt: Date.now() },
});

const portsOf = async (secrets: 'aws' | 'none'): Promise<CheckPorts> => ({
  ...(await openSecrets(secrets)),
  readFile: readLocalFile,
  readEnv: (name) => process.env[name],
  limits: connectionLimits(16),
  clock: Date.now,
  deadline: () => Number.POSITIVE_INFINITY,
  runtimeApi: process.env['AWS_LAMBDA_RUNTIME_API'],
});

const ipOf = (address: string): string => {
  const ip = /^\[(.+)\](?::\d+)?$/.exec(address)?.[1] ?? (/^([\d.]+)(?::\d+)?$/.exec(address)?.[1] || address);
  if (URL.canParse(`https://${ip.includes(':') ? `[${ip}]` : ip}/`) && /^[\d.]+$|:/.test(ip)) return ip;
  throw new UsageError(`--address ${address}: expected an IP address, such as 192.0.2.1 or [2001:db8::1]:8443`);
};

const VERDICT_EXIT: Readonly<Record<CheckResult['verdict'], number>> = {
  pass: EXIT.pass,
  waived: EXIT.pass,
  fail: EXIT.fail,
  inconclusive: EXIT.inconclusive,
};

/** As of a check of this one: a check that could not be made is undecided. */
const exitCodeOf = ({ result }: Presentation, connects: boolean): number => {
  if (!connects) return EXIT.pass;
  return result === null ? EXIT.inconclusive : VERDICT_EXIT[result.verdict];
};

/** Where the one that is looked for by default is missing, the error names the option. */
const registryOf = (file: string): Promise<Registry> =>
  readRegistry(file).catch((error: Error) => {
    const missing = file === PRESENT_DEFAULTS.registry && error.message.includes('ENOENT');
    throw missing ? new UsageError(`${error.message}; --registry FILE names another`) : error;
  });

/** `target`: an endpoint’s name, or a URL in place of a registry. */
const askedOf = async (
  target: string,
  options: PresentCommandOptions,
): Promise<{ readonly registry: Registry; readonly name: string; readonly from: Parameters<typeof requestOf>[2] }> => {
  if (!isUrl(target)) {
    refuseUrlOptions('present', options.registry, options);
    const from = { registryFile: resolve(options.registry) };
    return { registry: await registryOf(options.registry), name: target, from };
  }
  if (options.registry !== PRESENT_DEFAULTS.registry)
    throw new UsageError('--registry goes with the name of an endpoint, not with a URL');
  const registry = registryOfUrl(target, options);
  return { registry, name: registry.endpoints[0]?.name ?? '', from: { given: givenUrl(target, options) } };
};

/** Replays one check of a registry or of a URL and shows it. Resolves with the exit code; rejects with a `UsageError`. */
export const present = async (target: string, word: string, options: PresentCommandOptions): Promise<number> => {
  const { address, connect: connects, write } = options;
  const { registry, name, from } = await askedOf(target, options);
  const plan = planOf(registry, name);
  const { check, others } = findCheck(word, plan);
  const request = await requestOf(registry, plan, from);
  const wanted = {
    ip: address === undefined ? null : ipOf(address),
    connects,
    written: write === undefined ? null : resolve(write),
  };
  const presentation = await presentCheck(check, plan, request, wanted, await portsOf(options.secrets));
  const { bundlePem } = presentation;
  const files =
    write === undefined ? [] : await writePresented(write, { value: writable(presentation.presented), bundlePem });
  const shown = { presentation, others, directory: wanted.written, files };
  await emit(options.format === 'json' ? presentationJson(shown) : presentationText(shown, pc), undefined);
  return exitCodeOf(presentation, connects);
};
