/** Collects the answers of one service as documents that the AWS CLI would print, and what could not be read. */
import type { ReadingProblem } from '../../model/claim.ts';

/** A file of a source, as `shared/claims` reads it. */
export type AnswerFile = { readonly name: null; readonly text: string };

export class Answers {
  readonly #files: AnswerFile[] = [];
  readonly #problems: ReadingProblem[] = [];

  /** Dates become ISO 8601; what belongs to the call itself is left out. */
  add(document: object): void {
    const { $metadata: _, ...rest } = document as { readonly $metadata?: unknown };
    this.#files.push({ name: null, text: JSON.stringify(rest) });
  }

  /** Null, and one problem, where a call of a single object is refused: the rest of the service is read. */
  async attempt<T>(operation: string, object: string, call: () => Promise<T>): Promise<T | null> {
    try {
      return await call();
    } catch (error) {
      const at = { file: null, line: null, object };
      this.#problems.push({ at, path: '', message: `${operation}: ${reasonOf(error)}` });
      return null;
    }
  }

  get files(): readonly AnswerFile[] {
    return this.#files;
  }
  get problems(): readonly ReadingProblem[] {
    return this.#problems;
  }
}

const DENIED = /^(AccessDenied(Exception)?|UnauthorizedOperation|NotAuthorized|ForbiddenException)$/;

/** A clause that is safe to show: nothing of AWS's own message is repeated. */
export const reasonOf = (error: unknown): string => {
  const name = error instanceof Error ? error.name.replaceAll(/[^\w.]/g, '').slice(0, 80) : 'no answer';
  return DENIED.test(name) ? `access denied (${name}): the role may not call it` : `it could not be asked (${name})`;
};

/** All items of a paginated list. `most`: what is beyond it is not read; then it rejects. */
export const collected = async <Page, Item>(
  pages: AsyncIterable<Page>,
  itemsIn: (page: Page) => readonly Item[] | undefined,
  most = 20_000,
): Promise<readonly Item[]> => {
  const items: Item[] = [];
  for await (const page of pages) {
    items.push(...(itemsIn(page) ?? []));
    if (items.length > most) throw new TooMany(most);
  }
  return items;
};

class TooMany extends Error {
  override readonly name: string;
  constructor(most: number) {
    super();
    this.name = `more.than.${most}.objects`;
  }
}
