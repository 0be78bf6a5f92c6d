/** Whom a source admits, as a report has it. */
import { z } from 'zod';

export const configuredCellSchema = z.strictObject({
  client: z.string().meta({ description: 'The identity’s name in the registry.' }),
  route: z.string().nullable().meta({ description: '`GET /admin`; null for the endpoint’s own request.' }),
  says: z.enum(['admitted', 'refused', 'unknown']),
});
/** What a source says of one identity at one endpoint or route. */
export type ConfiguredCell = z.infer<typeof configuredCellSchema>;
