/** Gatus’ configuration: `endpoints` with `url` and `client.tls` (github.com/TwiN/gatus, README.md, "Client configuration"). */
import { readEach } from '../../claims/claim-of.ts';
import type { DataDocument, SourceDocument } from '../../claims/document.ts';
import type { Field } from '../../claims/field.ts';
import { printable } from '../../claims/printable.ts';
import { addressIn, type Candidate, candidateOf, type LeftOut, ownerIn, shownAddress } from '../candidate.ts';
import type { CandidateSource, DiscoverContext } from '../candidate-source.ts';

/** Its schemes, and those of a registry. What has no TLS is null. */
const SCHEMES: Readonly<Record<string, string | null>> = {
  ...{ https: 'https', wss: 'https', grpcs: 'grpcs', tls: 'tls' },
  ...{
    http: null,
    ws: null,
    grpc: null,
    tcp: null,
    udp: null,
    icmp: null,
    dns: null,
    ssh: null,
    sctp: null,
    starttls: null,
  },
};

/** A registry has endpoints, too. */
const isGatus = (document: SourceDocument): document is DataDocument => {
  if (document.kind !== 'data' || document.root.kind !== 'map') return false;
  const names = document.root.entries().map(([name]) => name);
  if (!names.includes('endpoints') || names.includes('identities') || names.includes('version')) return false;
  const list = document.root.get('endpoints');
  return list.kind === 'list' && list.items().some((each) => each.kind === 'map' && each.get('url').isThere);
};

export const gatusSource: CandidateSource = {
  title: 'gatus',
  exports: ['config.yaml'],
  recognises: isGatus,
  read: (documents, context) => {
    const entries = documents.filter(isGatus).flatMap((document) =>
      document.root
        .get('endpoints')
        .items()
        .map((field) => ({ field, file: document.file })),
    );
    const { found, problems } = readEach(entries, ({ field, file }) => [ofEndpoint(field, file, context)]);
    return {
      candidates: found.flatMap((each) => ('hosts' in each ? [each] : [])),
      leftOut: found.flatMap((each) => ('why' in each ? [each] : [])),
      problems,
    };
  },
};

const ofEndpoint = (field: Field, file: string | null, { pathIn }: DiscoverContext): Candidate | LeftOut => {
  const url = field.get('url').text() ?? '';
  const name = [field.get('group').text(), field.get('name').text() ?? shownAddress(url)]
    .filter((part) => part !== null)
    .join('-');
  const leftOut = (why: string): LeftOut => ({ what: printable(name, 80), why, at: field.at() });
  if (field.get('enabled').boolean() === false) return leftOut('it is not enabled');
  const address = addressIn(url);
  if (address === null) return leftOut(`"${shownAddress(url)}" is no URL, or has a password`);
  const scheme = SCHEMES[address.scheme ?? ''];
  if (scheme == null)
    return leftOut(
      `${printable(address.scheme ?? 'a URL without a scheme', 20)} is asked without TLS from its first byte`,
    );
  const tls = field.get('client', 'tls');
  const [certificate, key] = [tls.get('certificate-file').text(), tls.get('private-key-file').text()];
  const label = name === '' ? 'client' : name;
  return candidateOf({
    ...{ name, at: field.at(), hosts: [address.host], port: address.port, scheme, path: address.path },
    owner: ownerIn(labelsIn(field.get('extra-labels'))),
    identity:
      certificate === null || key === null
        ? null
        : { name: label, certificate: pathIn(file, certificate), privateKey: pathIn(file, key) },
    notes: field.get('client', 'insecure').boolean() === true ? ['gatus does not verify the server there'] : [],
  });
};

export const labelsIn = (field: Field): Readonly<Record<string, string>> =>
  Object.fromEntries(field.entries().map(([name, value]) => [name, value.text() ?? '']));
