/** A trust bundle of which a part cannot be read: the rest is used, and what leads nowhere may lead to that part. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { CertificateFacts } from '../../../shared/model/certificate.ts';
import { DAY } from '../../../shared/model/time.ts';
import { chainJudge } from '../../../shared/pipeline/load/chain-judge.ts';
import { loadBundles, readTrustBundles } from '../../../shared/pipeline/load/trust-bundles.ts';
import { type Authority, issueAuthority } from '../../../shared/pki/mint/issue.ts';
import { certificateFacts, certificatesOfPem } from '../../../shared/pki/x509/certificate.ts';
import { anEndpoint } from '../../helpers/endpoint.ts';
import { anObservation } from '../../helpers/observation.ts';
import { serverLeaf } from '../../helpers/served-runs.ts';

const now = Date.now();
const validity = { notBefore: now - DAY, notAfter: now + 200 * DAY };
let root: Authority;
let other: Authority;
beforeAll(async () => {
  root = await issueAuthority({ subject: 'CN=Root', validity });
  other = await issueAuthority({ subject: 'CN=Other', validity });
});

const BROKEN = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';

/** By way of files and plan, as a run takes it; `encode`: how the file is kept. */
const judged = async (
  issuer: Authority,
  bundle: string,
  encode: (pem: string) => Buffer = (pem) => Buffer.from(pem),
) => {
  const bytes = encode(bundle);
  const plan = await readTrustBundles({ corp: { kind: 'file', file: '/ca' } }, async () => ({
    ok: true,
    text: bytes.toString('utf8'),
    bytes,
  }));
  const loaded = await loadBundles(JSON.parse(JSON.stringify(plan)), ['corp'], new Map());
  const served: readonly CertificateFacts[] = certificatesOfPem(await serverLeaf(issuer, validity)).map(
    certificateFacts,
  );
  const judge = chainJudge(anEndpoint({ trustBundle: 'corp' }), loaded.get('corp')!, now);
  const observation = anObservation(
    { kind: 'answered', phase: 'answer', status: 200 },
    { servedChain: served, chainVerified: true },
  );
  judge.learn(observation);
  const problems = judge.problemsOf(served, undefined);
  return {
    problems: 'unusable' in problems ? problems : problems.map(({ code, message }) => `${code} ${message}`),
    trust: judge.trustOf(observation)?.code ?? null,
    verified: judge.verified(served, null),
  };
};

describe('a trust bundle with a damaged part', () => {
  test('whole, nothing is said', async () => {
    expect(await judged(root, root.certificatePem)).toEqual({ problems: [], trust: null, verified: true });
  });
  test.each<[string, (pem: string) => Buffer]>([
    ['PEM', (pem) => Buffer.from(pem)],
    ['UTF-16', (pem) => Buffer.from(`\uFEFF${pem}`, 'utf16le')],
  ])('%s: the rest is used, and the part is named by its place', async (_, encode) => {
    const lines = root.certificatePem.split('\n').length;
    expect(await judged(root, root.certificatePem + BROKEN, encode)).toEqual({
      problems: [
        `TRUST_BUNDLE_DAMAGED of the trust bundle corp, certificate 2 of 2 (line ${lines}) is damaged: its PEM block does not decode to a certificate; the rest of it is used`,
      ],
      trust: null,
      verified: true,
    });
  });
  test('a chain that leads to none of the rest is inconclusive: the part may be its CA', async () => {
    const { problems, trust, verified } = await judged(other, root.certificatePem + BROKEN);
    expect(problems).toEqual({
      unusable: {
        code: 'TRUST_BUNDLE_UNUSABLE',
        message: expect.stringMatching(/certificate 2 of 2 \(line \d+\) is damaged/),
      },
    });
    expect([trust, verified]).toEqual(['TRUST_BUNDLE_UNUSABLE', false]);
  });
  test('without such a part it is a fail', async () => {
    expect((await judged(other, root.certificatePem)).trust).not.toBe('TRUST_BUNDLE_UNUSABLE');
  });
});
