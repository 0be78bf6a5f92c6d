/** An error whose message may be shown and logged: it holds no secret, and nothing that a server or AWS wrote. Matched by `instanceof`. */
export class ShowableError extends Error {
  override readonly name = 'ShowableError';
}
