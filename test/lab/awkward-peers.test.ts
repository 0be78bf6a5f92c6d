/** Peers that prove nothing: never a pass but for the certificate they serve, never a fail but where the control itself is turned away. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type PkiOnDisk, pkiOnDisk } from '../helpers/pki.ts';
import { type Checked, checkLab, labRegistry } from '../helpers/registry.ts';
import * as awkward from './servers/awkward.ts';
import { HOST, type Running } from './servers/lab-server.ts';
import { openssl } from './servers/openssl.ts';

const TIMEOUT_MS = 1000;
const DELAY_MS = 1500;
/** Each is asked as any endpoint is: what the control ended in, and the codes of everything that does not pass. */
const PEERS = [
  { name: 'down', control: 'unreachable', codes: ['UNREACHABLE'], reason: /refuse|ECONNREFUSED/i },
  { name: 'unresolvable', control: 'unreachable', codes: ['UNREACHABLE'], reason: /does not resolve|ENOTFOUND/ },
  {
    name: 'speaks-ssh',
    control: 'not-tls',
    codes: ['AMBIGUOUS_ANSWER', 'CONTROL_NOT_ACCEPTED', 'NOT_TLS'],
    reason: /not TLS/i,
  },
  {
    name: 'never-answers',
    control: 'timed-out',
    codes: ['CONTROL_NOT_ACCEPTED', 'TIMED_OUT'],
    reason: /time|silence|within/i,
  },
  { name: 'closes-at-accept', control: 'closed', codes: ['CONTROL_NOT_ACCEPTED', 'UNREACHABLE'], reason: /clos/ },
  {
    name: 'resets-at-accept',
    control: 'unreachable',
    codes: ['UNREACHABLE'],
    // A reset that comes behind the connection's beginning reads as a close.
    may: 'CONTROL_NOT_ACCEPTED',
    reason: /reset|ECONNRESET/i,
  },
  { name: 'ends-half-way', control: 'closed', codes: ['AMBIGUOUS_ANSWER', 'CONTROL_NOT_ACCEPTED'], reason: /clos/ },
  {
    name: 'stops-half-way',
    control: 'timed-out',
    codes: ['CONTROL_NOT_ACCEPTED', 'TIMED_OUT'],
    reason: /time|silence|within/i,
  },
  { name: 'drips', control: 'timed-out', codes: ['CONTROL_NOT_ACCEPTED', 'TIMED_OUT'], reason: /time|silence|within/i },
  {
    name: 'closes-after-handshake',
    control: 'closed',
    codes: ['CONTROL_NOT_ACCEPTED', 'CONTROL_REJECTED'],
    reason: /clos/,
  },
] as const;

let lab: PkiOnDisk;
let checked: Checked;
let running: Readonly<Record<string, Running>> = {};

const startPeers = async ({ files }: PkiOnDisk): Promise<Readonly<Record<string, Running>>> => ({
  'speaks-ssh': await awkward.speaksSsh(),
  'never-answers': await awkward.neverAnswers(),
  'closes-at-accept': await awkward.closesAtAccept(),
  'resets-at-accept': await awkward.resetsAtAccept(),
  'ends-half-way': await awkward.endsAfterHalfAStatusLine(files),
  'stops-half-way': await awkward.stopsAfterHalfAStatusLine(files),
  drips: await awkward.dripsOneByteASecond(files),
  'closes-after-handshake': await awkward.closesAfterHandshake(files),
});

beforeAll(async () => {
  lab = await pkiOnDisk();
  running = await startPeers(lab);
  // Port 1 (tcpmux) has no listener anywhere; RFC 6761 §6.4 keeps `.invalid` from resolving.
  const authorities: Readonly<Record<string, string>> = { down: `${HOST}:1`, unresolvable: 'nowhere.invalid' };
  const endpoints = PEERS.map(({ name }) => ({
    name,
    url: `https://${authorities[name] ?? `${HOST}:${running[name]?.port}`}/healthz`,
    timeout: `${TIMEOUT_MS}ms`,
  }));
  checked = await checkLab(labRegistry(lab.files, endpoints), lab.files);
});
afterAll(async () => {
  await Promise.all(Object.values(running).map(({ stop }) => stop()));
  lab.remove();
});

describe.each(PEERS)('a peer that is $name', ({ name, control, codes, reason, ...peer }) => {
  const own = () => checked.report.checks.filter(({ endpoint }) => endpoint === name);
  const ofControl = () => own().find(({ scenario }) => scenario === 'valid-identity');

  test('lets no scenario pass', () => {
    const passed = own().filter(({ verdict, scenario }) => verdict === 'pass' && scenario !== 'served-certificate');
    expect(own().length).toBeGreaterThan(10);
    expect(passed).toEqual([]);
  });

  test('is told for what it is, with the reason', () => {
    const open = own().filter(({ verdict }) => verdict !== 'pass');
    const seen = new Set(open.map(({ code }) => code));
    if ('may' in peer) seen.delete(peer.may);
    expect([...seen].sort()).toEqual(codes);
    expect(ofControl()?.verdict).toBe(name === 'closes-after-handshake' ? 'fail' : 'inconclusive');
    expect(ofControl()?.evidence[0]?.ended.kind).toBe(control);
    expect(ofControl()?.message).toMatch(reason);
  });

  test('keeps no probe longer than its timeout', () => {
    const slowest = Math.max(...own().flatMap(({ evidence }) => evidence.map(({ durationMs }) => durationMs)));
    expect(slowest).toBeLessThan(TIMEOUT_MS + 900);
  });
});

describe('a relying party whose TLS alert comes late', () => {
  let server: Running;
  let proxy: Running;
  beforeAll(async () => {
    server = await openssl.start('strict', lab.files);
    proxy = await awkward.answersLate(server.port, DELAY_MS);
  });
  afterAll(async () => {
    await proxy.stop();
    await server.stop();
  });

  const checkProxy = async (timeout: string) => {
    const endpoint = {
      name: 'late',
      url: `https://${HOST}:${proxy.port}/healthz`,
      refuses: [],
      tlsVersions: ['1.3'],
      timeout,
    };
    const { report } = await checkLab(labRegistry(lab.files, [endpoint]), lab.files);
    return report.checks.filter(({ endpoint: name }) => name === 'late');
  };

  test('is waited for, and is a refusal', async () => {
    const checks = await checkProxy('10s');
    const refused = checks.find(({ scenario }) => scenario === 'no-certificate');
    expect(new Set(checks.map(({ verdict }) => verdict))).toEqual(new Set(['pass']));
    expect(refused?.code).toBe('REJECTED_BY_TLS_ALERT');
    expect(refused?.evidence[0]?.durationMs).toBeGreaterThanOrEqual(DELAY_MS - 50);
  });

  test('is nothing at all when it comes after the deadline', async () => {
    const checks = (await checkProxy('1s')).filter(({ scenario }) => scenario !== 'served-certificate');
    expect(new Set(checks.map(({ verdict }) => verdict))).toEqual(new Set(['inconclusive']));
  });
});
