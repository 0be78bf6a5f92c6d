/** Applications that believe a header: whichever proxy's it is, the finding names that one. */
import { readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import type { ServerOptions } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TLS_VERSIONS } from '../../../shared/model/names.ts';
import type { Checked } from '../../helpers/registry.ts';
import { answering, BELIEVES, serve } from './believers.ts';
import { found, inBoth, type Lab, startLab, strictEndpoint, theCheck } from './lab.ts';

const subjectOf = ({ socket }: IncomingMessage): string | null => {
  const { authorized, getPeerCertificate } = socket as TLSSocket;
  return authorized ? String(getPeerCertificate.call(socket).subject.CN) : null;
};
const isPayments = (request: IncomingMessage): boolean => subjectOf(request) === 'payments';
const slug = (family: string): string => family.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
const reads = ({ headers }: IncomingMessage): boolean => Object.values(BELIEVES).some((believes) => believes(headers));

let lab: Lab;
let checked: Checked;

beforeAll(async () => {
  lab = await startLab();
  const tls: ServerOptions = {
    cert: await readFile(lab.named.certificate),
    key: await readFile(lab.named.privateKey),
    ca: await readFile(lab.files.ca),
    requestCert: true,
    rejectUnauthorized: false,
  };
  const families = Object.entries(BELIEVES).map(async ([family, believes]) => {
    const admits = (request: IncomingMessage) => isPayments(request) || believes(request.headers);
    const { port } = await lab.keep(serve(answering(admits), tls));
    return strictEndpoint(slug(family), port);
  });
  const others = {
    // Whoever sends such headers is told so, and refused.
    'says-so': serve(
      answering(isPayments, (request) => (reads(request) ? 'nobody may say who they are\n' : 'who are you?\n')),
      tls,
    ),
    // No room for all of them at once: each family alone still fits.
    'small-header': serve(answering(isPayments), tls, { maxHeaderSize: 6000 }),
    'small-header-believes': serve(
      answering((request) => isPayments(request) || BELIEVES['Kong']!(request.headers)),
      tls,
      { maxHeaderSize: 6000 },
    ),
    // Not even a certificate fits: what is in the longest family's headers is not known.
    'tiny-header': serve(answering(isPayments), tls, { maxHeaderSize: 1100 }),
    // The certificate is nothing to it, the header everything.
    'headers-only': serve(
      answering(({ headers }) => BELIEVES['nginx']!(headers)),
      tls,
    ),
    // Verified certificates only, and then the header says whose it is.
    'verified-then-header': serve(
      answering(
        (request) => isPayments(request) || (subjectOf(request) !== null && BELIEVES['Envoy']!(request.headers)),
      ),
      tls,
    ),
    open: serve(
      answering(() => true),
      tls,
    ),
  };
  const rest = Object.entries(others).map(async ([name, starting]) =>
    strictEndpoint(name, (await lab.keep(starting)).port),
  );
  const endpoints = await Promise.all([...families, ...rest]);
  checked = await lab.check(endpoints, { args: ['--suite', 'isolation'] });
}, 60_000);
afterAll(() => lab.end());

const forged = (endpoint: string) => found(checked, endpoint, 'forged-header');
const all = (verdict: string) =>
  inBoth({ 'forged-header': verdict, 'forged-header/orders': verdict, 'forged-header/stranger': verdict });
const BELIEVED = 'fail ACCEPTED_FORGED_HEADER FORGED_HEADER_BELIEVED';
const REFUSED = 'pass REJECTED_BY_HTTP_STATUS';

describe.each(Object.keys(BELIEVES))('an application that believes the headers of %s', (family) => {
  test('is found, in both versions of TLS, whoever asks', () => {
    expect(forged(slug(family))).toEqual(all(BELIEVED));
  });
  test.each(TLS_VERSIONS)('TLS %s: the finding names that family and no other', (tls) => {
    const { message, evidence } = theCheck(checked, `${slug(family)}/forged-header#${tls}`);
    expect(/headers of (.*?)\. /.exec(message)?.[1]).toBe(family);
    // What worked was believed twice, beside what was refused without it.
    expect(evidence.filter(({ ended }) => 'status' in ended && ended.status === 200).length).toBeGreaterThan(1);
  });
});

test('who is refused in other words once such headers are there is refused', () => {
  expect(forged('says-so')).toEqual(all(REFUSED));
});
test('headers that are too many for one request are tried family by family', () => {
  expect(forged('small-header')).toEqual(all(REFUSED));
  expect(forged('small-header-believes')).toEqual(all(BELIEVED));
});
test('headers that never fit prove nothing', () => {
  expect(forged('tiny-header')).toEqual(all('inconclusive AMBIGUOUS_ANSWER'));
});
test('where the valid certificate alone is refused and a header lets in, it is a fail though there is no control', () => {
  expect(forged('headers-only')).toEqual(all(BELIEVED));
  expect(found(checked, 'headers-only', 'valid-identity')).toEqual(
    inBoth({ 'valid-identity/payments': 'fail CONTROL_REJECTED CONTROL_REFUSED' }),
  );
});
test('a verified certificate of somebody else and a header with the right name', () => {
  expect(forged('verified-then-header')).toEqual({
    ...all(REFUSED),
    ...inBoth({ 'forged-header/orders': BELIEVED }),
  });
});
test('where everybody enters there is nothing to learn about headers', () => {
  const verdicts = Object.values(forged('open')).map((each) => String(each).split(' ').slice(0, 2).join(' '));
  expect(new Set(verdicts)).toEqual(new Set(['inconclusive ALREADY_ACCEPTED']));
});
test('nothing but names of headers is in the report', async () => {
  const certificate = await readFile(lab.files.identity('payments').certificate, 'utf8');
  expect(checked.stdout).not.toContain(certificate.split('\n')[2]);
  expect(checked.stdout).not.toContain('PRIVATE KEY');
});
