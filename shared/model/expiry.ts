/** The schema of `expiry --format json`: everything that ends, the first to end first. */
import { z } from 'zod';
import { DATED_KINDS } from './report-facts.ts';

/** `served`: a certificate of a server, or of an issuer in the chain that it serves. */
const ENDING_KINDS = ['served', ...DATED_KINDS] as const;
export type EndingKind = (typeof ENDING_KINDS)[number];

export const endingSchema = z.strictObject({
  kind: z.enum(ENDING_KINDS),
  name: z.string().meta({
    description: 'The certificate’s subject; the identity’s name in the registry; the CRL’s file or URL.',
  }),
  of: z.string().nullable().meta({
    description:
      'The trust bundle of a CA or a CRL; the certificate of an identity that ends first; null for a served one.',
  }),
  at: z.iso.datetime(),
  hoursLeft: z.number().meta({ description: 'Negative once it has ended.' }),
  endpoints: z.array(z.string()).meta({ description: 'Those that serve it; empty for what is not served.' }),
});
export type Ending = z.infer<typeof endingSchema>;

export const undatedSchema = z.strictObject({ kind: z.enum(ENDING_KINDS), name: z.string(), why: z.string() });
/** Something whose end could not be seen. */
export type Undated = z.infer<typeof undatedSchema>;

export const expirySchema = z
  .strictObject({
    schema: z.literal('mtls-monitor/expiry/v1'),
    asOf: z.iso.datetime().meta({ description: '`hoursLeft` counts from it.' }),
    run: z.strictObject({ id: z.string(), startedAt: z.iso.datetime() }),
    endings: z.array(endingSchema),
    undated: z.array(undatedSchema).meta({ description: 'What was asked, and has no date.' }),
  })
  .meta({ title: 'mtls-monitor expiry', description: 'When certificates, identities, CAs and CRLs end.' });
