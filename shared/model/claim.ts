/** Claims: what a configuration says of an endpoint, and where it says so. A reader of `shared/claims` makes them of a source's text. */
import { z } from 'zod';
import { admissionSchema } from './admission.ts';
import { type Place, placeSchema } from './place.ts';

/** What a claim was read from; each has a reader. In the order of the reference page. */
export const READER_NAMES = [
  'istio',
  'envoy',
  'nginx',
  'haproxy',
  'traefik',
  'caddy',
  'linkerd',
  'consul',
  'cilium',
  'kiali',
  'cert-manager',
  'trust-manager',
  'spire',
  'kong',
  'opa',
  'aws',
] as const;
export type ReaderName = (typeof READER_NAMES)[number];

/**
 * What becomes of a client certificate. `required`: verified, and refused without one. `optional`: verified where there is one. `passed-through`: asked for
 * and not verified here; whoever is behind has to. `none`: never asked for.
 */
export const CLIENT_CERTIFICATES = ['required', 'optional', 'passed-through', 'none'] as const;
export type ClientCertificate = (typeof CLIENT_CERTIFICATES)[number];

const said = <Value extends z.ZodType>(value: Value) =>
  z
    .strictObject({
      value,
      at: placeSchema,
      because: z.string().exactOptional().meta({
        description:
          'A clause that says which rule of the format leads to it: `no policy of the namespace or the mesh`.',
      }),
    })
    .nullable();
/** One thing that a source says, and where. Null: the source does not say. */
export type Said<Value> = { readonly value: Value; readonly at: Place; readonly because?: string } | null;

export const authoritySchema = z.strictObject({
  subject: z.string().meta({ description: 'RFC 4514, as in the reports.' }),
  issuer: z.string().exactOptional().meta({ description: 'Its issuer’s name. Absent where it is not known.' }),
  sha256: z.string().nullable().meta({ description: 'SHA-256 of the certificate, hex; null where it is not there.' }),
  notAfter: z.iso.datetime().nullable(),
});
/** A CA that is trusted for client certificates. */
export type Authority = z.infer<typeof authoritySchema>;

export const REVOCATIONS = ['none', 'crl', 'ocsp', 'crl-and-ocsp'] as const;

export const certificateClaimSchema = z.strictObject({
  use: z.enum(['served', 'client', 'authority', 'identity']),
  name: z.string().meta({ description: 'What the source calls it.' }),
  names: z.array(z.string()).meta({ description: 'Its SANs, DNS names and URIs, as far as the source has them.' }),
  sha256: z.string().nullable(),
  issuer: z.string().nullable(),
  notBefore: z.iso.datetime().nullable(),
  notAfter: z.iso.datetime().nullable(),
  renewAt: z.iso.datetime().nullable().meta({ description: 'When it is to be renewed.' }),
  lifetime: z
    .number()
    .exactOptional()
    .meta({ description: 'Seconds for which one is asked for or issued, where the source says.' }),
  trouble: z.string().nullable().meta({ description: 'What the source itself says is wrong, as a clause.' }),
  authorities: z.array(authoritySchema).nullable().meta({ description: 'CAs that the source says belong to it.' }),
  revocation: z.enum(REVOCATIONS).exactOptional().meta({ description: 'How a CA makes known what it revokes.' }),
  notes: z.array(z.string()).exactOptional(),
  at: placeSchema,
});
/** A certificate that a source manages, with its dates. */
export type CertificateClaim = z.infer<typeof certificateClaimSchema>;

export const unreadSchema = z.strictObject({ at: placeSchema, path: z.string() });
/** A field that a reader does not know: named, never guessed. */
export type Unread = z.infer<typeof unreadSchema>;

export const claimSchema = z.strictObject({
  reader: z.enum(READER_NAMES),
  source: z.string().meta({ description: 'Its name in the registry, else the file’s.' }),
  at: placeSchema.meta({ description: 'What makes the endpoint: a service, a server block, a listener.' }),
  readAt: z.iso
    .datetime()
    .meta({ description: 'When the source was as it says: its export’s time, else when it was read.' }),
  endpoint: z.strictObject({
    name: z.string().meta({ description: 'What the source calls it: `payments/checkout`, `listener https`.' }),
    hosts: z
      .array(z.string())
      .meta({ description: 'Names and addresses that lead to it, without ports; may begin with `*.`.' }),
    port: z.number().int().nullable(),
    workload: z.string().nullable().meta({ description: 'What stands behind it, where the source says.' }),
    protocol: z
      .string()
      .nullable()
      .meta({ description: 'A scheme of a registry (`https`, `grpcs`, `tls`, …); null where unsaid.' }),
    path: z.string().nullable().meta({ description: 'Where only this path is meant; null for all.' }),
    exact: z.boolean().exactOptional().meta({ description: 'Whether nothing below the path is meant.' }),
    labels: z.record(z.string(), z.string()),
  }),
  policy: z.enum(['present', 'absent']).nullable().meta({
    description:
      'Whether any policy of the source speaks of it, where a default holds without one; null where that is no question.',
  }),
  clientCertificate: said(z.enum(CLIENT_CERTIFICATES)),
  plaintext: said(z.enum(['refused', 'allowed'])),
  authorities: said(z.array(authoritySchema)).meta({ description: 'CAs that are trusted for client certificates.' }),
  revocation: said(z.enum(REVOCATIONS)),
  expiry: said(z.enum(['checked', 'ignored'])).meta({ description: 'Of client certificates.' }),
  admission: said(admissionSchema),
  /** What the source has its clients do (a DestinationRule): `mutual`, `simple` (server’s certificate only), `plaintext`. */
  clients: said(z.enum(['mutual', 'simple', 'plaintext'])),
  otherWays: z
    .array(
      z.strictObject({
        what: z.string().meta({ description: 'A noun phrase: `the default endpoint of the API`.' }),
        url: z.string().nullable().meta({ description: 'A URL that a probe can ask; null where the source has none.' }),
        at: placeSchema,
      }),
    )
    .meta({ description: 'Ways around this door that the source leaves open.' }),
  certificates: z.array(certificateClaimSchema).meta({ description: 'That are served there.' }),
  headers: z
    .array(z.string())
    .meta({ description: 'In which the client’s certificate, or a name of it, is passed on.' }),
  notes: z.array(z.string()).meta({ description: 'What else a person should know, each a sentence.' }),
  unread: z.array(unreadSchema),
});
/** What one source says of one endpoint. */
export type Claim = z.infer<typeof claimSchema>;

/** A part of a source that could not be read; everything else was. */
export const readingProblemSchema = z.strictObject({ at: placeSchema, path: z.string(), message: z.string() });
export type ReadingProblem = z.infer<typeof readingProblemSchema>;

export const readingSchema = z
  .strictObject({
    schema: z.literal('mtls-monitor/claims/v1'),
    source: z.string(),
    readAt: z.iso.datetime(),
    claims: z.array(claimSchema),
    certificates: z
      .array(certificateClaimSchema)
      .meta({ description: 'That belong to no endpoint that the source names.' }),
    problems: z.array(readingProblemSchema),
    passedOver: z.array(z.string()).exactOptional().meta({
      description: 'Kinds of objects of Kubernetes that no reader knows, such as `Ingress of networking.k8s.io/v1`.',
    }),
  })
  .meta({ title: 'mtls-monitor claims', description: 'What the files or answers of one source say.' });
/** What one source says. */
export type Reading = z.infer<typeof readingSchema>;
