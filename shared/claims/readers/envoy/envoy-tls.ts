/** What a DownstreamTlsContext says of client certificates (envoy/extensions/transport_sockets/tls/v3/{tls,common}.proto; checked on Envoy 1.40). */

import type { Admission } from '../../../model/admission.ts';
import type { CertificateClaim, Claim, ClientCertificate, Unread } from '../../../model/claim.ts';
import type { Place } from '../../../model/place.ts';
import { said } from '../../claim-of.ts';
import type { Field } from '../../field.ts';
import { authorityOf } from '../../pem-field.ts';
import { printable } from '../../printable.ts';
import { certificatesOf, type FoundCertificates } from './envoy-data-source.ts';
import { at, skip } from './envoy-fields.ts';
import { admissionByNames } from './envoy-names.ts';
import { type EnvoySecrets, servedCertificate } from './envoy-secrets.ts';

export type TlsSays = Pick<Claim, 'clientCertificate' | 'authorities' | 'revocation' | 'expiry'> & {
  /** By names and hashes in the certificate; null where every verified one will do. */
  readonly admission: { readonly value: Admission; readonly at: Place } | null;
  readonly certificates: readonly CertificateClaim[];
  readonly notes: readonly string[];
  readonly unread: readonly Unread[];
  /** Names of the secrets that it uses. */
  readonly secrets: readonly string[];
};

/** Where a client’s certificate is verified: one context, or a default and one from SDS, which are merged. */
type Validation = {
  readonly contexts: readonly Field[];
  /** Asked for by its name, and not in the source. */
  readonly missing: string | null;
  readonly secrets: readonly string[];
};

const validationOf = (common: Field, secrets: EnvoySecrets): Validation => {
  const combined = at(common, 'combined_validation_context');
  const reference = combined.isThere
    ? at(combined, 'validation_context_sds_secret_config')
    : at(common, 'validation_context_sds_secret_config');
  at(reference, 'sds_config').plain();
  const name = reference.get('name').text();
  const own = [at(common, 'validation_context'), at(combined, 'default_validation_context')];
  const secret = name === null ? null : secrets.get(name)?.validation;
  return {
    contexts: [...own, ...(secret ? [secret] : [])].filter(({ isThere }) => isThere),
    missing: name !== null && !secret ? name : null,
    secrets: name === null ? [] : [name],
  };
};

/** Throws `DamagedField`. */
export const tlsIn = (context: Field, secrets: EnvoySecrets): TlsSays => {
  const common = at(context, 'common_tls_context');
  skip(common, ['tls_params', 'alpn_protocols', 'key_log', 'custom_handshaker', 'tls_certificate_provider_instance']);
  skip(context, [
    'session_timeout',
    'session_ticket_keys',
    'ocsp_staple_policy',
    'disable_stateless_session_resumption',
  ]);
  context.get('@type').text();
  const validation = validationOf(common, secrets);
  const client = clientCertificateIn(context, validation);
  const isAsked = client.value !== 'none';
  const served = servedIn(common, secrets);
  const found = isAsked ? verificationIn(validation, context) : NOTHING;
  return {
    clientCertificate: said(client.value, client.at, client.because),
    ...found,
    ...{ certificates: served.certificates, secrets: [...served.secrets, ...validation.secrets] },
    notes: [...served.notes, ...(isAsked ? notesOf(validation) : [])],
    unread: [context, ...validation.contexts.filter((each) => !each.path.startsWith(context.path))].flatMap((each) =>
      each.unread(),
    ),
  };
};

const NOTHING = { authorities: null, revocation: null, expiry: null, admission: null };

type Client = { readonly value: ClientCertificate; readonly at: Place; readonly because: string };

/**
 * Without anything to verify against, Envoy does not even ask, whatever `require_client_certificate` says; with names or hashes it asks everybody
 * (`verify_mode_validation_context`, source/common/tls/cert_validator/default_validator.cc).
 */
