/** Splits `all`, in order, into chunks of at most `count` members and, with `of`, at most `size` in sum. A member larger than `size` is a chunk by itself. */
export const chunks = <T>(
  all: readonly T[],
  count: number,
  { size, of = () => 0 }: { readonly size: number; readonly of?: (each: T) => number } = { size: 0 },
): readonly (readonly T[])[] => {
  const made: T[][] = [];
  let filled = 0;
  for (const each of all) {
    const last = made.at(-1);
    const weight = of(each);
    if (last !== undefined && last.length < count && filled + weight <= size) {
      last.push(each);
      filled += weight;
    } else {
      made.push([each]);
      filled = weight;
    }
  }
  return made;
};
