import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DAY } from '../../../shared/model/time.ts';
import { loadBundles, readTrustBundles } from '../../../shared/pipeline/load/trust-bundles.ts';
import { type Authority, issueAuthority, issueRevocationList } from '../../../shared/pki/mint/issue.ts';
import { listen, type Peer } from '../../helpers/peers.ts';

const week = { notBefore: Date.now() - DAY, notAfter: Date.now() + 6 * DAY };
let root: Authority;
let crl = '';
let server: Peer;
let asked = 0;
beforeAll(async () => {
  root = await issueAuthority({ subject: 'CN=Root', validity: week });
  crl = issueRevocationList(root, [], week);
  server = await listen(
    createServer((_, response) => {
      asked += 1;
      response.end(crl);
    }),
  );
});
afterAll(() => server.stop());

const FILES = (path: string) =>
  new Map([
    ['/ca.pem', root.certificatePem],
    ['/corp.crl', crl],
  ]).get(path);
const readFile = async (path: string) => {
  const text = FILES(path);
  return text === undefined ? ({ ok: false, reason: 'ENOENT' } as const) : ({ ok: true, text } as const);
};

describe('trust bundles with their CRLs', () => {
  test('files are read where the registry is, URLs when they are needed, each once', async () => {
    const url = { kind: 'url', url: `http://127.0.0.1:${server.port}/` } as const;
    const read = await readTrustBundles(
      {
        corp: { kind: 'file', file: '/ca.pem', crls: [{ kind: 'file', file: '/corp.crl' }, url] },
        other: { kind: 'file', file: '/ca.pem', crls: [url, { kind: 'file', file: '/none.crl' }] },
        public: { kind: 'system' },
      },
      readFile,
    );
    expect(asked).toBe(0);
    const loaded = await loadBundles(read, ['corp', 'other', 'nowhere'], new Map());
    const crls = [...loaded].map(([name, bundle]) => [
      name,
      bundle.ok && bundle.crls?.map(({ ok, name }) => [name, ok]),
    ]);
    expect(crls).toEqual([
      [
        'corp',
        [
          ['/corp.crl', true],
          [url.url, true],
        ],
      ],
      [
        'other',
        [
          [url.url, true],
          ['/none.crl', false],
        ],
      ],
      ['nowhere', false],
    ]);
    expect(asked).toBe(1);
  });

  test('a CRL file in DER, or in base64 alone, is read like one in PEM', async () => {
    const der = Buffer.from(crl.replace(/-----.*-----|\s/g, ''), 'base64');
    const lists = [der, Buffer.concat([der, der]), Buffer.from(der.toString('base64')), Buffer.from(`\ufeff${crl}`)];
    const read = await readTrustBundles(
      {
        corp: { kind: 'file', file: '/ca.pem', crls: lists.map((_, at) => ({ kind: 'file', file: String(at) })) },
      },
      async (path) => {
        const bytes = lists[Number(path)] ?? Buffer.from(root.certificatePem);
        return { ok: true, text: bytes.toString('utf8'), bytes };
      },
    );
    const corp = (await loadBundles(JSON.parse(JSON.stringify(read)), ['corp'], new Map())).get('corp');
    expect(corp?.ok && corp.crls?.map((each) => [each.name, each.ok && each.crls.length])).toEqual([
      ['0', 1],
      ['1', 2],
      ['2', 1],
      ['3', 1],
    ]);
  });
});
