/** Answers as SPIRE 1.13 prints them with `-output json` (cmd/spire-server/cli/entry and cli/agent of spiffe/spire); the certificates are made here. */

import { beforeAll, describe, expect, test } from 'vitest';
import { spire } from '../../../../shared/claims/readers/spire.ts';
import { DAY, HOUR, iso } from '../../../../shared/model/time.ts';
import { type Authority, type Issued, issue, issueAuthority } from '../../../../shared/pki/mint/issue.ts';
import { READ_AT, readingBy } from './read-text.ts';

const readText = readingBy(spire);

const ID = 'spiffe://example.org/workload';
let root: Authority;
let svid: Issued;
beforeAll(async () => {
  const authority = { notBefore: READ_AT - DAY, notAfter: READ_AT + DAY };
  root = await issueAuthority({
    subject: 'C=US, O=SPIFFE',
    validity: authority,
    altNames: [{ uri: 'spiffe://example.org' }],
  });
  svid = await issue(
    { subject: 'C=US, O=SPIRE', validity: { notBefore: READ_AT, notAfter: READ_AT + HOUR }, altNames: [{ uri: ID }] },
    root,
  );
});
const base64 = (...parts: readonly Issued[]) => Buffer.concat(parts.map(({ der }) => der)).toString('base64');
const read = (answer: object, name = 'spire.json') => {
  const { certificates, problems } = readText(JSON.stringify(answer, null, 2), name);
  expect(problems).toEqual([]);
  return certificates;
};
const entry = (more: object = {}) => ({
  ...{ id: '00000000-0000-0000-0000-000000000000', spiffe_id: { trust_domain: 'example.org', path: '/workload' } },
  ...{ parent_id: { trust_domain: 'example.org', path: '/parent' }, selectors: [{ type: 'unix', value: 'uid:1000' }] },
  ...{
    x509_svid_ttl: 60,
    federates_with: [],
    admin: false,
    downstream: false,
    expires_at: '0',
    dns_names: ['unu1000'],
  },
  ...{ revision_number: '0', store_svid: false, jwt_svid_ttl: 30, ...more },
});

describe('entries', () => {
  test('an identity with its names and its lifetime', () => {
    expect(read({ entries: [entry()], next_page_token: '' })).toMatchObject([
      {
        use: 'identity',
        name: ID,
        names: [ID, 'unu1000'],
        lifetime: 60,
        notAfter: null,
        trouble: null,
        authorities: null,
      },
    ]);
    expect(read({ entries: [entry({ x509_svid_ttl: 0 })] })[0]).not.toHaveProperty('lifetime');
  });
  test('one that has ended', () => {
    expect(read({ entries: [entry({ expires_at: '1552410266' })] })[0]?.trouble).toBe(
      'its entry ended at 2019-03-12T17:04:26.000Z: nobody gets it any more',
    );
  });
  test('one that is damaged loses nothing else', () => {
    const { certificates, problems } = readText(
      JSON.stringify({ entries: [entry({ x509_svid_ttl: 'soon' }), entry()] }),
    );
    expect(certificates).toHaveLength(1);
    expect(problems).toMatchObject([{ path: 'entries[0].x509_svid_ttl', message: 'expected a number' }]);
  });
});

describe('bundles', () => {
  const authority = () => ({
    use: 'authority',
    name: 'example.org',
    notAfter: iso(READ_AT + DAY),
    authorities: [{ subject: 'C=US, O=SPIFFE' }],
  });
  test('as a JWK set, as the API has it, and as PEM', () => {
    const jwks = {
      keys: [
        { use: 'x509-svid', kty: 'EC', crv: 'P-256', x: '', y: '', x5c: [base64(root)] },
        { use: 'jwt-svid', kty: 'EC', kid: 'x' },
      ],
    };
    const api = {
      trust_domain: 'example.org',
      x509_authorities: [{ asn1: base64(root), tainted: false }],
      jwt_authorities: [],
    };
    expect(read(jwks)).toMatchObject([authority()]);
    expect(read(api)).toMatchObject([authority()]);
    expect(readText(root.certificatePem, 'bundle.pem')).toMatchObject({
      certificates: [{ use: 'authority', name: 'spiffe://example.org' }],
      problems: [],
    });
  });
  test('what stands beside an entry is what its identities are verified with', () => {
    const api = { trust_domain: 'example.org', x509_authorities: [{ asn1: base64(root) }] };
    const { certificates } = readText(`${JSON.stringify(api)}\n${JSON.stringify({ entries: [entry()] })}`);
    expect(certificates.find(({ use }) => use === 'identity')?.authorities).toMatchObject([
      { subject: 'C=US, O=SPIFFE' },
    ]);
  });
});

describe('SVIDs', () => {
  test('with their dates and bundle; the private key beside them is not kept', () => {
    const reading = readText(
      JSON.stringify([
        {
          svids: [
            { spiffe_id: ID, x509_svid: base64(svid), x509_svid_key: 'U0VDUkVU', bundle: base64(root), hint: '' },
          ],
          crl: [],
          federated_bundles: {},
        },
      ]),
    );
    expect(reading.certificates).toMatchObject([
      {
        use: 'identity',
        name: ID,
        notAfter: iso(READ_AT + HOUR),
        issuer: 'C=US, O=SPIFFE',
        authorities: [{ subject: 'C=US, O=SPIFFE' }],
      },
    ]);
    expect(JSON.stringify(reading)).not.toContain('U0VDUkVU');
    expect(readText(svid.certificatePem, 'svid.0.pem').certificates).toMatchObject([{ use: 'identity', name: ID }]);
  });
  test('a file with a private key is nobody’s to read', () => {
    const { certificates } = readText(
      `${svid.certificatePem}-----BEGIN PRIVATE KEY-----\nU0VDUkVU\n-----END PRIVATE KEY-----\n`,
      'both.pem',
    );
    expect(certificates).toEqual([]);
  });
});

test('agents: banned, and one that has not renewed', () => {
  const agent = (path: string, more: object) => ({
    id: { trust_domain: 'example.org', path },
    attestation_type: 'join_token',
    x509svid_serial_number: '1',
    selectors: [],
    banned: false,
    can_reattest: false,
    ...more,
  });
  const expires = (instant: number) => ({ x509svid_expires_at: String(instant / 1000) });
  const list = {
    agents: [
      agent('/a', expires(READ_AT + HOUR)),
      agent('/b', expires(READ_AT - HOUR)),
      agent('/c', { ...expires(READ_AT + HOUR), banned: true }),
    ],
    next_page_token: '',
  };
  expect(read(list).map(({ trouble }) => trouble)).toEqual([
    null,
    'the agent has not renewed its SVID',
    'the agent is banned',
  ]);
  expect(read(agent('/a', expires(READ_AT + HOUR)))).toMatchObject([
    { name: 'spiffe://example.org/a', notAfter: iso(READ_AT + HOUR) },
  ]);
});
