/** The record of one protocol: its fields in the registry, the bytes that a probe sends, and how answers are read and named. */
import type { z } from 'zod';
import type { Check } from '../model/check.ts';
import type { Protocol, ProtocolName, ProtocolTraits } from '../model/protocol.ts';
import type { Endpoint } from '../model/registry.ts';
import type * as words from '../model/registry-fields.ts';
import type { HttpRequest } from './http1.ts';
import type { Way } from './shell.ts';
import type { Speaker } from './speaker.ts';

/** A check that opens a connection of its own. */
export type PresentingCheck = Check & { readonly presented: NonNullable<Check['presented']> };

/** URL schemes with the port of each; null where the URL must give one. */
type Schemes = Readonly<Record<string, number | null>>;

/** The builders of registry fields. They are an argument, so that a probe loads no schema library. */
export type FieldWords = typeof words & { readonly z: typeof z };

/** An endpoint's fields in the registry: those of the protocol, and the HTTP version. */
type Written<Fields extends z.ZodRawShape> = {
  readonly [Field in keyof Fields]?: z.output<Fields[Field]>;
} & { readonly http?: { readonly version?: 1 | 2 | undefined } | undefined };

/** Methods, so that a record of one protocol is a record of any: `resolve`'s settings come back to `speak` and `reproduce`. */
export type ProtocolRecord<
  Name extends ProtocolName = ProtocolName,
  OwnSchemes extends Schemes = Schemes,
  Fields extends z.ZodRawShape = z.ZodRawShape,
> = {
  readonly name: Name;
  readonly schemes: OwnSchemes;
  /** Fields that only an endpoint of these schemes may have: each optional, with its description. */
  fields(words: FieldWords): Fields;
  /** `path`: the URL's path and query, as written. */
  resolve(written: Written<Fields>, url: { readonly scheme: keyof OwnSchemes; readonly path: string }): Protocol<Name>;
  speak(settings: Protocol<Name>, request: HttpRequest): Speaker;
  /** Whether the `detail` of its answers is a phrase that can stand in a message. */
  readonly spoken: boolean;
  /** How two answers are compared: `code`, by the whole of `like`; `text`, by `like` without its numbers, since the meaning is unknown. */
  readonly alike: 'code' | 'text';
  /** The setting that decides, if a server may close after the handshake because of the probe's own words; null for a protocol without such servers. */
  readonly closesFor: string | null;
  /** What `openssl s_client -starttls` calls the protocol that asks for TLS before it begins; null where TLS comes first. */
  readonly starttls: string | null;
  /** A command line that repeats the check, with the protocol's usual client; null where that client cannot ask what the check asks. */
  reproduce(settings: Protocol<Name>, check: PresentingCheck, endpoint: Endpoint, way: Way): string | null;
} & ProtocolTraits;

/** A record with the types of its own schemes and fields. */
export const protocol = <Name extends ProtocolName, const OwnSchemes extends Schemes, Fields extends z.ZodRawShape>(
  record: ProtocolRecord<Name, OwnSchemes, Fields>,
): ProtocolRecord<Name, OwnSchemes, Fields> => record;

/** A part of a URL's path without its percent-encoding; unchanged if the encoding is invalid. Never throws. */
export const decoded = (part: string): string => {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
};
