/** What an OCSP response stapled to a handshake says of the served leaf, and whether clients can use it (RFC 6066 §8, RFC 6960). */
import type { X509Certificate } from 'node:crypto';
import type { CertificateFacts } from '../../model/certificate.ts';
import type { Staples } from '../../model/probe.ts';
import type { Instant } from '../../model/time.ts';
import { readAll, readTlv } from '../asn1/der.ts';
import { isOf, takeApart } from '../mint/certificate.ts';
import { isAnchoredBy, isIssuedBy, shortName } from '../x509/certificate.ts';
import { CLOCK_LEEWAY, minute, timeLeft } from '../x509/moments.ts';
import { readOcsp, type SingleResponse } from '../x509/ocsp.ts';
import { isLate } from './staleness.ts';
import { type ChainProblem, parse } from './trust-path.ts';

/** RFC 7633 §4: of TLS extension numbers; `status_request` is 5. */
const TLS_FEATURE = '1.3.6.1.5.5.7.1.24';
const STATUS_REQUEST = 5;
/** A server that fetches its staple has none for the first handshake. */
const MISSED = 2;

type Path = { readonly path: readonly CertificateFacts[]; readonly anchors: readonly X509Certificate[] };

/** `seenAt`: no earlier than the handshakes. Nothing is said of a leaf whose issuer is not on the path: a pinned one. */
export const stapleProblems = (
  { path, anchors }: Path,
  { responses, missed }: Staples,
  now: Instant,
  seenAt: Instant = now,
): readonly ChainProblem[] => {
  const [facts] = path;
  if (facts === undefined) return [];
  const leaf = parse(facts);
  const issuers = [
    ...path
      .slice(1)
      .map(parse)
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

/** Of two for one certificate: the newer, and of the same age the one that revokes. */
const newestFirst = (one: SingleResponse, other: SingleResponse): number =>
  other.thisUpdate - one.thisUpdate || Number(other.status === 'revoked') - Number(one.status === 'revoked');

const problemsOf = (
  der: Uint8Array,
  leaf: X509Certificate,
  issuers: readonly X509Certificate[],
  who: string,
  now: Instant,
  seenAt: Instant,
): readonly ChainProblem[] => {
  const staple = `the OCSP staple of ${who}`;
  const invalid = (why: string): ChainProblem[] => [{ code: 'OCSP_STAPLE_INVALID', message: `${staple} ${why}` }];
  const unjudged = (why: string): ChainProblem[] => [{ code: 'OCSP_STAPLE_UNJUDGED', message: `${staple} ${why}` }];
  const read = readOcsp(der);
  if (!read.ok) return invalid(`cannot be used: ${read.reason}`);
  const { responses, authorised } = read.response;
  const [said] = responses.filter((each) => issuers.some((issuer) => each.isOf(leaf, issuer))).toSorted(newestFirst);
  const foreign = responses.find(({ unknownHash }) => unknownHash !== null)?.unknownHash;
  if (said === undefined && foreign == null) return invalid('is of another certificate');
  const asked = said === undefined ? issuers : issuers.filter((issuer) => said.isOf(leaf, issuer));
  const signatures = asked.map((issuer) => authorised(issuer, now));
  const unknown = signatures.find((each) => typeof each === 'object');
  if (!signatures.includes('signed'))
    return unknown === undefined
      ? invalid('is signed neither by its issuer nor by a responder that the issuer authorised')
      : unjudged(`is signed with an algorithm, ${unknown.unknownAlgorithm}, that is not known here`);
  if (said === undefined)
    return unjudged(`names its certificate by a hash function, ${foreign}, that is not known here`);
  const { status, held, thisUpdate, nextUpdate, unknownCritical } = said;
  const over = nextUpdate !== null && nextUpdate < now;
  if (thisUpdate > seenAt + CLOCK_LEEWAY) return invalid(`is not valid before ${minute(thisUpdate)}`);
  // What was revoked stays so, however old the word; a hold may have been lifted since.
  if (status === 'revoked' && !(held && over))
    return [{ code: 'SERVED_CERTIFICATE_REVOKED', message: `${who} is revoked, says the OCSP response stapled to it` }];
  if (unknownCritical.length > 0)
    return unjudged(`says \`${status}\`, and has a critical extension, ${unknownCritical[0]}, that is not known here`);
  if (status === 'unknown') return invalid('says `unknown`: the responder does not know the certificate');
  if (nextUpdate === null) return [];
  if (over)
    return [{ code: 'OCSP_STAPLE_EXPIRED', message: `${staple} should have been followed at ${minute(nextUpdate)}` }];
  if (!isLate(thisUpdate, nextUpdate, now)) return [];
  return [
    {
      code: 'OCSP_STAPLE_EXPIRES_SOON',
      message: `${staple} ends in ${timeLeft(nextUpdate, now)}, at ${minute(nextUpdate)}, and none has followed it`,
    },
  ];
};
