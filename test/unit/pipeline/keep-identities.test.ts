import { createPublicKey, X509Certificate } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import type { PrivateCa } from '../../../shared/custodian/issuing.ts';
import type { KeptIdentity } from '../../../shared/custodian/kept-identity.ts';
import type { Fault } from '../../../shared/model/names.ts';
import { ShowableError } from '../../../shared/model/showable-error.ts';
import { DAY, HOUR } from '../../../shared/model/time.ts';
import { keepIdentities } from '../../../shared/pipeline/custodian/keep-identities.ts';
import type { CertificateOrder, CustodianPorts } from '../../../shared/pipeline/ports.ts';
import { pem, readAll, readTlv } from '../../../shared/pki/asn1/der.ts';
import { putTogether } from '../../../shared/pki/mint/assemble.ts';
import { extendedKeyUsage } from '../../../shared/pki/mint/extensions.ts';
import { type Authority, issue, issueAuthority } from '../../../shared/pki/mint/issue.ts';
import { certificateFacts } from '../../../shared/pki/x509/certificate.ts';
import { takeApart } from '../../../shared/pki/x509/certificate-parts.ts';

const START = Date.now();
const validity = { notBefore: START - DAY, notAfter: START + 365 * DAY };
const root = await issueAuthority({ subject: 'CN=Root', validity });
const stranger = await issueAuthority({ subject: 'CN=Stranger', validity });
const model = await issue(
  { subject: 'CN=payments', altNames: [{ uri: 'spiffe://corp/payments' }], validity, extendedKeyUsage: ['clientAuth'] },
  root,
);
const CA = 'arn:aws:acm-pca:eu-west-1:111111111111:certificate-authority/0000';

