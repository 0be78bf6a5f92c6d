/** The schema of a report as JSON Lines: what `report.ts` has, each observation, served chain and list of CAs once. */
import { z } from 'zod';
import { evidenceSchema } from './evidence.ts';
import { notCoveredSchema } from './not-covered.ts';
import { acceptableCasSchema, checkResultSchema, reportSchema, servedChainSchema } from './report.ts';
import { datedSchema, endpointFactsSchema } from './report-facts.ts';

const number = z.number().int().nonnegative();
const { run, summary } = reportSchema.shape;

const chainFacts = servedChainSchema.pick({
  sha256: true,
  daysToExpiry: true,
  expiresFirst: true,
  expiresAt: true,
  leaf: true,
});
/** What endpoints that serve one chain have in common. */
export type ChainFacts = z.infer<typeof chainFacts>;

const caList = acceptableCasSchema.omit({ includesControlIssuer: true });
export type CaList = z.infer<typeof caList>;

const lineSchema = z.discriminatedUnion('line', [
  z
    .strictObject({
      line: z.literal('run'),
      schema: z.literal('mtls-monitor/report-lines/v1'),
      run,
      summary: summary.omit({ notCovered: true }),
    })
    .meta({ description: 'The first line.' }),
  z
    .strictObject({
      line: z.literal('not-covered'),
      ...notCoveredSchema.omit({ endpoint: true }).shape,
      endpoints: z.array(z.string()),
    })
    .meta({ description: 'A scenario that cannot be tested at these endpoints, and what to add.' }),
  z
    .strictObject({ line: z.literal('chain'), number, ...chainFacts.shape })
    .meta({ description: 'A served chain. It stands before the first line that names its number.' }),
  z
    .strictObject({ line: z.literal('acceptable-cas'), number, ...caList.shape })
    .meta({ description: 'A list of acceptable CAs. It stands before the first line that names its number.' }),
  z
    .strictObject({
      line: z.literal('checks'),
      endpoint: z.string().nullable().meta({ description: 'Null for the identities’ own checks.' }),
      about: endpointFactsSchema
        .exactOptional()
        .meta({ description: 'Absent for the identities, and from a report of an older version.' }),
      dates: z
        .array(datedSchema)
        .exactOptional()
        .meta({ description: 'Of the identities’ line: when identities, CAs of trust bundles and CRLs end.' }),
      observations: z.array(evidenceSchema),
      checks: z.array(
        checkResultSchema.omit({ evidence: true }).extend({
          observed: z.array(number).meta({
            description: 'Its evidence, as places in `observations` of this line, from 0; the control’s last.',
          }),
        }),
      ),
      servedChains: z.array(
        servedChainSchema
          .omit({
            sha256: true,
            daysToExpiry: true,
            expiresFirst: true,
            expiresAt: true,
            leaf: true,
            acceptableCas: true,
          })
          .extend({
            chain: number.meta({ description: 'The number of its chain.' }),
            acceptableCas: z
              .strictObject({
                list: number.meta({ description: 'The number of the list.' }),
                includesControlIssuer: acceptableCasSchema.shape.includesControlIssuer,
              })
              .optional(),
          }),
      ),
    })
    .meta({ description: 'All of one endpoint.' }),
]);

export const reportLineSchema = lineSchema.meta({
  title: 'mtls-monitor report, one line',
  description: 'One line of `check --format jsonl`. `line` says which.',
});
export type ReportLine = z.infer<typeof reportLineSchema>;
