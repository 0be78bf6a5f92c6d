/** The fields of an endpoint that belong to one protocol each. */
import { z } from 'zod';
import * as words from '../model/registry-fields.ts';
import { PROTOCOLS } from '../protocol/protocols.ts';
import type { ProtocolRecord } from '../protocol/record.ts';

type Both<Union> = (Union extends unknown ? (of: Union) => void : never) extends (of: infer All) => void ? All : never;
type Fields = Both<ReturnType<(typeof PROTOCOLS)[keyof typeof PROTOCOLS]['fields']>>;

const own = (Object.values(PROTOCOLS) as readonly ProtocolRecord[]).map(({ schemes, fields }) => ({
  schemes: Object.keys(schemes),
  fields: fields({ ...words, z }),
}));

export const protocolFields: Fields = Object.assign({}, ...own.map(({ fields }) => fields));

/** The schemes whose endpoints may have the field. */
export const FIELD_SCHEMES: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  own.flatMap(({ schemes, fields }) => Object.keys(fields).map((field) => [field, schemes])),
);
