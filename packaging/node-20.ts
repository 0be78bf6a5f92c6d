/** What the construct calls and Node 20 lacks, put in their place by the bundler (esbuild, “inject”): no global of the user's process is changed. */

const groupBy = <K, T>(all: Iterable<T>, keyOf: (each: T, index: number) => K): Map<K, T[]> => {
  const groups = new Map<K, T[]>();
  let index = 0;
  for (const each of all) {
    const key = keyOf(each, index);
    index += 1;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [each]);
    else group.push(each);
  }
  return groups;
};

const parse = (text: string, base?: string): URL | null => {
  try {
    return new URL(text, base);
  } catch {
    return null;
  }
};

export { groupBy as 'Map.groupBy', parse as 'URL.parse' };
