/** The planned checks that can be made in this run: the identity to present is there, and its refusal would prove the fault in question. */
import type { CertificateFacts } from '../../model/certificate.ts';
import type { Check } from '../../model/check.ts';
import { haveSameIssuer } from '../../pki/identity/issuer.ts';
import type { EndpointPlan } from '../../plan/plan.ts';
import { scenarioNamed } from '../../scenario/catalogue.ts';
import type { LoadedIdentity } from '../load/identities.ts';

type Applicable = Pick<EndpointPlan, 'checks' | 'notCovered'>;

/**
 * Leaves out identities with a fault, and signers of a copy, whose issuer is not a control's: if they were refused for their issuer, that would prove
 * nothing. And signers without a subject: an issuer's name must not be empty (RFC 5280 §4.1.2.4).
 */
export const applicable = (
  { endpoint, checks, notCovered }: EndpointPlan,
  identities: ReadonlyMap<string, LoadedIdentity>,
): Applicable => {
  const leafOf = (name: string) => identities.get(name)?.credentials?.chain[0];
  const controls = endpoint.admits.flatMap((name) => leafOf(name) ?? []);
  const isForeign = (leaf: CertificateFacts) =>
    controls.length > 0 && !controls.some((control) => haveSameIssuer(control, leaf));
  const isLeftOut = ({ presented }: Check): boolean => {
    if (presented?.kind === 'identity') {
      const leaf = leafOf(presented.identity);
      const fault = identities.get(presented.identity)?.identity.fault ?? null;
      return leaf !== undefined && fault !== null && isForeign(leaf);
    }
    if (presented?.kind !== 'minted' || presented.scenario !== 'leaf-as-issuer') return false;
    const signers =
      presented.signer === undefined ? controls : [leafOf(presented.signer)].filter((leaf) => leaf !== undefined);
    return signers.length > 0 && signers.every((leaf) => leaf.subject === '' || isForeign(leaf));
  };
  const kept = checks.filter((check) => !isLeftOut(check));
  const lost = new Set(checks.map(({ scenario }) => scenario)).difference(
    new Set(kept.map(({ scenario }) => scenario)),
  );
  const issuer = controls[0]?.issuer;
  const missing = (scenario: Check['scenario']) => {
    const { minted } = scenarioNamed(scenario);
    const add = minted
      ? 'an admitted identity whose certificate has a subject: without one it cannot be named as an issuer'
      : `an identity with fault: ${scenario} from the control’s issuer (${issuer})`;
    return { endpoint: endpoint.name, scenario, add };
  };
  return { checks: kept, notCovered: [...notCovered, ...[...lost].map(missing)] };
};
