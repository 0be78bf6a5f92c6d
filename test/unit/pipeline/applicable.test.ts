/** leaf-as-issuer: who can sign a copy of the control so that a refusal is about its being no CA. */
import { X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { DAY } from '../../../shared/model/time.ts';
import { applicable } from '../../../shared/pipeline/ask/applicable.ts';
import type { LoadedIdentity } from '../../../shared/pipeline/load/identities.ts';
import { type Authority, issue, issueAuthority } from '../../../shared/pki/mint/issue.ts';
import { certificateFacts } from '../../../shared/pki/x509/certificate.ts';
import { planEndpoint } from '../../../shared/plan/plan.ts';
import { anEndpoint } from '../../helpers/endpoint.ts';
import { anIdentity } from '../../helpers/identity.ts';

const validity = { notBefore: Date.now() - DAY, notAfter: Date.now() + DAY };
let own: Authority;
let foreign: Authority;
beforeAll(async () => {
  own = await issueAuthority({ subject: 'CN=Own', validity });
  foreign = await issueAuthority({ subject: 'CN=Foreign', validity });
});

const loaded = async (name: string, authority: Authority, subject = `CN=${name}`): Promise<LoadedIdentity> => {
  const { certificatePem, privateKey } = await issue({ subject, validity, altNames: [{ dns: name }] }, authority);
  const chain = [certificateFacts(new X509Certificate(certificatePem))];
  return {
    identity: anIdentity(name),
    credentials: { certificatePem, privateKey, chain, reordered: false },
    fitness: { kind: 'fit', problems: [], notes: [] },
  };
};
const found = async (identities: readonly LoadedIdentity[], admits: readonly [string, ...string[]] = ['checkout']) => {
  const plan = planEndpoint(anEndpoint({ admits }), {}, ['enforcement']);
  const { checks, notCovered } = applicable(plan, new Map(identities.map((each) => [each.identity.name, each])));
  const missing = notCovered.filter(({ scenario }) => scenario === 'leaf-as-issuer').map(({ add }) => add);
  return {
    subjects: checks.filter(({ scenario }) => scenario === 'leaf-as-issuer').map(({ subject }) => subject),
    missing,
  };
};

describe('leaf-as-issuer', () => {
  test('the control, and an identity of its issuer', async () => {
    const { subjects, missing } = await found([await loaded('checkout', own), await loaded('orders', own)]);
    expect([subjects, missing]).toEqual([[null, 'orders'], []]);
  });

  test('not an identity of another issuer: it would be refused for that', async () => {
    const { subjects, missing } = await found([await loaded('checkout', own), await loaded('orders', foreign)]);
    expect([subjects, missing]).toEqual([[null], []]);
  });

  test('not who has no subject: an issuer’s name must not be empty', async () => {
    const nameless = await loaded('checkout', own, '');
    const orders = await loaded('orders', own);
    expect((await found([nameless, orders])).subjects).toEqual(['orders']);
    const none = await found([nameless, await loaded('orders', own, '')]);
    expect(none.subjects).toEqual([]);
    expect(none.missing).toEqual([expect.stringContaining('has a subject')]);
    const second = await found([nameless, await loaded('other', own)], ['checkout', 'other']);
    expect(second.subjects).toContain(null);
  });

  test('who could not be loaded stays: the run says why', async () => {
    expect((await found([])).subjects).toEqual([null, 'orders']);
  });
});
