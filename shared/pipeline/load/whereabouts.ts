/** Finds what command lines can use as it is: identities and trust bundles in plain files and secrets. */
import type { Identity } from '../../model/registry.ts';
import type { Batch, TrustBundle } from '../../model/run.ts';
import type { SecretRef } from '../../model/secret-ref.ts';
import type { BundlePlace, GivenUrl, IdentityPlace, Whereabouts } from '../../model/whereabouts.ts';
import type { Credentials } from '../../pki/identity/identity.ts';
import { isAsPresented, partsOf } from '../../pki/identity/placed.ts';
import type { LoadedIdentity, SecretResults, Sources } from './identities.ts';

type Request = Pick<Batch, 'endpoints' | 'identities' | 'trustBundles' | 'registryFile'> & {
  readonly given?: GivenUrl;
};
type Found = { readonly secrets: SecretResults; readonly sources: Pick<Sources, 'readFile'> };

/** Null where it has another form than other programs read. */
const placeOf = async (
  { source, passphrase }: Identity,
  credentials: Credentials,
  { secrets, sources }: Found,
): Promise<IdentityPlace | null> => {
  if (passphrase !== null) return null;
  const chained = credentials.chain.length > 1;
  if (source.kind === 'secret') {
    const found = secrets.get(source.secret);
    const parts = found?.ok && typeof found.value === 'string' ? partsOf(found.value, credentials) : undefined;
    return parts === undefined ? null : { kind: 'secret', secret: source.secret, parts, chained };
  }
  const { certificate, privateKey } = source;
  const [own, key] = await Promise.all([sources.readFile(certificate), sources.readFile(privateKey)]);
  const isPlain = own.ok && key.ok && isAsPresented(credentials, { certificate: own.text, privateKey: key.text });
  return isPlain ? { kind: 'files', certificate, privateKey, chained } : null;
};

const bundlePlace = (bundle: TrustBundle, secrets: SecretResults): BundlePlace | null => {
  switch (bundle.kind) {
    case 'system':
      return { kind: 'system' };
    case 'pem':
      return bundle.file === undefined ? null : { kind: 'file', file: bundle.file };
    case 'secret': {
      const found = secrets.get(bundle.secret);
      const isPem = found?.ok && typeof found.value === 'string' && found.value.startsWith('-----BEGIN CERTIFICATE');
      return isPem ? { kind: 'secret', secret: bundle.secret } : null;
    }
    case 'unreadable':
      return null;
    default:
      return bundle satisfies never;
  }
};

const namesSecrets = ({ identities, trustBundles, endpoints }: Request): boolean => {
  const refs: readonly (SecretRef | string | null)[] = [
    ...Object.values(identities).map(({ passphrase }) => passphrase),
    ...endpoints.flatMap(({ http }) => Object.values(http.headers)),
  ];
  return (
    Object.values(identities).some(({ source }) => source.kind === 'secret') ||
    Object.values(trustBundles).some(({ kind }) => kind === 'secret') ||
    refs.some((ref) => ref !== null && typeof ref !== 'string' && 'secret' in ref)
  );
};

/** Never rejects. `loaded`: under the names by which they are presented. */
export const whereaboutsOf = async (
  request: Request,
  loaded: readonly LoadedIdentity[],
  found: Found,
): Promise<Whereabouts> => {
  const identities = await Promise.all(
    loaded.map(async ({ identity, credentials }): Promise<readonly [string, IdentityPlace | null]> => {
      // Another version of an identity's secret bears a name of its own.
      const isCurrent = Object.hasOwn(request.identities, identity.name);
      return [identity.name, credentials === null || !isCurrent ? null : await placeOf(identity, credentials, found)];
    }),
  );
  const bundles = Object.entries(request.trustBundles).map(
    ([name, bundle]) => [name, bundlePlace(bundle, found.secrets)] as const,
  );
  return {
    registry: request.registryFile ?? 'registry.yaml',
    ...(request.given !== undefined && { given: request.given }),
    hasSecrets: namesSecrets(request),
    identities: new Map(identities.filter((each): each is [string, IdentityPlace] => each[1] !== null)),
    bundles: new Map(bundles.filter((each): each is [string, BundlePlace] => each[1] !== null)),
  };
};
