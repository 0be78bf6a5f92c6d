/** What a check presents → a secure context, or the reason why there is none. */
import type { TlsVersion } from '../../model/names.ts';
import type { Failed, NoValue, Parsed } from '../../model/parsed.ts';
import { nameOf } from '../../model/presented.ts';
import type { Presented } from '../../model/probe.ts';
import type { Endpoint } from '../../model/registry.ts';
import type { Credentials } from '../../pki/identity/identity.ts';
import type { Minted } from '../../pki/mint/mint.ts';
import type { LoadedBundle } from '../../pki/served/trust-bundle.ts';
import { unprovable } from '../../pki/x509/key-types.ts';
import { type Presentable, presentedBytes, secureContext, verifyingContext } from '../../probe/context.ts';
import type { ProbeTarget } from '../../probe/conversation.ts';
import type { LoadedIdentity } from '../load/identities.ts';
import { mintedBy, mintedLike } from './minting.ts';

/** Secret header values by name. Where one of them cannot be read, `missing` is the reason, and none of them is written. */
export type SecretHeaders = { readonly values: Readonly<Record<string, string>>; readonly missing: NoValue | null };

export type Presenting = {
  readonly identities: ReadonlyMap<string, LoadedIdentity>;
  readonly secretHeaders: SecretHeaders;
  /** The trust anchors of OpenSSL's own verification, which takes place where no certificate is presented. */
  readonly bundle: LoadedBundle;
};

export type Context =
  | {
      readonly ok: true;
      readonly value: ProbeTarget['context'];
      readonly presentedBytes: number;
      readonly verifies?: boolean;
      /** As node:crypto names it; absent for none. */
      readonly presentedKey?: string;
    }
  | Failed;

type Options = { readonly tls: TlsVersion | null; readonly control: string | null; readonly tickets: boolean };

export const contextFor = async (
  presented: Presented,
  options: Options,
  endpoint: Endpoint,
  material: Presenting,
): Promise<Context> => {
  switch (presented.kind) {
    case 'plaintext':
      return { ok: true, value: null, presentedBytes: 0 };
    case 'none':
      return verifying(material.bundle, options) ?? madeOf(null, options);
    case 'identity':
    case 'minted': {
      const found = await presentableOf(presented, options.control, endpoint, material);
      return found.ok ? madeOf(found.value, options) : found;
    }
    default:
      return presented satisfies never;
  }
};

type Found = Parsed<Presentable | null>;

/** What a check presents: null for no certificate; or why it cannot. `control`: the accepted one, null where none was. */
export const presentableOf = async (
  presented: Presented,
  control: string | null,
  endpoint: Endpoint,
  material: Presenting,
): Promise<Found> => {
  switch (presented.kind) {
    case 'plaintext':
    case 'none':
      return { ok: true, value: null };
    case 'identity':
      return identityOf(presented, endpoint, material);
    case 'minted':
      return mintedOf(presented, control, endpoint, material);
    default:
      return presented satisfies never;
  }
};

/** Null where OpenSSL cannot use the bundle: the connection is made all the same, without its verification. */
const verifying = (bundle: LoadedBundle, { tls, tickets }: Options): Context | null => {
  if (!bundle.ok) return null;
  try {
    const trust = { anchors: bundle.anchors, system: bundle.system === true };
    return { ok: true, value: verifyingContext(trust, tls, { tickets }), presentedBytes: 0, verifies: true };
  } catch {
    return null;
  }
};

const madeOf = (identity: Presentable | null, { tls, tickets }: Options): Context => {
  const reason = identity === null ? null : unprovable(identity.privateKey, tls);
  if (reason !== null) return { ok: false, reason };
  try {
    const presentedKey = identity?.privateKey.asymmetricKeyType;
    return {
      ok: true,
      value: secureContext(identity, tls, { tickets }),
      presentedBytes: presentedBytes(identity),
      ...(presentedKey !== undefined && { presentedKey }),
    };
  } catch (error) {
    return {
      ok: false,
      reason: `OpenSSL does not load it (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`,
    };
  }
};

