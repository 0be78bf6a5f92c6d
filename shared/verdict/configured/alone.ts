/** What is weak in a source by itself, without a registry and without a wire. */
import type { CertificateClaim, Reading } from '../../model/claim.ts';
import { inert } from '../../model/inert.ts';
import type { FixedCode } from '../../model/names.ts';
import type { Place } from '../../model/place.ts';
import type { Instant } from '../../model/time.ts';
import { renewalTrouble } from './renewal.ts';
import { type Weakness, weaknessesOf } from './weaknesses.ts';

/** `message`: a sentence that names the endpoint. */
export type AloneFinding = {
  readonly code: FixedCode;
  readonly severity: Weakness['severity'];
  readonly endpoint: string;
  readonly message: string;
  readonly at: Place;
};

/** The worst first; equal ones in the source’s order. */
export const findingsAlone = ({ claims, certificates }: Reading, now: Instant): readonly AloneFinding[] => {
  const held = [...certificates, ...claims.flatMap((claim) => claim.certificates)];
  const found = [
    ...claims.flatMap((claim) =>
      weaknessesOf(claim).map(({ code, severity, text, because, at }) => {
        const endpoint = inert(portedName(claim.endpoint));
        return {
          code,
          severity,
          endpoint,
          message: `${endpoint} ${inert(text)}${because === null ? '' : ` (${inert(because)})`}.`,
          at,
        };
      }),
    ),
    ...held.flatMap((certificate) => renewalOf(certificate, now)),
  ];
  return found.toSorted((one, other) => ORDER.indexOf(one.severity) - ORDER.indexOf(other.severity));
};

const ORDER: readonly Weakness['severity'][] = ['critical', 'warning', 'info'];

const portedName = ({ name, port, path }: { name: string; port: number | null; path: string | null }): string =>
  `${name}${port === null || name.includes(`:${port}`) ? '' : `:${port}`}${path === null ? '' : ` ${path}`}`;

const renewalOf = (certificate: CertificateClaim, now: Instant): readonly AloneFinding[] => {
  const trouble = renewalTrouble(certificate, now);
  if (trouble === null) return [];
  const endpoint = inert(certificate.name);
  const message = `${endpoint}: ${trouble}.`;
  return [{ code: 'CONFIGURATION_RENEWAL_MISSED', severity: 'warning', endpoint, message, at: certificate.at }];
};
