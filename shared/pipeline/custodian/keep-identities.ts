/** The custodian's run. Each identity is handled by itself: a failure does not stop the others. */

import { certificateRequest } from '../../custodian/certificate-request.ts';
import { type Decision, decide, type Version } from '../../custodian/decide.ts';
import { hasFaultAtOnce } from '../../custodian/fault-making.ts';
import {
  checkIssued,
  hasIssued,
  limitsOf,
  type PrivateCa,
  serialText,
  signingAlgorithm,
  templateArn,
  unable,
} from '../../custodian/issuing.ts';
import type { KeptIdentity } from '../../custodian/kept-identity.ts';
import { issuedIn, secretText } from '../../custodian/secret-text.ts';
import type { Wanted } from '../../custodian/standing.ts';
import { validityFor } from '../../custodian/validity.ts';
import { ShowableError } from '../../model/showable-error.ts';
import type { Instant } from '../../model/time.ts';
import { type Credentials, credentialsOf } from '../../pki/identity/identity.ts';
import { identityTextOf } from '../../pki/identity/shapes.ts';
import { kindOf, newKeyPair } from '../../pki/mint/keys.ts';
import { namesOfPem } from '../../pki/test-pki/given-names.ts';
import type { CustodianPorts, SecretResult } from '../ports.ts';

export type KeepResult =
  | { readonly identity: string; readonly done: Decision }
  | { readonly identity: string; readonly failed: string };

/** Issues, revokes or promotes where `decide` says so. Never rejects; `failed` is safe to show. */
export const keepIdentities = async (
  identities: readonly KeptIdentity[],
  ports: CustodianPorts,
  clock: () => Instant,
): Promise<readonly KeepResult[]> => {
  const kept: KeepResult[] = [];
  for (const each of identities) {
    try {
      kept.push({ identity: each.name, done: await keep(each, ports, clock) });
    } catch (error) {
      kept.push({
        identity: each.name,
        failed: error instanceof ShowableError ? error.message : 'it could not be kept',
      });
    }
  }
  return kept;
};

type Held = { readonly version: Version; readonly credentials: Credentials; readonly id: string };

const keep = async (identity: KeptIdentity, ports: CustodianPorts, clock: () => Instant): Promise<Decision> => {
  const { fault, secret } = identity;
  const model = await heldIn(required(await ports.readStage(identity.like, 'AWSCURRENT'), identity.like));
  const like = model?.version.leaf;
  if (model === null || like === undefined) throw new ShowableError(`${identity.like} cannot be read as an identity`);
  // Secrets Manager makes the first version of a secret current whatever its label is. A certificate without its fault must not become current, so a current value must exist.
  const now = required(await ports.readStage(secret, 'AWSCURRENT'), secret);
  const next = await ports.readStage(secret, 'AWSPENDING');
  const current = await heldIn(now);
  const other = next === null ? null : required(next, secret);
  const pending = other === null || other.versionId === now.versionId ? null : await heldIn(other);
  const wanted: Wanted = { fault, like };
  const versions = { current: current?.version ?? null, pending: pending?.version ?? null };
  const decision = decide(versions, wanted, clock());
  if (decision === 'promote' && pending !== null) await ports.promote(secret, pending.id, now.versionId);
  if (decision === 'issue' || decision === 'revoke') {
    const ca = await authorityOf(model, identity, ports);
    if (decision === 'issue') await issue(identity, model, wanted, ca, ports, clock);
    else if (pending !== null) await revoke(secret, pending, ca, ports);
  }
  return decision;
};

const required = (result: SecretResult | null, secret: string) => {
  if (result === null) throw new ShowableError(`${secret} has no current value: put any value into it first`);
  if (!result.ok) throw new ShowableError(`${secret} ${result.reason}`);
  return result;
};

/** Null if the value cannot be read as an identity: the custodian replaces it. */
const heldIn = async ({ value, versionId, createdAt }: SecretResult & { ok: true }): Promise<Held | null> => {
  const text = await identityTextOf(value);
  const read = text.ok ? credentialsOf(text.value) : null;
  const [leaf] = read?.ok ? read.value.chain : [];
  if (!read?.ok || leaf === undefined) return null;
  return { id: versionId, credentials: read.value, version: { leaf, createdAt, issued: issuedIn(value) } };
};

const authorityOf = async (
  model: Held,
  { fault }: KeptIdentity,
  { authorities }: CustodianPorts,
): Promise<PrivateCa> => {
  const ca = (await authorities()).find((each) => hasIssued(each, model.version.leaf));
  if (ca === undefined) throw new ShowableError('none of the custodian’s CAs issued the identity named by `like`');
  const why = unable(ca, fault);
  if (why !== null) throw new ShowableError(why);
  return ca;
};

/** Issues a certificate for a new key and puts both. After a crash before the put, the key is lost and the certificate is useless. */
const issue = async (
  { secret, fault }: KeptIdentity,
  { credentials }: Held,
  wanted: Wanted,
  ca: PrivateCa,
  ports: CustodianPorts,
  clock: () => Instant,
): Promise<void> => {
  const algorithm = signingAlgorithm(ca);
  if (algorithm === null) throw new ShowableError('no signing algorithm is known for the kind of its CA’s key');
  const names = namesOfPem(credentials.certificatePem);
  if (!names.ok) throw new ShowableError(`the names of the identity named by \`like\`: ${names.reason}`);
  // A server that decides by one would refuse a certificate without it, and for that reason: the test would pass and show nothing.
  if (names.value.extensions.length > 0)
    throw new ShowableError(
      'the identity named by `like` has extensions of its own, which the custodian’s templates leave out: issue this one yourself',
    );
  const pair = await newKeyPair(kindOf(credentials.privateKey));
  const issued = await ports.issue({
    ca: ca.arn,
    request: certificateRequest(names.value, pair),
    algorithm,
    template: templateArn(ca.arn, fault),
    ...validityFor(fault, clock(), limitsOf(ca)),
  });
  const checked = checkIssued(issued, pair.publicKey, wanted, clock());
  if (!checked.ok) throw new ShowableError(checked.reason);
  const value = secretText(checked.value.certificatePem, pair.privateKey, {
    certificateArn: issued.arn,
    revoked: false,
  });
  await ports.put(secret, value, hasFaultAtOnce(fault) ? 'AWSCURRENT' : 'AWSPENDING');
};

/** Revokes the pending certificate, then puts it again: the age of the new version is that of the revocation. After a crash in between, the next run does both again. */
const revoke = async (secret: string, pending: Held, ca: PrivateCa, ports: CustodianPorts): Promise<void> => {
  const { version, credentials } = pending;
  await ports.revoke(ca.arn, serialText(version.leaf));
  const certificateArn = version.issued?.certificateArn ?? '';
  const value = secretText(credentials.certificatePem, credentials.privateKey, { certificateArn, revoked: true });
  await ports.put(secret, value, 'AWSPENDING');
};
