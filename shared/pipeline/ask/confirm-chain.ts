/**
 * OpenSSL's verdict on served chains. A handshake with an identity does not verify the chain (`secureContext`), so a handshake without a certificate
 * must show the same chain. Nothing is written in it.
 */
import type { CertificateFacts } from '../../model/certificate.ts';
import type { TlsVersion } from '../../model/names.ts';
import type { Endpoint } from '../../model/registry.ts';
import type { Located } from '../../probe/addresses.ts';
import type { ChainJudge } from '../load/chain-judge.ts';
import type { Dial, Dialling } from './dial.ts';

/** Repeats handshakes until one has shown `chain`, unless the monitor’s own analysis already finds a fault that breaks verification. */
export type ConfirmChain = (chain: readonly CertificateFacts[], tls: TlsVersion | null) => Promise<void>;

export type ChainConfirmer = {
  /** Resolves after the first such handshake in this version. It is made once, before the first secret is written. */
  readonly confirmBeforehand: (tls: TlsVersion | null) => Promise<void>;
  readonly confirmChain: ConfirmChain;
};

/** Learns OpenSSL's verdict from every handshake that is made anyway. */
export const learning =
  (dial: Dial, learn: ChainJudge['learn']): Dial =>
  async (dialling) => {
    const observation = await dial(dialling);
    if (observation !== null) learn(observation);
    return observation;
  };

/** Handshakes for one chain at most: the backends of one address may serve several chains. */
const TRIES = 3;

export const chainConfirmer = (
  place: Endpoint,
  located: Located,
  dial: Dial,
  awaits: ChainJudge['awaits'],
): ChainConfirmer => {
  const quietly = {
    presented: { kind: 'none' },
    options: { control: null },
    trusts: () => false,
    handshakeOnly: true,
    located,
    place,
  } as const;
  const first = new Map<TlsVersion | null, Promise<unknown>>();
  const confirmBeforehand: ChainConfirmer['confirmBeforehand'] = async (tls) => {
    const verifying = first.get(tls) ?? dial({ ...quietly, tls });
    first.set(tls, verifying);
    await verifying;
  };
  const confirmChain: ConfirmChain = async (chain, tls) => {
    for (let tried = 0; tried < TRIES && awaits(chain); tried += 1) await dial({ ...quietly, tls });
  };
  return { confirmBeforehand, confirmChain };
};

/** For a connection that writes secrets. If OpenSSL has given no verdict on the chain that it shows, it is repeated after OpenSSL has. */
export const dialConfirmed = async (
  dialling: Dialling,
  dial: Dial,
  awaits: ChainJudge['awaits'],
  { confirmBeforehand, confirmChain }: ChainConfirmer,
): ReturnType<Dial> => {
  await confirmBeforehand(dialling.tls);
  const first = await dial(dialling);
  if (first === null || first.withheld.length === 0 || !awaits(first.servedChain)) return first;
  await confirmChain(first.servedChain, dialling.tls);
  return awaits(first.servedChain) ? first : ((await dial(dialling)) ?? first);
};
