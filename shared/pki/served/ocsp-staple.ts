/**
 * Judges the OCSP responses stapled to handshakes: the status of the served leaf, and whether clients can use the response (RFC 6066 §8, RFC 6960).
 */
import type { X509Certificate } from 'node:crypto';
import type { CertificateFacts } from '../../model/certificate.ts';
import type { Staples } from '../../model/probe.ts';
import type { Instant } from '../../model/time.ts';
import { readAll, readTlv } from '../asn1/der.ts';
import { certificateOf, isAnchoredBy, isIssuedBy, shortName } from '../x509/certificate.ts';
import { isOf, takeApart } from '../x509/certificate-parts.ts';
import { CLOCK_LEEWAY, minute, timeLeft } from '../x509/moments.ts';
import { type OcspResponse, readOcsp, type SingleResponse } from '../x509/ocsp.ts';
import { isLate } from './staleness.ts';
import type { ChainProblem } from './trust-path.ts';

/** The TLS feature extension (RFC 7633 §4) lists numbers of TLS extensions; `status_request` is 5. */
const TLS_FEATURE = '1.3.6.1.5.5.7.1.24';
const STATUS_REQUEST = 5;
/** Handshakes without a staple before its absence is reported: a server may fetch its first staple only after the first handshake. */
const MISSED = 2;

type Path = { readonly path: readonly CertificateFacts[]; readonly anchors: readonly X509Certificate[] };

/**
 * Returns the problems of the stapled responses; none for a leaf whose issuer is not on the path, such as a pinned leaf. `now`: the start of the
 * run. `seenAt`: a time at or after the handshakes, default `now`.
 */
export const stapleProblems = (
  { path, anchors }: Path,
  { responses, missed }: Staples,
  now: Instant,
  seenAt: Instant = now,
): readonly ChainProblem[] => {
  const [facts] = path;
  if (facts === undefined) return [];
  const leaf = certificateOf(facts);
  const issuers = [
    ...path
      .slice(1)
      .map(certificateOf)
      .filter((issuer) => isIssuedBy(leaf, issuer)),
    ...anchors.filter((anchor) => isAnchoredBy(leaf, anchor)),
  ];
  if (issuers.length === 0) return [];
  const who = shortName(facts);
  if (responses.length === 0 && missed >= MISSED && demandsStaple(leaf))
    return [
      {
        code: 'OCSP_STAPLE_MISSING',
        message: `${who} demands an OCSP staple (RFC 7633), and none of ${missed} handshakes had one`,
      },
    ];
  return responses.flatMap((der) => problemsOf(der, leaf, issuers, who, now, seenAt));
};

const demandsStaple = ({ raw }: X509Certificate): boolean => {
  try {
    const found = takeApart(raw).extensions.find((each) => isOf(each, TLS_FEATURE));
    const value = found === undefined ? undefined : readAll(readTlv(found).content).at(-1);
    return (
      value !== undefined &&
      readAll(readTlv(value.content).content).some(({ content }) => content[0] === STATUS_REQUEST)
    );
  } catch {
    return false;
  }
};

/** Sorts responses for one certificate: newer first; of the same age, the one that revokes first. */
const newestFirst = (one: SingleResponse, other: SingleResponse): number =>
  other.thisUpdate - one.thisUpdate || Number(other.status === 'revoked') - Number(one.status === 'revoked');

type Refused = { readonly code: 'OCSP_STAPLE_INVALID' | 'OCSP_STAPLE_UNJUDGED'; readonly why: string };
const invalid = (why: string): Refused => ({ code: 'OCSP_STAPLE_INVALID', why });
const unjudged = (why: string): Refused => ({ code: 'OCSP_STAPLE_UNJUDGED', why });

/** Returns the leaf's status in the response if one of its issuers, or a responder that an issuer delegated, signed it; else why it is refused. */
const saidOf = (
  { responses, authorised }: OcspResponse,
  leaf: X509Certificate,
  issuers: readonly X509Certificate[],
  now: Instant,
): SingleResponse | Refused => {
  const [said] = responses.filter((each) => issuers.some((issuer) => each.isOf(leaf, issuer))).toSorted(newestFirst);
  const foreign = responses.flatMap(({ unknownHash }) => unknownHash ?? [])[0];
  if (said === undefined && foreign === undefined) return invalid('is of another certificate');
  const asked = issuers.filter((issuer) => said === undefined || said.isOf(leaf, issuer));
  const signatures = asked.map((issuer) => authorised(issuer, now));
  const unknown = signatures.find((each) => typeof each === 'object');
  if (signatures.includes('signed'))
    return said ?? unjudged(`names its certificate by a hash function, ${foreign}, that is not known here`);
  return unknown === undefined
    ? invalid('is signed neither by its issuer nor by a responder that the issuer authorised')
    : unjudged(`is signed with an algorithm, ${unknown.unknownAlgorithm}, that is not known here`);
};

/** Returns why a correctly signed response is of no use; null when its status is `good` or `revoked`. */
const useless = ({ status, unknownCritical }: SingleResponse): Refused | null => {
  const [unknown] = unknownCritical;
  if (unknown !== undefined)
    return unjudged(`says \`${status}\`, and has a critical extension, ${unknown}, that is not known here`);
  return status === 'unknown' ? invalid('says `unknown`: the responder does not know the certificate') : null;
};

const problemsOf = (
  der: Uint8Array,
  leaf: X509Certificate,
  issuers: readonly X509Certificate[],
  who: string,
  now: Instant,
  seenAt: Instant,
): readonly ChainProblem[] => {
  const staple = `the OCSP staple of ${who}`;
  const refused = ({ code, why }: Refused): ChainProblem[] => [{ code, message: `${staple} ${why}` }];
  const read = readOcsp(der);
  if (!read.ok) return refused(invalid(`cannot be used: ${read.reason}`));
  const said = saidOf(read.response, leaf, issuers, now);
  if ('code' in said) return refused(said);
  const { status, held, thisUpdate, nextUpdate } = said;
  const over = nextUpdate !== null && nextUpdate < now;
  if (thisUpdate > seenAt + CLOCK_LEEWAY) return refused(invalid(`is not valid before ${minute(thisUpdate)}`));
  // A revocation is permanent, so an expired response still proves it; a hold may have been lifted since.
  if (status === 'revoked' && !(held && over))
    return [{ code: 'SERVED_CERTIFICATE_REVOKED', message: `${who} is revoked, says the OCSP response stapled to it` }];
  const why = useless(said);
  if (why !== null) return refused(why);
  return nextUpdate === null ? [] : staleness(staple, thisUpdate, nextUpdate, now);
};

const staleness = (staple: string, thisUpdate: Instant, nextUpdate: Instant, now: Instant): readonly ChainProblem[] => {
  if (nextUpdate < now)
    return [{ code: 'OCSP_STAPLE_EXPIRED', message: `${staple} should have been followed at ${minute(nextUpdate)}` }];
  if (!isLate(thisUpdate, nextUpdate, now)) return [];
  const message = `${staple} ends in ${timeLeft(nextUpdate, now)}, at ${minute(nextUpdate)}, and none has followed it`;
  return [{ code: 'OCSP_STAPLE_EXPIRES_SOON', message, ends: { at: nextUpdate } }];
};
