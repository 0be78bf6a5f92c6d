/** The registry in the deployment: validated at the synth, then shipped as one document together with its trust-bundle files. */

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { FileAssetPackaging, Lazy, Stack, Stage } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Registry, TrustBundleSource } from '../shared/model/registry.ts';
import type { Crl, RegistryDeployment, TrustBundle } from '../shared/model/run.ts';
import { FORMATS } from '../shared/pki/content/formats.ts';
import { isPlainPem, readBundle } from '../shared/pki/served/bundle-content.ts';
import { crlsOf, crlText } from '../shared/pki/x509/crl-file.ts';
import { deploymentErrors } from '../shared/registry/deployment.ts';
import { formatErrors } from '../shared/registry/format.ts';
import { type Disk, type IncludedFile, readIncluded } from '../shared/registry/included-files.ts';
import { joinedText } from '../shared/registry/joined.ts';
import { parseRegistry } from '../shared/registry/parse.ts';
import { DeploymentError } from './deployment-error.ts';

export type ReadRegistry = { readonly registry: Registry; readonly deployment: RegistryDeployment };

/** A registry as a file or, built in code, as what the file would hold. */
export type RegistrySource = string | { readonly [field: string]: unknown };

export type RegistryText = {
  readonly text: string;
  /** For messages: the path, or where the endpoints come from. */
  readonly path: string;
  /** Absolute: paths in the registry are relative to its folder. */
  readonly absolute: string;
  /** Of patterns that match no file. Default: none. */
  readonly warnings?: readonly string[];
};

/**
 * Returns the text of the registry: of a file its own, or with the files that it includes one document. Throws a `DeploymentError` if one cannot be read or is
 * wrong.
 */
export const registryText = (source: RegistrySource): RegistryText => {
  const path = typeof source === 'string' ? source : 'registry.json';
  const absolute = resolve(path);
  const text =
    typeof source === 'string'
      ? readText(absolute, (why) => `The registry ${path} cannot be read (${why}). Write one: npx mtls-monitor init`)
      : JSON.stringify(source, null, 2);
  const found = readIncluded(text, absolute, path, disk);
  if (!found.ok) throw new DeploymentError(formatErrors(found.errors, text, path));
  const { files, warnings } = found.value;
  if (files.length === 0 && warnings.length === 0) return { text, path, absolute };
  refuseWrong(text, path, absolute, files);
  const more = files.length === 0 ? '' : ` with ${files.length} included file${files.length === 1 ? '' : 's'}`;
  return { text: joinedText(text, absolute, files), path: `${path}${more}`, absolute, warnings };
};

/** Each error in its own file. That the endpoints are all in code is none. */
const refuseWrong = (text: string, path: string, absolute: string, files: readonly IncludedFile[]): void => {
  const parsed = parseRegistry(text, absolute, files);
  const errors = parsed.ok ? deploymentErrors(parsed.value) : parsed.errors;
  const own = errors.filter((error) => error.path !== 'endpoints' || error.code !== 'MISSING_FIELD');
  if (own.length > 0) throw new DeploymentError(formatErrors(own, text, path, files));
};

const disk: Disk = {
  list: (folder) => (existsSync(folder) && statSync(folder).isDirectory() ? readdirSync(folder) : []),
  read: (file) => {
    try {
      return { ok: true, text: readFileSync(file, 'utf8') };
    } catch (error) {
      return { ok: false, reason: (error as NodeJS.ErrnoException).code ?? 'unknown error' };
    }
  },
};

/** Reads and validates the registry. Throws a `DeploymentError` that lists every error. */
export const readRegistry = (source: RegistrySource): ReadRegistry => deployable(registryText(source));

/** Validates the registry and reads the files that it names. Throws a `DeploymentError` that lists every error. */
export const deployable = ({ text, path, absolute }: RegistryText): ReadRegistry => {
  const registry = validRegistry({ text, path, absolute });
  const bundles = Object.entries(registry.trustBundles).map(
    ([name, source]) => [name, shipped(source, `The trust bundle ${name} in ${path}`, dirname(absolute))] as const,
  );
  // The base name only: the same registry is the same asset on every machine that deploys it.
  return { registry, deployment: { file: basename(absolute), text, bundles: Object.fromEntries(bundles) } };
};

