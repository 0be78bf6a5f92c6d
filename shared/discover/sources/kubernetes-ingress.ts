/** Ingresses, with ingress-nginx’ annotations for client certificates (kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations). */
import type { DataDocument } from '../../claims/document.ts';
import type { Field } from '../../claims/field.ts';
import { printable } from '../../claims/printable.ts';
import type { ClientCertificate } from '../../model/claim.ts';
import { type Candidate, candidateOf, type LeftOut, ownerIn } from '../candidate.ts';

const PREFIX = 'nginx.ingress.kubernetes.io/';
/** auth-tls-verify-client; `on` where there is a secret and it is not said. */
const VERIFY: Readonly<Record<string, ClientCertificate>> = {
  ...{ on: 'required', optional: 'optional', optional_no_ca: 'passed-through', off: 'none' },
};

export const annotationOf = (root: Field, name: string): string | null =>
  root.get('metadata', 'annotations').get(name).text();

/** Null where it is another controller’s, whose settings do not stand here. */
const clientCertificateOf = (root: Field): ClientCertificate | null => {
  if (annotationOf(root, `${PREFIX}ssl-passthrough`) === 'true') return 'passed-through';
  const verify = annotationOf(root, `${PREFIX}auth-tls-verify-client`);
  if (annotationOf(root, `${PREFIX}auth-tls-secret`) !== null) return VERIFY[verify ?? 'on'] ?? null;
  const name = root.get('spec', 'ingressClassName').text() ?? annotationOf(root, 'kubernetes.io/ingress.class');
  return name === 'nginx' ? 'none' : null;
};

export const ingressCandidates = ({ root, object }: DataDocument): readonly (Candidate | LeftOut)[] => {
  const name = `${object?.namespace ?? 'default'}-${object?.name ?? ''}`;
  const tls = root
    .get('spec', 'tls')
    .items()
    .flatMap((each) => each.get('hosts').items());
  const hosts = [...new Map(tls.map((field) => [field.text() ?? '', field]))].filter(([host]) => host !== '');
  const rules = root
    .get('spec', 'rules')
    .items()
    .flatMap((rule) => rule.get('host').text() ?? []);
  const passes = annotationOf(root, `${PREFIX}ssl-passthrough`) === 'true';
  const all = passes
    ? [...hosts, ...rules.filter((host) => !hosts.some(([each]) => each === host)).map((host) => [host, root] as const)]
    : hosts;
  const secret = annotationOf(root, `${PREFIX}auth-tls-secret`);
  if (all.length === 0)
    return [
      { what: `Ingress ${printable(name, 80)}`, why: 'it names no host with TLS (spec.tls[].hosts)', at: root.at() },
    ];
  return all.map(([host, field]) =>
    candidateOf({
      ...{
        name: all.length === 1 ? name : `${name}-${host}`,
        at: field.at(),
        hosts: [host],
        scheme: 'https',
        path: '/',
      },
      ...{ owner: ownerIn(object?.labels ?? {}), clientCertificate: clientCertificateOf(root) },
      notes: [
        ...(secret === null ? [] : [`CAs of client certificates: the Secret ${printable(secret, 200)}`]),
        ...(passes ? ['TLS ends at the service behind the Ingress'] : []),
      ],
    }),
  );
};
