/** The ordered list of what is built: the only file that names them all. */
import type { ScenarioName } from '../model/names.ts';
import { bypassAddress } from './bypass-address.ts';
import { expired } from './expired.ts';
import { foreignIdentity } from './foreign-identity.ts';
import { forgedHeader } from './forged-header.ts';
import { identityHealth } from './identity-health.ts';
import { lookalikeIssuer } from './lookalike-issuer.ts';
import { noCertificate } from './no-certificate.ts';
import { notYetValid } from './not-yet-valid.ts';
import { plaintext } from './plaintext.ts';
import { resumption } from './resumption.ts';
import { revoked } from './revoked.ts';
import { rotation } from './rotation.ts';
import type { Scenario } from './scenario.ts';
import { selfSigned } from './self-signed.ts';
import { servedCertificate } from './served-certificate.ts';
import { sniBypass } from './sni-bypass.ts';
import { untrustedIssuer } from './untrusted-issuer.ts';
import { validIdentity } from './valid-identity.ts';
import { wrongUsage } from './wrong-usage.ts';

export const CATALOGUE: readonly Scenario[] = [
  validIdentity,
  noCertificate,
  plaintext,
  untrustedIssuer,
  selfSigned,
  lookalikeIssuer,
  expired,
  notYetValid,
  revoked,
  wrongUsage,
  foreignIdentity,
  forgedHeader,
  sniBypass,
  resumption,
  bypassAddress,
  servedCertificate,
  identityHealth,
  rotation,
];

const byName = new Map(CATALOGUE.map((scenario) => [scenario.name, scenario]));

/** Throws for a scenario that is named but not built: plans hold none. */
export const scenarioNamed = (name: ScenarioName): Scenario => {
  const found = byName.get(name);
  if (found === undefined) throw new Error(`the scenario ${name} is not built`);
  return found;
};
