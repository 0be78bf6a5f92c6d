/** The thing that an incident, or a finding, is about, as it is published and stored. */
import { z } from 'zod';
import { THING_KINDS } from './incident.ts';

export const thingSchema = z.strictObject({
  kind: z.enum(THING_KINDS),
  name: z.string().meta({
    description: 'Of a certificate, and of a CA of a trust bundle: its SHA-256, hex. Of a CRL: its file or URL.',
  }),
  label: z.string().exactOptional().meta({ description: 'What people call it, where that is not its name.' }),
});
