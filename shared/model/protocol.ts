/** The list of protocols that an endpoint may speak inside TLS, with their settings. Everything else about a protocol is in its record in `shared/protocol`. */
import type { Milliseconds } from './time.ts';

/** An endpoint's settings for each protocol, with every default applied. */
export type ProtocolSettings = {
  readonly http: { readonly version: 1 | 2 };
  /** `service`: the service whose health is requested (grpc.health.v1); empty for the whole server. */
  readonly grpc: { readonly service: string };
  /** Bytes. Null sends nothing; null expects nothing: staying open through the window is enough. */
  readonly tls: { readonly window: Milliseconds; readonly send: string | null; readonly expect: string | null };
  readonly postgres: { readonly user: string; readonly database: string };
  readonly mqtt: { readonly version: '3.1.1' | '5' };
  readonly redis: Readonly<Record<never, never>>;
};

export type ProtocolName = keyof ProtocolSettings;

/** Features that not all protocols have. A scenario may need one of them. */
export type ProtocolTraits = {
  /** Names the server a second time inside TLS, as HTTP does in Host: the two names may differ. */
  readonly namesServerTwice: boolean;
  /** Its requests have header fields, in which a proxy may pass on an identity. */
  readonly carriesHeaders: boolean;
};

/** One protocol, by its name, with its settings. */
export type Protocol<Name extends ProtocolName = ProtocolName> = {
  readonly [Each in Name]: { readonly kind: Each } & ProtocolSettings[Each];
}[Name];
