/** The schema of `access --format json`: who may call what, as far as a run has proven it. */
import { z } from 'zod';

/**
 * `admitted`, `refused`: proven, and as the registry has it. `wrongly-admitted`, `wrongly-refused`: proven, and the registry has the opposite. `waived`:
 * the same, and known. `untold`: asked without a proof. `not-asked`: the run did not ask.
 */
export const ANSWERS = [
  'wrongly-admitted',
  'wrongly-refused',
  'untold',
  'waived',
  'admitted',
  'refused',
  'not-asked',
] as const;
/** The worst first: of several answers about one client the first counts. */
export type Answer = (typeof ANSWERS)[number];

/** `nobody`: a client without a certificate. `stranger`: one whose certificate no CA of the endpoint’s issued. */
const CLIENT_KINDS = ['identity', 'nobody', 'stranger'] as const;
export const clientSchema = z.strictObject({ kind: z.enum(CLIENT_KINDS), name: z.string() });
export type Client = z.infer<typeof clientSchema>;

/** `unknown`: the source does not decide, or several differ. */
export const CONFIGURED = ['admitted', 'refused', 'unknown'] as const;
export type Configured = (typeof CONFIGURED)[number];

export const accessRowSchema = z.strictObject({
  endpoint: z.string(),
  route: z.string().nullable().meta({ description: '`GET /admin`; null for the endpoint’s own request.' }),
  answers: z.array(z.enum(ANSWERS)).meta({ description: 'One for each client, in their order.' }),
  configured: z.array(z.enum(CONFIGURED).nullable()).exactOptional().meta({
    description:
      'What the registry’s sources say of each client, in the same order; null where they do not speak of it. Absent where no source speaks of the row.',
  }),
});
export type AccessRow = z.infer<typeof accessRowSchema>;

export const accessSchema = z
  .strictObject({
    schema: z.literal('mtls-monitor/access/v1'),
    run: z.strictObject({ id: z.string(), startedAt: z.iso.datetime() }),
    clients: z.array(clientSchema),
    rows: z.array(accessRowSchema),
    counts: z.record(z.enum(ANSWERS), z.number().int()).meta({ description: 'Over all rows.' }),
  })
  .meta({ title: 'mtls-monitor access', description: 'Who may call what: each client at each endpoint and route.' });
export type Access = Pick<z.infer<typeof accessSchema>, 'clients' | 'rows' | 'counts'>;
