/** Every kind of served chain, right and wrong, with the code that it deserves. */
import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DAY, type Instant } from '../../shared/model/time.ts';
import {
  type Authority,
  type CertificateRequest,
  type Issued,
  issue,
  issueAuthority,
} from '../../shared/pki/mint/issue.ts';
import { distributionPoints, fullName, uri, withExtensions } from '../helpers/crls.ts';
import type { PkiOnDisk } from '../helpers/pki.ts';
import { authorityAgain, leafAgain, leavesOnly, namesWithin, unknownCritical } from '../helpers/signed-again.ts';

const TODAY = Date.now();
const validity = { notBefore: TODAY - 30 * DAY, notAfter: TODAY + 335 * DAY };
const LOOPBACK = [{ dns: 'localhost' }, { ip: '127.0.0.1' }, { ip: '::1' }] as const;
/** Of the revoked one. */
export const SERIAL = Uint8Array.of(0x77, 1);

/** DistributionPointName of a part of the root's CRL. */
export const shardName = (shard: number): Uint8Array => fullName(uri(`http://crl.lab.test/crl/${shard}.crl`));

export type Served = {
  readonly chain: string;
  readonly key: Issued['privateKey'];
  readonly code: string;
  readonly registry?: object;
};

const leaf = (authority: Authority, own: Partial<CertificateRequest> = {}) =>
  issue(
    { subject: 'CN=localhost, O=Lab', validity, altNames: [...LOOPBACK], extendedKeyUsage: ['serverAuth'], ...own },
    authority,
  );
const whole = ({ certificatePem: chain, privateKey: key }: Issued, code: string, registry = {}): Served => ({
  chain,
  key,
  code,
  registry,
});
const firstOf = (pem: string) => `${pem.split('-----END CERTIFICATE-----')[0]}-----END CERTIFICATE-----\n`;

/** Issued again by openssl with SHA-1: our own minting does not know it. */
const withSha1 = async (directory: string, root: Authority): Promise<Served> => {
  const path = (name: string) => join(directory, name);
  const { privateKey } = await leaf(root);
  await writeFile(path('sha1.key'), privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  await writeFile(path('sha1-ca.key'), root.privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  await writeFile(path('sha1-ca.pem'), root.certificatePem);
  await writeFile(path('sha1.ext'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\n');
  const openssl = (args: string, input?: Buffer) =>
    execFileSync('openssl', args.split(' '), { cwd: directory, ...(input && { input }) });
  const request = openssl('req -new -key sha1.key -subj /CN=localhost');
  const chain = openssl(
    'x509 -req -sha1 -days 300 -CA sha1-ca.pem -CAkey sha1-ca.key -extfile sha1.ext',
    request,
  ).toString();
  return { chain, key: privateKey, code: 'SERVED_SIGNATURE_WEAK' };
};

/** By name: what is served, and the code that it deserves; `registry` is what its endpoint says besides. */
export const everyKind = async ({ pki, files }: PkiOnDisk, now: Instant): Promise<Record<string, Served>> => {
  const { root, intermediate, otherRoot } = pki;
  const inner = await issueAuthority({ subject: 'CN=Lab inner, O=Lab', validity }, { parent: intermediate });
  const constrained = authorityAgain(intermediate, namesWithin('corp.example'), root);
  const last = authorityAgain(intermediate, leavesOnly, root);
  const tooDeep = await issueAuthority({ subject: 'CN=Lab too deep, O=Lab', validity }, { parent: last });
  const deep = await leaf(inner);
  const chained = await leaf(intermediate);
  const own = await issueAuthority({ subject: 'CN=localhost', validity, altNames: [...LOOPBACK] });
  const foreign = await leaf(otherRoot);
  const spiffe = { altNames: [...LOOPBACK, { uri: 'spiffe://lab.test/orders' }] };
  const one = await leaf(root);
  const pointing = withExtensions(one.certificatePem, root, distributionPoints({ name: shardName(1) }));
  const sharded = { ...whole(one, 'SERVED_CHAIN_OK'), chain: pointing };
  const ends = (from: number, to: number) => ({ validity: { notBefore: now + from * DAY, notAfter: now + to * DAY } });
  return {
    good: whole(await leaf(root), 'SERVED_CHAIN_OK'),
    deep: whole(deep, 'SERVED_CHAIN_OK'),
    disordered: {
      ...whole(deep, 'SERVED_CHAIN_OUT_OF_ORDER'),
      chain: firstOf(deep.certificatePem) + intermediate.certificatePem + inner.certificatePem,
    },
    incomplete: { ...whole(chained, 'SERVED_CHAIN_INCOMPLETE'), chain: firstOf(chained.certificatePem) },
    'self-signed': whole(own, 'SERVED_CHAIN_SELF_SIGNED'),
    foreign: { ...whole(foreign, 'SERVED_CHAIN_UNTRUSTED'), chain: foreign.certificatePem + otherRoot.certificatePem },
    constrained: whole(await leaf(constrained), 'SERVED_CHAIN_VIOLATES_CONSTRAINTS'),
    'too-deep': whole(await leaf(tooDeep), 'SERVED_CHAIN_VIOLATES_CONSTRAINTS'),
    'unknown-critical': whole(leafAgain(await leaf(root), unknownCritical, root), 'SERVED_CHAIN_CRITICAL_EXTENSION'),
    'only-intermediate': whole(chained, 'SERVED_CHAIN_OK', { trustBundle: 'intermediate' }),
    expired: whole(await leaf(root, ends(-90, -1)), 'SERVED_CHAIN_EXPIRED'),
    early: whole(await leaf(root, ends(1, 90)), 'SERVED_CHAIN_NOT_YET_VALID'),
    ending: whole(await leaf(root, ends(-85, 5)), 'SERVED_CHAIN_EXPIRES_SOON'),
    misnamed: whole(await leaf(root, { altNames: [{ dns: 'elsewhere.test' }] }), 'SERVED_NAME_MISMATCH'),
    workload: whole(await leaf(root, spiffe), 'SERVED_CHAIN_OK', { serverIdentity: 'spiffe://lab.test/orders' }),
    'other-workload': whole(await leaf(root, spiffe), 'SERVED_IDENTITY_MISMATCH', {
      serverIdentity: 'spiffe://lab.test/payments',
    }),
    client: whole(await leaf(root, { extendedKeyUsage: ['clientAuth'] }), 'SERVED_CHAIN_WRONG_USAGE'),
    short: whole(await leaf(root, { keyKind: 'rsa-1024' }), 'SERVED_KEY_WEAK'),
    sha1: await withSha1(files.directory, root),
    revoked: whole(await leaf(root, { serial: SERIAL }), 'SERVED_CERTIFICATE_REVOKED', { trustBundle: 'fresh' }),
    'not-revoked': whole(await leaf(root), 'SERVED_CHAIN_OK', { trustBundle: 'fresh' }),
    'stale-crl': whole(await leaf(root), 'CRL_EXPIRED', { trustBundle: 'stale' }),
    'own-shard': { ...sharded, registry: { trustBundle: 'shard-1' } },
    // A CRL of the right CA, and none that would list it.
    'other-shard': { ...sharded, code: 'CRL_UNUSABLE', registry: { trustBundle: 'shard-2' } },
    'both-shards': { ...sharded, registry: { trustBundle: 'shards' } },
    'spiffe-bundle': whole(await leaf(root), 'SERVED_CHAIN_OK', { trustBundle: 'spiffe' }),
    pinned: whole(await leaf(root), 'TRUST_BUNDLE_HOLDS_LEAF', { trustBundle: 'leaf' }),
  };
};
