/**
 * Types for the parts of node-forge that are used: its BER reader and RC2, which OpenSSL 3 moved to its legacy provider. node-forge represents
 * bytes as a string with one character per byte.
 */
declare module 'node-forge/lib/asn1.js' {
  export type Asn1 = { readonly type: number; readonly tagClass: number; readonly value: string | readonly Asn1[] };
  const asn1: {
    fromDer(
      bytes: string,
      options: { strict: boolean; parseAllBytes: boolean; decodeBitStrings: boolean; maxDepth: number },
    ): Asn1;
    toDer(node: Asn1): { getBytes(): string };
    derToOid(bytes: string): string;
  };
  export default asn1;
}

declare module 'node-forge/lib/rc2.js' {
  type Bytes = { getBytes(): string };
  const rc2: {
    createDecryptionCipher(
      key: string,
      bits: number,
    ): { start(iv: string): void; update(input: Bytes): void; finish(): boolean; readonly output: Bytes };
  };
  export default rc2;
}

declare module 'node-forge/lib/util.js' {
  const util: { createBuffer(bytes: string): { getBytes(): string } };
  export default util;
}