/** What the CA does with a request: subject, key and names are the request's. */
const signs = async (order: CertificateOrder, by: Authority, ignoreDates: boolean) => {
  const der = Buffer.from(order.request.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64');
  const [info] = readAll(readTlv(new Uint8Array(der)).content);
  const [, subject, spki, attributes] = readAll(info!.content);
  const names = readAll(readAll(readAll(readTlv(attributes!.content).content)[1]!.content)[0]!.content);
  const dates = {
    notBefore: order.notBefore ?? now - HOUR,
    notAfter: ignoreDates ? now + 300 * DAY : order.notAfter,
  };
  const usage = order.template.includes('ServerAuth') ? 'serverAuth' : 'clientAuth';
  const form = await issue({ subject: subject!.bytes, validity: dates }, by);
  const parts = takeApart(form.der);
  const whole = putTogether(
    {
      ...parts,
      spki: spki!.bytes,
      extensions: [...parts.extensions, ...names.map(({ bytes }) => bytes), extendedKeyUsage([usage])],
    },
    by.privateKey,
  );
  expect(createPublicKey({ key: Buffer.from(spki!.bytes), format: 'der', type: 'spki' }).type).toBe('public');
  return { arn: `${CA}/certificate/1`, certificate: pem('CERTIFICATE', whole), chain: by.certificatePem };
};

type Stored = { readonly id: string; readonly value: string; readonly at: number };
let now = START;
let stages: Record<string, Record<string, Stored>>;
let revoked: string[];
let count = 0;
const store = (secret: string, stage: string, value: string) => {
  stages[secret] = { ...stages[secret], [stage]: { id: `v${++count}`, value, at: now } };
};
const ports = (ca: Partial<PrivateCa> = {}, by = root, ignoreDates = false): CustodianPorts => ({
  readStage: async (secret, stage) => {
    const found = stages[secret]?.[stage];
    return found === undefined ? null : { ok: true, value: found.value, versionId: found.id, createdAt: found.at };
  },
  authorities: async () => [{ arn: CA, certificatePem: root.certificatePem, shortLived: false, revokes: true, ...ca }],
  issue: (order) => signs(order, by, ignoreDates),
  revoke: async (_, serial) => {
    revoked.push(serial);
  },
  put: async (secret, value, stage) => store(secret, stage, value),
  promote: async (secret, version) => {
    const pending = stages[secret]?.['AWSPENDING'];
    expect(pending?.id).toBe(version);
    stages[secret] = { ...stages[secret], AWSCURRENT: pending! };
  },
});

const kept = (fault: Fault): KeptIdentity => ({ name: fault, fault, secret: fault, like: 'payments' });
const run = async (fault: Fault, using = ports()) => {
  const [only] = await keepIdentities([kept(fault)], using, () => now);
  return only !== undefined && 'done' in only ? only.done : only?.failed;
};
const current = (secret: string) => new X509Certificate(JSON.parse(stages[secret]!['AWSCURRENT']!.value).certificate);

beforeEach(() => {
  now = START;
  revoked = [];
  stages = {};
  const privateKey = model.privateKey.export({ type: 'pkcs8', format: 'pem' });
  store('payments', 'AWSCURRENT', JSON.stringify({ certificate: model.certificatePem, privateKey }));
  for (const fault of ['expired', 'revoked', 'not-yet-valid', 'wrong-usage']) store(fault, 'AWSCURRENT', 'none yet');
});

describe('a life', () => {
  test('expired: issued, waited for, promoted, left alone', async () => {
    expect([await run('expired'), await run('expired')]).toEqual(['issue', 'wait']);
    now += HOUR;
    expect([await run('expired'), await run('expired')]).toEqual(['promote', 'nothing']);
    expect(certificateFacts(current('expired'))).toMatchObject({
      subject: 'CN=payments',
      uris: ['spiffe://corp/payments'],
    });
  });

  test('revoked: issued, revoked, settled, promoted; and again before it expires', async () => {
    expect([await run('revoked'), await run('revoked'), await run('revoked')]).toEqual(['issue', 'revoke', 'wait']);
    expect(revoked).toHaveLength(1);
    now += DAY;
    expect([await run('revoked'), await run('revoked')]).toEqual(['promote', 'nothing']);
    now += 31 * DAY;
    expect(await run('revoked')).toBe('issue');
  });

  test.each(['not-yet-valid', 'wrong-usage'] as const)('%s: issued, left alone', async (fault) => {
    expect([await run(fault), await run(fault)]).toEqual(['issue', 'nothing']);
  });
});

describe('is not kept', () => {
  test.each([
    ['by a CA in short-lived mode', { shortLived: true }, 'short-lived mode'],
    ['by a CA that tells nobody', { revokes: false }, 'neither a CRL nor OCSP'],
    ['by another CA', { certificatePem: stranger.certificatePem }, 'none of the custodian’s CAs'],
  ])('revoked %s', async (_, ca, reason) => {
    expect(await run('revoked', ports(ca))).toContain(reason);
  });

  test('what is issued with other dates, or by somebody else', async () => {
    expect(await run('expired', ports({}, root, true))).toContain('was not kept');
    expect(await run('wrong-usage', ports({}, stranger))).toContain('was not kept');
    expect(stages['expired']?.['AWSPENDING']).toBeUndefined();
  });

  test('an error’s message is shown where its class says so, not where its name does', async () => {
    const refusing = (error: Error) => ({ ...ports(), issue: () => Promise.reject(error) });
    expect(await run('expired', refusing(new ShowableError('AWS refused')))).toBe('AWS refused');
    for (const name of ['ShowableError', 'Unkept'])
      expect(await run('expired', refusing(Object.assign(new Error('a key'), { name })))).toBe('it could not be kept');
  });

  test('a secret without a value; the others are', async () => {
    stages['expired'] = {};
    const results = await keepIdentities([kept('expired'), kept('wrong-usage')], ports(), () => now);
    expect(results).toEqual([
      { identity: 'expired', failed: expect.stringContaining('no current value') },
      { identity: 'wrong-usage', done: 'issue' },
    ]);
  });
});
