/** Kinds of clients, and what the acceptance of one proves of the others. */

export type Family =
  /** The client that must be accepted. Without it no refusal proves anything: it cannot be skipped. */
  | 'control'
  /** The client without a certificate, asked as the control is asked. */
  | 'bare'
  /** A certificate that verification must refuse. */
  | 'bad-certificate'
  /** A sound certificate of an identity that the endpoint must not admit. */
  | 'other-identity'
  /** A client of the families `bare` or `other-identity` with an addition for which a server may accept it. */
  | 'detour'
  /** The service reached at another address or without TLS: it accepts or refuses independently of the checked listener. */
  | 'another-way'
  /** The control again, with the TLS session that it was given. */
  | 'returning-control'
  /** A client whose answer informs only: neither acceptance nor refusal is a fault. */
  | 'information'
  /** Another version of a control's secret. */
  | 'next-identity'
  /** No client: judged by the certificates that the endpoint served in other checks. */
  | 'served-chain'
  /** No connection: judged by a test identity's own certificate. */
  | 'own-identity'
  /** No connection: what a configuration says, held against what the other checks saw. */
  | 'configuration'
  /** No connection: judged by when a source of configuration was read, and what of it could be. */
  | 'own-source';

/**
 * `anybody-enters`: a client without a certificate is accepted. `nothing-is-verified`: a certificate that no verification can accept is accepted,
 * or none is asked for.
 */
export type Proof = 'anybody-enters' | 'nothing-is-verified';

/**
 * If this is proven of an endpoint, an acceptance of this family follows from it and is grouped under the endpoint's cause. With `anybody-enters`, a
 * waiver of the bare client covers it too. Null: it is a finding of its own in any case.
 */
export const EXPLAINED_WHERE: Readonly<Record<Family, Proof | null>> = {
  control: null,
  bare: 'anybody-enters',
  'bad-certificate': 'nothing-is-verified',
  'other-identity': 'nothing-is-verified',
  detour: 'anybody-enters',
  'another-way': null,
  'returning-control': null,
  information: null,
  'next-identity': null,
  'served-chain': null,
  'own-identity': null,
  configuration: null,
  'own-source': null,
};
