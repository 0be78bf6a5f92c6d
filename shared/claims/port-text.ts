/** A port in a text of digits. */

/** Null for everything that is no TCP port: a name, a range, a number above 65535. */
export const portOfText = (text: string): number | null =>
  /^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : null;
