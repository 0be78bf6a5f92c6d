/** The changes that a detour makes to one connection. */
import type { Observation } from '../../model/probe.ts';
import type { Bypass, Endpoint, Place } from '../../model/registry.ts';
import type { TakenDetour } from './types.ts';

export type DetourChanges = {
  /** The path, and the names that the server is given in SNI and Host. */
  readonly place: Place;
  /** The place to connect to instead of the endpoint's address; null: the endpoint's address. */
  readonly elsewhere: Bypass | null;
  /** Values by header name, added to the endpoint's own. */
  readonly headers: Readonly<Record<string, string>>;
  /** The TLS session that is offered; null for none. */
  readonly offered: Buffer | null;
  /** Whether a server that resumes this session is trusted with secret headers: it then shows no chain to judge. */
  readonly trusted: boolean;
  /** The part of the changes that the evidence shows. */
  readonly evidence: Pick<Observation, 'headers' | 'sni'>;
};

/** The changes of a detour; without one, the endpoint as it is. */
export const changesBy = (detour: TakenDetour | undefined, endpoint: Endpoint): DetourChanges => {
  const unchanged = { place: endpoint, elsewhere: null, headers: {}, offered: null, trusted: false, evidence: {} };
  switch (detour?.kind) {
    case undefined:
      return unchanged;
    case 'forged-header':
      return { ...unchanged, headers: detour.headers, evidence: { headers: Object.keys(detour.headers) } };
    case 'sni-bypass': {
      const { serverName } = detour;
      return { ...unchanged, place: { ...endpoint, serverName }, evidence: { sni: serverName } };
    }
    case 'resumption':
      return { ...unchanged, offered: detour.offered };
    case 'resumed-identity':
      return { ...unchanged, offered: detour.offered, trusted: detour.trusted };
    case 'bypass-address': {
      const { bypass, named } = detour;
      const { serverName, hostHeader } = named === 'itself' ? bypass : endpoint;
      const place = { ...bypass, serverName, hostHeader };
      return { ...unchanged, place, elsewhere: bypass, evidence: { sni: serverName } };
    }
    default:
      return detour satisfies never;
  }
};
