/** Reading and looking up fields of documents that AWS answers. */
import type { Unread } from '../../../model/claim.ts';
import type { Place } from '../../../model/place.ts';
import type { Field } from '../../field.ts';
import { printable } from '../../printable.ts';

/** The place of an AWS object; `arn`: null where the document has none. */
export const placed = (field: Field, arn: string | null): Place => ({
  ...field.at(),
  object: arn === null ? null : printable(arn),
});

/** Items of a list under one of the names, of all documents. A list that is none is damage, told by whoever reads the items. */
export const itemsOf = (roots: readonly Field[], ...names: readonly string[]): readonly Field[] =>
  roots.flatMap((root) => names.flatMap((name) => listIn(root, name)));

/** Empty where it is absent or no list. */
export const listIn = (root: Field, name: string): readonly Field[] => {
  if (root.kind !== 'map') return [];
  const list = root.get(name);
  return list.kind === 'list' ? list.items() : [];
};

export const has = (field: Field, ...names: readonly string[]): boolean =>
  field.kind === 'map' && names.some((name) => field.get(name).isThere);

/** The text under `name`; null where there is none, also where something else stands there: for looking things up, not for reading them. */
export const wordIn = (field: Field, name: string): string | null =>
  field.kind === 'map' && field.get(name).kind === 'scalar' ? field.get(name).text() : null;

/** Whether an item of the list under `name` has one of the fields. */
export const listHas = (root: Field, name: string, ...fields: readonly string[]): boolean =>
  listIn(root, name).some((item) => has(item, ...fields));

/** Fields of an object that nobody asked for, but for those that say nothing of mTLS. */
export const unreadBut = (field: Field, names: readonly string[] = []): Unread[] => {
  for (const name of names) field.get(name).plain();
  const passed = names.map((name) => field.get(name).path);
  return field
    .unread()
    .filter(
      ({ path }) =>
        !passed.some((each) => path === each || (/^[.[]/.test(path.slice(each.length)) && path.startsWith(each))),
    );
};

/** `arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener/app/web/50dc/f2f7` → `listener/app/web/50dc/f2f7`. */
export const resourceOf = (arn: string): string => arn.split(':').slice(5).join(':');

/** The first of the fields that is there; the first where none is. API Gateway writes `domainName` in one API and `DomainName` in the other. */
export const either = (field: Field, first: string, second: string): Field =>
  field.get(first).isThere ? field.get(first) : field.get(second);