const clientCertificateIn = (context: Field, { contexts, missing }: Validation): Client => {
  const required = at(context, 'require_client_certificate');
  const isRequired = required.boolean() ?? false;
  const untrusted = contexts
    .map((each) => at(each, 'trust_chain_verification'))
    .find((each) => each.text() === 'ACCEPT_UNTRUSTED');
  if (untrusted !== undefined)
    return { value: 'passed-through', at: untrusted.at(), because: 'ACCEPT_UNTRUSTED lets in what does not verify' };
  const named = contexts.find((each) => admissionByNames(each) !== null);
  if (named !== undefined && !isRequired)
    return {
      value: 'required',
      at: named.at(),
      because: 'names or hashes are asked for, and then nobody gets in without',
    };
  if (missing === null && !contexts.some(verifiesAnything))
    return { value: 'none', at: context.at(), because: 'there is no CA to verify against, and so it does not ask' };
  return isRequired
    ? { value: 'required', at: required.at(), because: 'require_client_certificate is true' }
    : { value: 'optional', at: required.at(), because: 'require_client_certificate is not true' };
};

const verifiesAnything = (context: Field): boolean =>
  admissionByNames(context) !== null ||
  ['trusted_ca', 'system_root_certs', 'custom_validator_config', 'ca_certificate_provider_instance'].some(
    (name) => at(context, name).isThere,
  );

const verificationIn = (validation: Validation, context: Field) => {
  const { contexts, missing } = validation;
  const trusted = contexts.map((each) => at(each, 'trusted_ca')).find(({ isThere }) => isThere);
  const found: FoundCertificates | null = trusted === undefined ? null : certificatesOf(trusted);
  const list = contexts.map((each) => at(each, 'crl')).find(({ isThere }) => isThere);
  list?.plain();
  const expired = contexts.map((each) => at(each, 'allow_expired_certificate')).find((each) => each.boolean() === true);
  const names = contexts.flatMap((each) => admissionByNames(each) ?? [])[0] ?? null;
  return {
    authorities:
      trusted === undefined || found?.certificates == null
        ? null
        : said(found.certificates.map(authorityOf), trusted.at()),
    revocation:
      list !== undefined
        ? said('crl' as const, list.at())
        : missing === null
          ? said('none' as const, contexts[0]?.at() ?? context.at(), 'the validation context has no crl')
          : null,
    expiry:
      expired !== undefined
        ? said('ignored' as const, expired.at(), 'allow_expired_certificate is true')
        : missing === null
          ? said('checked' as const, contexts[0]?.at() ?? context.at(), 'allow_expired_certificate is not set')
          : null,
    admission: names,
  };
};

const notesOf = ({ contexts, missing }: Validation): readonly string[] => [
  ...(missing === null
    ? []
    : [`What it verifies against stands in the secret ${printable(missing)}, which is not in the source.`]),
  ...contexts.flatMap((each) => {
    const elsewhere = certificatesOf(at(each, 'trusted_ca'))?.elsewhere ?? null;
    return [
      ...(elsewhere === null ? [] : [`Its CAs stand in ${printable(elsewhere)}, which is not in the source.`]),
      ...(at(each, 'only_verify_leaf_cert_crl').boolean() === true
        ? ['Its list of revoked certificates is asked for leaves only.']
        : []),
      ...(at(each, 'system_root_certs').isThere ? ['It trusts the CAs of its operating system.'] : []),
      ...(at(each, 'custom_validator_config').plain() !== null
        ? ['A validator of its own decides, whose rules are not read.']
        : []),
    ];
  }),
];

const servedIn = (common: Field, secrets: EnvoySecrets) => {
  const own = at(common, 'tls_certificates')
    .items()
    .map((certificate) => {
      skip(certificate, [
        'private_key',
        'private_key_provider',
        'ocsp_staple',
        'password',
        'pkcs12',
        'signed_certificate_timestamp',
      ]);
      const found = certificatesOf(at(certificate, 'certificate_chain'));
      return servedCertificate(found?.elsewhere ?? 'tls_certificates', found?.certificates ?? [], certificate.at());
    });
  const names = at(common, 'tls_certificate_sds_secret_configs')
    .items()
    .map((reference) => {
      at(reference, 'sds_config').plain();
      return { name: reference.get('name').text() ?? '', place: reference.at() };
    });
  return {
    certificates: [
      ...own,
      ...names.map(({ name, place }) =>
        servedCertificate(name, secrets.get(name)?.chain ?? [], secrets.get(name)?.at ?? place),
      ),
    ],
    secrets: names.map(({ name }) => name),
    notes: names.flatMap(({ name }) =>
      secrets.has(name) ? [] : [`Its certificate stands in the secret ${printable(name)}, which is not in the source.`],
    ),
  };
};