const identityOf = (
  presented: Extract<Presented, { kind: 'identity' }>,
  endpoint: Endpoint,
  material: Presenting,
): Found => {
  const name = nameOf(presented) ?? presented.identity;
  const admitted = endpoint.admits.includes(presented.identity);
  if (admitted && material.secretHeaders.missing !== null) return { ...material.secretHeaders.missing, ok: false };
  const credentials = usable(name, material);
  if ('reason' in credentials) return { ...credentials, ok: false };
  const twin = admitted ? undefined : endpoint.admits.find((each) => leafOf(each, material) === leafOf(name, material));
  return twin === undefined
    ? { ok: true, value: presented.alone === true ? aloneOf(credentials) : credentials }
    : { ok: false, reason: `${name} is the same certificate as ${twin}, which is admitted: it tests nothing` };
};

/** Copies the accepted control; where none was accepted, the first of `admits` that has a usable certificate. */
const mintedOf = async (
  presented: Extract<Presented, { kind: 'minted' }>,
  control: string | null,
  { admits }: Endpoint,
  material: Presenting,
): Promise<Found> => {
  const { scenario, signer } = presented;
  const controls = control === null ? admits : [control];
  const found = controls.map((name) => usable(name, material));
  const like = found.find((each): each is Credentials => !('reason' in each));
  if (like === undefined) return unreadIn(found) ?? { ok: false, reason: 'there is no usable control to copy' };
  try {
    const minted =
      scenario === 'leaf-as-issuer'
        ? await signedCopy(like, signer === undefined ? [...controls, ...admits] : [signer], material)
        : await mintedLike(like, scenario);
    if (minted === null) return { ok: false, reason: 'there is no usable control to copy' };
    return 'reason' in minted ? { ...minted, ok: false } : { ok: true, value: minted };
  } catch {
    return { ok: false, reason: 'the control’s certificate cannot be copied' };
  }
};

/** Signed by the first of `signers` that has a name: an issuer’s must not be empty (RFC 5280 §4.1.2.4). */
const signedCopy = async (
  like: Credentials,
  signers: readonly string[],
  ports: Presenting,
): Promise<Minted | NoValue | null> => {
  const found = signers.map((name) => usable(name, ports));
  const named = found.find((each): each is Credentials => !('reason' in each) && canIssue(each));
  if (named !== undefined) return mintedBy(named, like);
  const [why] = found.flatMap((each) => ('reason' in each ? [each] : []));
  return unreadIn(found) ?? why ?? { reason: `${signers[0]} has no subject, by which an issuer is named` };
};

/** The first that could not be read now: read, it might have served. */
const unreadIn = (found: readonly (Credentials | NoValue)[]): Failed | null => {
  const unread = found.find((each): each is NoValue => 'reason' in each && each.transient === true);
  return unread === undefined ? null : { ...unread, ok: false };
};

/** Whether its leaf could be named as an issuer. */
const canIssue = ({ chain: [leaf] }: Credentials): boolean => leaf !== undefined && leaf.subject !== '';

const alone = new WeakMap<Credentials, Presentable>();

/** Credentials with the leaf only, cached for each identity: secure contexts are cached by the object that they were made from. */
const aloneOf = (credentials: Credentials): Presentable => {
  const known = alone.get(credentials);
  if (known !== undefined) return known;
  const [leaf = ''] = credentials.certificatePem.split(/(?<=-----END CERTIFICATE-----)/);
  const made = { certificatePem: `${leaf}\n`, privateKey: credentials.privateKey };
  alone.set(credentials, made);
  return made;
};

const leafOf = (name: string, { identities }: Presenting): string | undefined =>
  identities.get(name)?.credentials?.chain[0]?.sha256;

export const usable = (name: string, { identities }: Presenting): Credentials | NoValue => {
  const loaded = identities.get(name);
  if (loaded?.credentials) return loaded.credentials;
  if (loaded === undefined || loaded.fitness.kind === 'fit') return { reason: `${name} was not loaded` };
  const { kind, reason } = loaded.fitness;
  return { reason: `${name}: ${reason}`, identity: name, ...(kind === 'unread' && { transient: true }) };
};
