/** An error whose message may be shown and logged: it holds no secret and no text from a server or from AWS. Matched by `instanceof`. */
export class ShowableError extends Error {
  override readonly name = 'ShowableError';
}
