/** Where a configuration says something: every claim and every problem of a reading has its place. */
import { z } from 'zod';

export const placeSchema = z.strictObject({
  file: z.string().nullable().meta({ description: 'As it was named; null for what an API answered.' }),
  line: z.number().int().nullable().meta({ description: 'From 1; null where the source has no lines.' }),
  object: z.string().nullable().meta({
    description: 'What it stands in: `PeerAuthentication payments/default`, a directive’s block, an ARN.',
  }),
});
/** Where a configuration says something. */
export type Place = z.infer<typeof placeSchema>;
