/** One connection of an endpoint, beside what the handshakes of the run have shown. docs/adr/0040 */
import type { TlsVersion } from '../../model/names.ts';
import type { Observation } from '../../model/probe.ts';
import type { ProbeTarget } from '../../probe/target.ts';
import type { Clock } from '../ports.ts';
import { type Handshakes, handshakeOf } from './handshakes.ts';
import type { SecretHeaders } from './presenting.ts';
import type { ConnectOptions } from './types.ts';

type Probe = () => Promise<Observation>;

/**
 * Makes the connection, or returns the refusal that stands for it. It looks once more when the connection's turn has come: another may have ended meanwhile.
 * Null where `connect` gives null, or where the connection could teach nothing.
 */
export type AskOnce = (
  connect: (probe: Probe) => Promise<Observation | null>,
  probe: Probe,
) => Promise<Observation | null>;

type Asking = {
  readonly tls: TlsVersion | null;
  readonly options: Pick<ConnectOptions, 'mayShare' | 'control' | 'standing'>;
  readonly unlessRequested?: boolean;
};

/**
 * `by`: the endpoint's name. One with secret headers takes no refusal of another's: what was left out there is not what is left out here. With an
 * `onSession` the context is another one, and so is the handshake.
 */
export const askOnce = (
  target: ProbeTarget,
  { tls, options: { mayShare, control, standing }, unlessRequested = false }: Asking,
  by: string,
  { missing, values }: SecretHeaders,
  { handshakes, clock }: { readonly handshakes?: Handshakes; readonly clock: Clock },
): AskOnce => {
  const handshake = handshakes === undefined ? null : handshakeOf(target, tls);
  if (handshakes === undefined || handshake === null) return (connect, probe) => connect(probe);
  if (standing !== undefined && !handshakes.isMixed(handshake)) return async () => standing;
  const takes = mayShare === true && missing === null && Object.keys(values).length === 0;
  const refusal = () => (takes ? handshakes.refusal(handshake, clock()) : null);
  return async (connect, probe) => {
    if (unlessRequested && handshakes.requestsCertificate(handshake, clock())) return null;
    const made = async () => {
      const observation = await probe();
      handshakes.learn(handshake, observation, by, control);
      return observation;
    };
    return refusal() ?? connect(async () => refusal() ?? made());
  };
};
