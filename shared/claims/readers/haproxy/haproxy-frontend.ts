/** A frontend with what it inherits, and the backends that it leads to. */
import { addressOf, type Bind, bindOf } from './haproxy-bind.ts';
import type { Line, Section } from './haproxy-parse.ts';

export type Frontend = {
  readonly section: Section;
  readonly mode: string;
  readonly binds: readonly Bind[];
  /** Its lines, and those of the one backend that everything goes to. */
  readonly lines: readonly Line[];
  readonly backends: readonly Backend[];
};
export type Backend = {
  readonly name: string;
  readonly mode: string;
  /** `host:port` of its servers. */
  readonly servers: readonly string[];
  readonly section: Section;
};

const lastOf = (lines: readonly Line[], keyword: string): string | null =>
  lines.findLast(({ words }) => words[0] === keyword)?.words[1] ?? null;

export const frontendsOf = (sections: readonly Section[]): readonly Frontend[] => {
  const inherits = inheritance(sections);
  const modeOf = (section: Section) => lastOf([...inherits(section), ...section.lines], 'mode') ?? 'tcp';
  const backends = sections
    .filter(({ kind }) => kind === 'backend' || kind === 'listen')
    .map(
      (section): Backend => ({ section, name: section.name ?? '', mode: modeOf(section), servers: serversIn(section) }),
    );
  return sections
    .filter(({ kind }) => kind === 'frontend' || kind === 'listen')
    .map((section) => {
      const own = [...inherits(section), ...section.lines];
      const used = own.filter(({ words: [keyword] }) => keyword === 'use_backend').map(({ words }) => words[1] ?? '');
      const names = [...new Set([...used, lastOf(own, 'default_backend') ?? section.name ?? ''])];
      const led = backends.filter(({ name }) => names.includes(name));
      const only = led.length === 1 && used.length === 0 && led[0]?.section !== section ? led[0] : null;
      return {
        ...{ section, mode: modeOf(section), backends: led },
        binds: section.lines.filter(({ words: [keyword] }) => keyword === 'bind').map(bindOf),
        lines: [...own, ...(only?.section.lines ?? [])],
      };
    });
};

/** Of `defaults` above a section, or of the one that it names with `from`. */
const inheritance =
  (sections: readonly Section[]) =>
  (section: Section): readonly Line[] => {
    const from = section.words.indexOf('from');
    const above = sections.slice(0, sections.indexOf(section)).filter(({ kind }) => kind === 'defaults');
    const defaults = from === -1 ? above.at(-1) : above.findLast(({ name }) => name === section.words[from + 1]);
    return defaults?.lines ?? [];
  };

const serversIn = ({ lines }: Section): readonly string[] =>
  lines
    .filter(({ words: [keyword] }) => keyword === 'server')
    .flatMap(({ words }) => addressOf(words[2] ?? ''))
    .map(({ host, port }) => `${host}:${port ?? ''}`);
