/**
 * Checks the form of a certificate's dates: RFC 5280 §4.1.2.5 requires seconds and UTC. Verifiers reject other forms, though not all the same ones.
 */
import { Buffer } from 'node:buffer';
import { readAll, readTlv, TAG, type Tlv } from '../asn1/der.ts';

const FORMS: Readonly<Record<number, RegExp>> = {
  [TAG.utcTime]: /^\d{10}(\d{2})Z$/,
  [TAG.generalizedTime]: /^\d{12}(\d{2})Z$/,
};

const isMoment = (text: string, tag: number): boolean => {
  const digits = tag === TAG.utcTime ? `${Number(text.slice(0, 2)) >= 50 ? '19' : '20'}${text}` : text;
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(digits) ?? [];
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
  const read = new Date(iso);
  // JavaScript's Date turns 30 February into 2 March.
  return !Number.isNaN(read.getTime()) && read.toISOString() === iso;
};

/** GeneralizedTime before 2050 also violates §4.1.2.5, but is accepted here because verifiers accept it. */
const isWellFormed = ({ tag, content }: Tlv): boolean => {
  const text = Buffer.from(content).toString('latin1');
  return (FORMS[tag]?.test(text) ?? false) && isMoment(text, tag);
};

/** Returns, for a Validity in DER, the malformed date as it is written; null when both dates are well formed. */
export const oddDate = (validity: Uint8Array): string | null => {
  const dates = readAll(readTlv(validity).content);
  const odd = dates.find((date) => !isWellFormed(date));
  if (odd === undefined) return dates.length === 2 ? null : 'a validity that is no pair of dates';
  return `a date written ${JSON.stringify(Buffer.from(odd.content).toString('latin1').slice(0, 40))}`;
};
