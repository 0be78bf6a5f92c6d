/** What the registry says about an endpoint's answers, for those rivals that can be told. */
import { z } from 'zod';
import type { LabEndpoint } from '../../helpers/registry.ts';

const answers = z.object({ status: z.array(z.number()).optional(), body: z.string().optional() }).default({});
const known = z.object({ accepts: answers, rejects: answers });

export type HttpAnswer = { readonly status: number; readonly body: string };

export const knownOf = (endpoint: LabEndpoint) => {
  const { accepts, rejects } = known.parse(endpoint);
  const refused = ({ status, body }: HttpAnswer): boolean =>
    (rejects.status?.includes(status) ?? false) || (rejects.body !== undefined && new RegExp(rejects.body).test(body));
  const accepted = (answer: HttpAnswer): boolean =>
    (accepts.status?.includes(answer.status) ?? (answer.status >= 200 && answer.status < 300)) &&
    (accepts.body === undefined || new RegExp(accepts.body).test(answer.body)) &&
    !refused(answer);
  return { accepts, rejects, accepted, refused };
};
