/** What a report says beside its checks: the endpoints as the registry has them, and the dates on which certificates and lists end. */
import { z } from 'zod';
import { SCENARIO_NAMES } from './names.ts';

export const endpointFactsSchema = z
  .strictObject({
    name: z.string(),
    url: z.string(),
    owner: z.string().nullable(),
    skipped: z.array(z.enum(SCENARIO_NAMES)).meta({ description: 'Scenarios that the registry skips there.' }),
  })
  .meta({ description: 'An endpoint of the run, as the registry has it.' });
export type EndpointFacts = z.infer<typeof endpointFactsSchema>;

/** `identity`: one that the monitor presents. `authority`: a CA of a trust bundle. `crl`: a revocation list of a trust bundle. */
export const DATED_KINDS = ['identity', 'authority', 'crl'] as const;

export const datedSchema = z.strictObject({
  kind: z.enum(DATED_KINDS),
  name: z.string().meta({
    description: 'The identity’s name in the registry; the CA’s subject; the list’s file or URL.',
  }),
  of: z.string().meta({
    description: 'Of an identity: the subject of the certificate that ends first. Else the name of the trust bundle.',
  }),
  at: z.iso.datetime().meta({ description: 'Its notAfter; the nextUpdate of a CRL.' }),
});
/** Something of the monitor’s own that ends. */
export type Dated = z.infer<typeof datedSchema>;
