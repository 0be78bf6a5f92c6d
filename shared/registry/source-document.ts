/** The schema of `sources`: where configurations are read that say what is enforced. */
import { z } from 'zod';
import { INVENTORY_SERVICES } from '../model/inventory.ts';
import { checked, distinct, duration, secretRef, text } from '../model/registry-fields.ts';
import { DAY, MINUTE } from '../model/time.ts';

const common = {
  maxAge: duration(
    MINUTE,
    365 * DAY,
    'a time from 1m to 365d',
    'What is older is not judged by: its checks are inconclusive. Default: 1d.',
  ).optional(),
  ignore: z
    .array(
      z.strictObject({
        endpoint: text(/^[^\r\n]{1,300}$/, 'a name such as istio-system/*').meta({
          description: 'What the source calls it; a `*` stands for any text.',
        }),
        reason: z.string().min(1).max(1000).meta({ description: 'Why nobody watches it.' }),
      }),
    )
    .optional()
    .meta({ description: 'Endpoints of the source that need not be watched. Default: none.' }),
};

const decisionUrl = () =>
  checked(
    text(
      /^https?:\/\/[^\s/@?#\\]{1,300}\/([^\s?#]{1,1000}\/)?v1\/data\/[^\s?#]{1,1000}$/,
      'the URL of a decision such as http://127.0.0.1:8181/v1/data/envoy/authz/allow',
    ),
    (value) => (URL.canParse(value) ? null : `found "${value.slice(0, 80)}"; expected a URL`),
  ).meta({
    description:
      'A decision of OPA’s REST API. It is asked about each endpoint that says what it is called there, with the shape of Envoy’s external authorization: `attributes.source.principal` (the first URI of the identity’s certificate, else its first DNS name, else its subject), `attributes.request.http` (`method`, `path`, `host`), `parsed_path`, `parsed_query`. `true`, or an object whose `allowed` or `allow` is true, admits; false refuses; no result is undefined, which is no refusal. Asked by the command line only.',
  });

export const source = z.union(
  [
    z.strictObject({
      files: distinct(text(/^[^\r\n]{1,4096}$/, 'a path or a pattern such as exports/*.json')).meta({
        description:
          'Exports, relative to the registry; `*` and `?` in the last part of a path. Read by the command line only: what is deployed cannot see them.',
      }),
      ...common,
    }),
    z.strictObject({
      opa: decisionUrl(),
      token: secretRef().optional().meta({ description: 'A bearer token that goes to that URL. Default: none.' }),
      ...common,
    }),
    z.strictObject({
      export: z.literal(true).meta({
        description:
          'What is put below `exports/<name>/` of the inventory’s bucket, by a cluster’s CronJob for example.',
      }),
      ...common,
    }),
    z.strictObject({
      aws: distinct(z.enum(INVENTORY_SERVICES)).meta({
        description: 'Services of this account and region, which the deployment’s inventory reads.',
      }),
      ...common,
    }),
  ],
  { error: '{ files: [PATH, …] }, { opa: URL }, { export: true } or { aws: [SERVICE, …] }' },
);

/** Of an endpoint: what it is called in sources that do not have its host and port. */
export const calledIn = () =>
  checked(z.record(z.string(), text(/^[^\r\n]{1,300}$/, 'a name as the source has it')), (value) =>
    Object.keys(value).length === 0 ? 'expected at least one source' : null,
  );
