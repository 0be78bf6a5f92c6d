/**
 * OpenSSL's word on chains that were seen in handshakes with an identity: those do not verify (`secureContext`), so one without a certificate has to
 * show the same chain. Nothing is written there.
 */
import type { CertificateFacts } from '../../model/certificate.ts';
import type { TlsVersion } from '../../model/names.ts';
import type { Endpoint } from '../../model/registry.ts';
import type { Located } from '../../probe/addresses.ts';
import type { ChainJudge } from '../load/chain-judge.ts';
import type { Dial, Dialling } from './dial.ts';

export type Confirming = {
  /** One such handshake for each version, before the first secret is due. */
  readonly beforehand: (tls: TlsVersion | null) => Promise<void>;
  /** Handshakes until one has shown `chain`, as far as our own analysis leaves anything to confirm. */
  readonly confirm: (chain: readonly CertificateFacts[], tls: TlsVersion | null) => Promise<void>;
};

/** Hears what OpenSSL says on the way, in handshakes that are made anyway. */
export const learning =
  (dial: Dial, learn: ChainJudge['learn']): Dial =>
  async (dialling) => {
    const observation = await dial(dialling);
    if (observation !== null) learn(observation);
    return observation;
  };

/** Several backends of one address may serve several chains: so often one is waited for. */
const TRIES = 3;

export const confirming = (place: Endpoint, located: Located, dial: Dial, awaits: ChainJudge['awaits']): Confirming => {
  const quietly = {
    presented: { kind: 'none' },
    options: { listenFirst: false, control: null },
    trusts: () => false,
    handshakeOnly: true,
    located,
    place,
  } as const;
  const first = new Map<TlsVersion | null, Promise<unknown>>();
  const beforehand: Confirming['beforehand'] = async (tls) => {
    const verifying = first.get(tls) ?? dial({ ...quietly, tls });
    first.set(tls, verifying);
    await verifying;
  };
  const confirm: Confirming['confirm'] = async (chain, tls) => {
    for (let tried = 0; tried < TRIES && awaits(chain); tried += 1) await dial({ ...quietly, tls });
  };
  return { beforehand, confirm };
};

/** With a secret to write: where a backend shows a chain that OpenSSL has not been heard about, once more after it has been. */
export const dialConfirmed = async (
  dialling: Dialling,
  dial: Dial,
  awaits: ChainJudge['awaits'],
  { beforehand, confirm }: Confirming,
): ReturnType<Dial> => {
  await beforehand(dialling.tls);
  const first = await dial(dialling);
  if (first === null || first.withheld.length === 0 || !awaits(first.servedChain)) return first;
  await confirm(first.servedChain, dialling.tls);
  return awaits(first.servedChain) ? first : ((await dial(dialling)) ?? first);
};
