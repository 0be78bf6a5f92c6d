/** Rules of the addresses that the monitor may connect to. */

/** Which addresses no connection goes to, besides metadata services and the function's runtime API, which are always refused. */
export type AddressRules = {
  readonly denyPrivate: boolean;
  /** Networks (`10.20.0.0/16`) that are reached although they are private. */
  readonly allowAddresses: readonly string[];
};
