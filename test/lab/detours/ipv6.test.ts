/** IPv6: a literal host, with all that is asked over IPv4. Names with addresses of both families: `addresses.test.ts`. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createServer as createSecure } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reportSchema } from '../../../shared/model/report.ts';
import { labRegistry, mtlsMonitorIn } from '../../helpers/registry.ts';
import { type Lab, startLab } from './lab.ts';

const hasIpv6 = Object.values(networkInterfaces()).some((each) => each?.some(({ address }) => address === '::1'));

let lab: Lab;
const asked = { crl: 0, four: 0, six: 0 };
const ports = { strict: 0, optional: 0, plain: 0, crl: 0 };

const start = async (server: Server, host: string, at = 0): Promise<number> => {
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(at, host, resolve));
  const { port } = server.address() as AddressInfo;
  await lab.keep(Promise.resolve({ port, stop: async () => void server.close() }));
  return port;
};

/** Admits payments only; `optional`: also who presents nothing. */
const relyingParty = async (optional: boolean) => {
  const { named, files } = lab;
  const [cert, key, ca] = await Promise.all(
    [named.certificate, named.privateKey, files.ca].map((file) => readFile(file)),
  );
  return createSecure({ cert, key, ca, requestCert: true, rejectUnauthorized: !optional }, (request, response) => {
    const subject = (request.socket as TLSSocket).getPeerCertificate().subject?.CN ?? '';
    const admitted = subject.includes('payments') || (optional && subject === '');
    response.writeHead(admitted ? 200 : 403, { connection: 'close' }).end(admitted ? 'payments: ok\n' : 'no');
  });
};

describe.skipIf(!hasIpv6)(`over IPv6${hasIpv6 ? '' : ' (this machine has no ::1)'}`, () => {
  beforeAll(async () => {
    lab = await startLab();
    const crl = await readFile(lab.files.crl);
    const six = await relyingParty(false);
    six.on('connection', () => (asked.six += 1));
    ports.strict = await start(six, '::1');
    const four = await relyingParty(false);
    four.on('connection', () => (asked.four += 1));
    await start(four, '127.0.0.1', ports.strict);
    ports.optional = await start(await relyingParty(true), '::1');
    ports.plain = await start(
      createServer((_, response) => response.setHeader('connection', 'close').end('payments: ok\n')),
      '::1',
    );
    ports.crl = await start(
      createServer((_, response) => {
        asked.crl += 1;
        response.setHeader('connection', 'close').end(crl);
      }),
      '::1',
    );
  });
  afterAll(() => lab.end());

  const checked = async (monitor: object = {}) => {
    const common = { serverName: 'localhost', refuses: ['orders'] };
    const registry = JSON.parse(
      labRegistry(lab.files, [
        { name: 'literal', url: `https://[::1]:${ports.strict}/healthz`, ...common },
        { name: 'open', url: `https://[::1]:${ports.optional}/`, ...common },
        {
          name: 'way-in',
          url: `https://[::1]:${ports.strict}/`,
          ...common,
          bypasses: [`http://[::1]:${ports.plain}/`],
        },
        { name: 'both', url: `https://localhost:${ports.strict}/`, refuses: ['orders'] },
      ]),
    );
    registry.monitor = monitor;
    registry.trustBundles.lab.crls = [{ url: `http://[::1]:${ports.crl}/lab.crl` }];
    const file = await lab.write('ipv6.yaml', JSON.stringify(registry));
    const { stdout, stderr } = await mtlsMonitorIn({}, 'check', file, '--format', 'json');
    if (stdout === '') throw new Error(stderr);
    return reportSchema.parse(JSON.parse(stdout)).checks;
  };

  test('enforcement, isolation, a bypass and a CRL', async () => {
    const checks = await checked();
    const of = (id: string) => {
      const check = checks.find((each) => each.id === id);
      return check === undefined ? id : `${check.verdict} ${check.code}`;
    };
    expect(of('literal/valid-identity/payments')).toBe('pass ACCEPTED');
    expect(of('literal/no-certificate')).toMatch(/^pass REJECTED_BY/);
    expect(of('literal/untrusted-issuer')).toMatch(/^pass REJECTED_BY/);
    expect(of('literal/foreign-identity/orders')).toBe('pass REJECTED_BY_HTTP_STATUS');
    expect(of('literal/served-certificate')).toBe('pass SERVED_CHAIN_OK');
    expect(of('open/no-certificate')).toBe('fail ACCEPTED_NO_CERTIFICATE');
    expect(of(`way-in/bypass-address/http://[::1]:${ports.plain}/`)).toBe('fail ACCEPTED_BYPASS_ADDRESS');
    expect(asked.crl).toBeGreaterThan(0);
    const evidence = checks.find(({ id }) => id === 'literal/no-certificate')?.evidence ?? [];
    expect(new Set(evidence.map(({ address }) => address))).toEqual(new Set([`[::1]:${ports.strict}`]));
  });

  test('denyPrivate with ::1 allowed: the loopback of IPv4 is refused, and ::1 is asked', async () => {
    Object.assign(asked, { four: 0, six: 0 });
    const checks = await checked({ denyPrivate: true, allowAddresses: ['::1/128'] });
    const both = checks.find(({ id }) => id === 'both/no-certificate');
    expect([both?.verdict, both?.code, both?.address]).toEqual([
      'inconclusive',
      'ADDRESS_REFUSED',
      `127.0.0.1:${ports.strict}`,
    ]);
    expect([asked.four, asked.six > 0]).toEqual([0, true]);
  });
});
