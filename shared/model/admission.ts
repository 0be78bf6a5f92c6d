/** Whom a configuration admits, as data: rules of conditions, which `shared/verdict/configured/decision.ts` applies to a client and a request. */
import { z } from 'zod';
import { placeSchema } from './place.ts';

/** How one text of a rule is matched. `present`: by any. */
const MATCHES = ['exact', 'prefix', 'suffix', 'contains', 'regex', 'present'] as const;
export const matchSchema = z.strictObject({ how: z.enum(MATCHES), text: z.string() });
export type Match = z.infer<typeof matchSchema>;

/**
 * What of a client, or of its request, a condition looks at. `spiffe-id`: a URI SAN that is a SPIFFE ID. `namespace`, `service-account`: of that ID, as
 * Kubernetes meshes form it. `service`: of that ID, as Consul forms it.
 */
export const CONDITION_FIELDS = [
  'spiffe-id',
  'namespace',
  'service-account',
  'service',
  'subject',
  'subject-cn',
  'subject-ou',
  'san-dns',
  'san-uri',
  'fingerprint',
  'method',
  'path',
  'host',
] as const;
export type ConditionField = (typeof CONDITION_FIELDS)[number];

export const conditionSchema = z.strictObject({
  field: z.enum(CONDITION_FIELDS),
  not: z.boolean().meta({ description: 'Whether it holds where none of them matches.' }),
  any: z.array(matchSchema).meta({ description: 'It holds where one of them matches. Empty: it never holds.' }),
});
/** Holds where one of `any` matches, or with `not` where none does. A client without the field matches nothing. */
export type Condition = z.infer<typeof conditionSchema>;

/** `ask`: somebody else decides who is not in the source (an external authorizer). `undefined`: asked, and there was no decision. */
export const EFFECTS = ['admit', 'refuse', 'ask', 'undefined'] as const;
export const ruleSchema = z.strictObject({
  effect: z.enum(EFFECTS),
  all: z.array(conditionSchema).meta({ description: 'It applies where all hold. Empty: it always applies.' }),
  unread: z.array(z.string()).meta({
    description: 'Conditions that are not understood, as paths: where there are any, nobody knows whether it applies.',
  }),
  at: placeSchema,
});
export type Rule = z.infer<typeof ruleSchema>;

export const admissionSchema = z.strictObject({
  rules: z.array(ruleSchema).meta({
    description: 'Judged together, whatever their order: ask before refuse before admit, as Istio does.',
  }),
  otherwise: z.enum(['admit', 'refuse', 'unsaid']).meta({ description: 'Where no rule applies.' }),
});
/** Who is admitted, once TLS has let it in. */
export type Admission = z.infer<typeof admissionSchema>;
