/** When cert-manager renews a Certificate, and what stands against it (`RenewalTime` in pkg/util/pki/renewaltime.go of cert-manager). */
import { type Instant, iso } from '../../model/time.ts';
import type { Field } from '../field.ts';
import { goDurationIn } from '../go-duration.ts';
import { instantIn } from '../instant-in.ts';

export type Renewal = { readonly renewAt: Instant | null; readonly troubles: readonly string[] };

/** `readAt`: when the export was made; a renewal that falls due later may have happened since. */
export const certificateRenewal = (root: Field, isIssuing: boolean, readAt: Instant): Renewal => {
  const spec = root.get('spec');
  const status = root.get('status');
  const attempts = status.get('failedIssuanceAttempts').number() ?? 0;
  const failed = attempts > 0 ? [`its last ${attempts === 1 ? 'issuance' : `${attempts} issuances`} failed`] : [];
  if (spec.get('renewal', 'policy').text() === 'Disabled')
    return { renewAt: null, troubles: ['its renewal is disabled', ...failed] };
  const renewAt = instantIn(status.get('renewalTime')) ?? reckoned(spec, status);
  const isMissed = renewAt !== null && renewAt < readAt && !isIssuing;
  const missed = isMissed ? [`its renewal was due at ${iso(renewAt)} and nothing is being issued`] : [];
  return { renewAt, troubles: [...missed, ...failed, ...unusedRenewBefore(spec, status)] };
};

const lifeOf = (status: Field): { readonly notAfter: Instant; readonly life: number } | null => {
  const notBefore = instantIn(status.get('notBefore'));
  const notAfter = instantIn(status.get('notAfter'));
  return notBefore === null || notAfter === null ? null : { notAfter, life: notAfter - notBefore };
};

/** As cert-manager reckons it; null with windows, which are a timetable. */
const reckoned = (spec: Field, status: Field): Instant | null => {
  const dates = lifeOf(status);
  if (dates === null || spec.get('renewal', 'windows').items().length > 0) return null;
  return Math.floor((dates.notAfter - before(spec, dates.life)) / 1000) * 1000;
};

/** A third of the life, unless `renewBefore` or the percentage says otherwise and can hold. */
const before = (spec: Field, life: number): number => {
  const renewBefore = goDurationIn(spec.get('renewBefore'));
  if (renewBefore !== null && renewBefore > 0 && renewBefore < life) return renewBefore;
  const percentage = spec.get('renewBeforePercentage').number();
  return percentage !== null && percentage > 0 && percentage < 100 ? (life * percentage) / 100 : life / 3;
};

/** The issuer gave it a shorter life than `duration` asked for, and `renewBefore` is not used. */
const unusedRenewBefore = (spec: Field, status: Field): readonly string[] => {
  const dates = lifeOf(status);
  const renewBefore = goDurationIn(spec.get('renewBefore'));
  const asked = goDurationIn(spec.get('duration'));
  if (dates === null || renewBefore === null || renewBefore < dates.life) return [];
  const but = asked !== null && asked > dates.life ? `, since its issuer gave it less than the duration asked for` : '';
  return [`its renewBefore is not shorter than its life and is not used${but}`];
};
