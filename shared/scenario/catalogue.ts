/** Every scenario by its name. A new one is its file, its name in `shared/model/names.ts` and its line here; the compiler asks for each. */
import { SCENARIO_NAMES, type ScenarioName } from '../model/names.ts';
import type { Presented } from '../model/probe.ts';
import { bypassAddress } from './bypass-address.ts';
import { configuration } from './configuration.ts';
import { configuredAccess } from './configured-access.ts';
import { expired } from './expired.ts';
import type { Family } from './family.ts';
import { foreignIdentity } from './foreign-identity.ts';
import { forgedHeader } from './forged-header.ts';
import { identityHealth } from './identity-health.ts';
import { leafAsIssuer } from './leaf-as-issuer.ts';
import { lookalikeIssuer } from './lookalike-issuer.ts';
import { missingIntermediate } from './missing-intermediate.ts';
import { noCertificate } from './no-certificate.ts';
import { notYetValid } from './not-yet-valid.ts';
import { plaintext } from './plaintext.ts';
import { resumedIdentity } from './resumed-identity.ts';
import { resumption } from './resumption.ts';
import { revoked } from './revoked.ts';
import { rotation } from './rotation.ts';
import type { Scenario } from './scenario.ts';
import { selfSigned } from './self-signed.ts';
import { servedCertificate } from './served-certificate.ts';
import { sniBypass } from './sni-bypass.ts';
import { sourceHealth } from './source-health.ts';
import { untrustedIssuer } from './untrusted-issuer.ts';
import { validIdentity } from './valid-identity.ts';
import { wrongUsage } from './wrong-usage.ts';

const CATALOGUE = {
  'valid-identity': validIdentity,
  'no-certificate': noCertificate,
  plaintext,
  'untrusted-issuer': untrustedIssuer,
  'self-signed': selfSigned,
  'lookalike-issuer': lookalikeIssuer,
  'leaf-as-issuer': leafAsIssuer,
  expired,
  'not-yet-valid': notYetValid,
  revoked,
  'wrong-usage': wrongUsage,
  'foreign-identity': foreignIdentity,
  'forged-header': forgedHeader,
  'sni-bypass': sniBypass,
  resumption,
  'resumed-identity': resumedIdentity,
  'missing-intermediate': missingIntermediate,
  'bypass-address': bypassAddress,
  'served-certificate': servedCertificate,
  'identity-health': identityHealth,
  rotation,
  configuration,
  'configured-access': configuredAccess,
  'source-health': sourceHealth,
} satisfies { readonly [Name in ScenarioName]: Scenario<Name> };

/** The record of a scenario. */
export const scenarioNamed = (name: ScenarioName): Scenario => CATALOGUE[name];

/** In the order of `SCENARIO_NAMES`, in which they are shown everywhere. */
export const SCENARIOS: readonly Scenario[] = SCENARIO_NAMES.map(scenarioNamed);

export const familyOf = (name: ScenarioName): Family => CATALOGUE[name].family;

/** The scenario that presents the client of a detour without the detour; null where no other scenario does. */
export const withoutDetour = (presented: Presented | null): Scenario | null => {
  if (presented?.kind === 'none') return noCertificate;
  return presented?.kind === 'identity' ? foreignIdentity : null;
};