/** Throws a `DeploymentError` that lists every error. */
export const validRegistry = ({ text, path, absolute }: RegistryText): Registry => {
  const parsed = parseRegistry(text, absolute);
  if (!parsed.ok) throw new DeploymentError(formatErrors(parsed.errors, text, path));
  const errors = deploymentErrors(parsed.value);
  if (errors.length > 0) throw new DeploymentError(formatErrors(errors, text, path));
  return parsed.value.registry;
};

/** `folder`: the registry's. A file is named as from there: whoever runs a line of a message runs it there. */
const shipped = ({ crls = [], ...source }: TrustBundleSource, where: string, folder: string): TrustBundle => {
  const lists = crls.map((crl) => (crl.kind === 'url' ? crl : shippedCrl(crl.file, where)));
  const common = lists.length === 0 ? {} : { crls: lists };
  if (source.kind !== 'file') return { ...source, ...common };
  const bytes = readBytes(source.file, (why) => `${where} cannot be read (${why}): ${source.file}`);
  const bundle = certificatesOnly(bytes, `${where}: ${source.file}`);
  const count = bundle.pem.split('-----BEGIN').length - 1;
  const isPlain = bundle.unread === undefined && isPlainPem(bytes.toString('utf8'), count);
  return { ...bundle, ...common, ...(isPlain ? { file: relative(folder, source.file) } : {}) };
};

/** A CRL is public and signed: its lists are shipped unchanged, as PEM. It expires, so a URL is better: a file must be deployed again for each new CRL. */
const shippedCrl = (file: string, where: string): Crl => {
  const text = crlText(readBytes(file, (why) => `${where}: its CRL cannot be read (${why}): ${file}`));
  const read = crlsOf(file, Buffer.from(text));
  const unread = read.ok ? read.unread[0] : read;
  if (unread !== undefined) throw new DeploymentError(`${where}: its CRL ${file} cannot be used: ${unread.reason}.`);
  const [...lists] = text.matchAll(/-----BEGIN X509 CRL-----[\s\S]*?-----END X509 CRL-----/g);
  return { kind: 'pem', name: basename(file), pem: lists.map(([pem]) => `${pem}\n`).join('') };
};

/** Returns the certificates of a file, and nothing else of it. Throws a `DeploymentError` for a file with a private key, in any shape that is read. */
const certificatesOnly = (file: Buffer, where: string): Extract<TrustBundle, { kind: 'pem' }> => {
  const bundle = readBundle(file, FORMATS);
  if (bundle.holdsKey || file.includes('PRIVATE KEY'))
    throw new DeploymentError(
      `${where} holds a private key. It would become part of the deployment: name a file of CA certificates only.`,
    );
  if (!bundle.ok) throw new DeploymentError(`${where} cannot be used: ${bundle.reason}.`);
  const { anchors, unread } = bundle;
  return { kind: 'pem', pem: anchors.map(String).join(''), ...(unread === undefined ? {} : { unread }) };
};

const readText = (path: string, problem: (why: string) => string): string => readBytes(path, problem).toString('utf8');

const readBytes = (path: string, problem: (why: string) => string): Buffer => {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new DeploymentError(problem((error as NodeJS.ErrnoException).code ?? 'unknown error'));
  }
};

/** Where the deployed registry lies. Both are known once the stack is synthesised. */
export type RegistryAsset = { readonly bucketName: string; readonly objectKey: string };

/**
 * The deployed registry as an asset: one JSON document with names of secrets and CA certificates, and without private keys. It is written when the template is
 * made, so that endpoints may be added until then.
 */
export const registryAsset = (scope: Construct, deployment: () => RegistryDeployment): RegistryAsset => {
  const published = new Map<string, RegistryAsset>();
  const publish = (): RegistryAsset => {
    const text = JSON.stringify(deployment());
    const sourceHash = createHash('sha256').update(text).digest('hex');
    const before = published.get(sourceHash);
    if (before !== undefined) return before;
    const stage = Stage.of(scope);
    const folder = stage?.assetOutdir ?? 'cdk.out';
    mkdirSync(folder, { recursive: true });
    const path = join(folder, `asset.${sourceHash}.json`);
    writeFileSync(path, text);
    const fileName = stage === undefined ? path : relative(stage.outdir, path);
    const asset = Stack.of(scope).synthesizer.addFileAsset({
      ...{ fileName, sourceHash, packaging: FileAssetPackaging.FILE },
      displayName: `${scope.node.path}/Registry`,
    });
    published.set(sourceHash, asset);
    return asset;
  };
  return {
    bucketName: Lazy.string({ produce: () => publish().bucketName }),
    objectKey: Lazy.string({ produce: () => publish().objectKey }),
  };
};
