/** The registry as part of the deployment: checked at the synth, then shipped as one document together with its trust-bundle files. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { Stage } from 'aws-cdk-lib';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import type { Construct } from 'constructs';
import type { Registry, TrustBundleSource } from '../shared/model/registry.ts';
import type { Crl, RegistryDeployment, TrustBundle } from '../shared/model/run.ts';
import { bundleOfText } from '../shared/pki/served/trust-bundle.ts';
import { crlsOf } from '../shared/pki/x509/crl-file.ts';
import { deploymentErrors } from '../shared/registry/deployment.ts';
import { formatErrors } from '../shared/registry/format.ts';
import { parseRegistry } from '../shared/registry/parse.ts';

/** What the person who deploys has to correct; its message is the whole story. */
export class DeploymentError extends Error {
  override readonly name = 'DeploymentError';
}

export type ReadRegistry = { readonly registry: Registry; readonly deployment: RegistryDeployment };

/** `path` is relative to the working directory, or absolute. Throws a `DeploymentError` that lists every fault at once. */
export const readRegistry = (path: string): ReadRegistry => {
  const absolute = resolve(path);
  const text = readText(absolute, (why) => `The registry ${path} cannot be read (${why}). Write one: npm run init`);
  const parsed = parseRegistry(text, absolute);
  if (!parsed.ok) throw new DeploymentError(formatErrors(parsed.errors, text, path));
  const { registry, unbuilt } = parsed.value;
  const errors = [...unbuilt, ...deploymentErrors(parsed.value)];
  if (errors.length > 0) throw new DeploymentError(formatErrors(errors, text, path));
  const bundles = Object.entries(registry.trustBundles).map(
    ([name, source]) => [name, shipped(source, `The trust bundle ${name} in ${path}`)] as const,
  );
  // The base name only: the same registry is the same asset on every machine that deploys it.
  return { registry, deployment: { file: basename(path), text, bundles: Object.fromEntries(bundles) } };
};

const shipped = ({ crls = [], ...source }: TrustBundleSource, where: string): TrustBundle => {
  const lists = crls.map((crl) => (crl.kind === 'url' ? crl : shippedCrl(crl.file, where)));
  const common = lists.length === 0 ? {} : { crls: lists };
  if (source.kind !== 'file') return { ...source, ...common };
  const text = readText(source.file, (why) => `${where} cannot be read (${why}): ${source.file}`);
  return { kind: 'pem', pem: certificatesOnly(text, `${where}: ${source.file}`), ...common };
};

/** A CRL is public, and signed: it is shipped as it is. It ages, so a URL is better: whoever deploys a file must deploy the next one. */
const shippedCrl = (file: string, where: string): Crl => {
  const text = readText(file, (why) => `${where}: its CRL cannot be read (${why}): ${file}`);
  const read = crlsOf(file, Buffer.from(text));
  const unread = read.ok ? read.unread[0] : read;
  if (unread !== undefined) throw new DeploymentError(`${where}: its CRL ${file} cannot be used: ${unread.reason}.`);
  const [...lists] = text.matchAll(/-----BEGIN X509 CRL-----[\s\S]*?-----END X509 CRL-----/g);
  return { kind: 'pem', name: basename(file), pem: lists.map(([pem]) => `${pem}\n`).join('') };
};

/** What is shipped is what was read as certificates, and nothing beside it: a file that also holds a key is refused. */
const certificatesOnly = (pem: string, where: string): string => {
  if (/PRIVATE KEY/.test(pem))
    throw new DeploymentError(
      `${where} holds a private key. It would become part of the deployment: name a file of CA certificates only.`,
    );
  const bundle = bundleOfText(pem);
  if (!bundle.ok) throw new DeploymentError(`${where} cannot be used: ${bundle.reason}.`);
  return bundle.anchors.map(String).join('');
};

const readText = (path: string, problem: (why: string) => string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new DeploymentError(problem((error as NodeJS.ErrnoException).code ?? 'unknown error'));
  }
};

/** One JSON document among the app's own files: no key is in it, only names of secrets, and certificates of CAs. */
export const registryAsset = (scope: Construct, deployment: RegistryDeployment): Asset => {
  const folder = Stage.of(scope)?.assetOutdir ?? 'cdk.out';
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `registry-${scope.node.addr}.json`);
  writeFileSync(path, JSON.stringify(deployment));
  return new Asset(scope, 'Registry', { path });
};
