/** Dates in order and out of it, written as RFC 5280 §4.1.2.5 says and otherwise, at each place. */
import { DAY } from '../../../shared/model/time.ts';
import { TAG } from '../../../shared/pki/asn1/der.ts';
import * as make from './certificates.ts';
import { everywhere } from './four.ts';
import type { Case } from './verifiers.ts';

const { NOW } = make;
const day = (offset: number): string => new Date(NOW + offset * DAY).toISOString();
const digits = (iso: string): string => iso.replaceAll(/[-:T]|\.\d+Z/g, '');
const [past, future] = [digits(day(-30)), digits(day(300))];
const utc = (value: string) => make.written(TAG.utcTime, value);
const long = (value: string) => make.written(TAG.generalizedTime, value);

export const dates = (): readonly Case[] => [
  ...everywhere('date-usual', {}),
  ...everywhere('date-expired', { notAfter: NOW - DAY }),
  ...everywhere('date-just-expired', { notAfter: NOW - 1000 }),
  ...everywhere('date-early', { notBefore: NOW + DAY }),
  ...everywhere('date-2051', { notAfter: long('20511231235959Z') }),
  ...everywhere('date-never', { notAfter: long('99991231235959Z') }),
  ...everywhere('date-generalized', { notBefore: long(`${past}Z`), notAfter: long(`${future}Z`) }),
  ...everywhere('date-fraction', { notAfter: long(`${future}.5Z`) }),
  ...everywhere('date-from-fraction', { notBefore: long(`${past}.25Z`) }),
  ...everywhere('date-offset', { notAfter: utc(`${future.slice(2)}+0200`) }),
  ...everywhere('date-long-offset', { notAfter: long(`${future}+0200`) }),
  ...everywhere('date-minutes', { notAfter: utc(`${future.slice(2, 12)}Z`) }),
  ...everywhere('date-from-minutes', { notBefore: utc(`${past.slice(2, 12)}Z`) }),
  ...everywhere('date-long-minutes', { notAfter: long(`${future.slice(0, 12)}Z`) }),
  ...everywhere('date-local', { notAfter: long(future) }),
  ...everywhere('date-month-13', { notAfter: utc(`${future.slice(2, 4)}1301000000Z`) }),
];
