/** The schema of an observation as a report shows it. */
import { z } from 'zod';
import { GREETINGS, TLS_VERSIONS } from './names.ts';

const phase = z.enum(['connect', 'handshake', 'request', 'answer']);
const endedSchema = z.union([
  z.strictObject({ kind: z.literal('answered'), phase, status: z.number().int() }),
  z.strictObject({ kind: z.literal('answered'), phase, protocol: z.string(), detail: z.string() }),
  z.strictObject({ kind: z.literal('alerted'), phase, alert: z.string(), number: z.number().int() }),
  z.strictObject({ kind: z.literal('closed'), phase, how: z.enum(['fin', 'close-notify', 'reset']) }),
  z.strictObject({
    kind: z.enum(['unverified', 'incompatible', 'address-refused']),
    phase,
    reason: z.string(),
  }),
  z.strictObject({
    kind: z.enum(['unusable', 'unread']),
    phase,
    reason: z.string(),
    identity: z.string().exactOptional().meta({ description: 'The identity that it is about, where it is one.' }),
  }),
  z.strictObject({ kind: z.literal('not-tls'), phase, reason: z.string(), greeting: z.enum(GREETINGS).optional() }),
  z.strictObject({ kind: z.literal('unreachable'), phase, at: z.enum(['dns', 'tcp']), reason: z.string() }),
  z.strictObject({ kind: z.literal('timed-out'), phase }),
]);

export const evidenceSchema = z.strictObject({
  presented: z.string().nullable().meta({
    description: 'The identity’s name; the scenario’s name for a minted certificate; null without a certificate.',
  }),
  address: z.string().nullable(),
  tls: z.enum(TLS_VERSIONS).nullable(),
  durationMs: z.number(),
  sni: z.string().nullable().optional(),
  headers: z.array(z.string()).optional(),
  resumed: z.boolean().optional().meta({ description: 'Whether an offered TLS session was resumed.' }),
  certificateRequested: z.boolean().nullable(),
  sharedFrom: z.string().optional().meta({
    description:
      'The endpoint whose connection this was: the same handshake, refused in TLS before a request could be read, is not made again for every path. Absent: it was made for this check.',
  }),
  ended: endedSchema,
});
export type Evidence = z.infer<typeof evidenceSchema>;
