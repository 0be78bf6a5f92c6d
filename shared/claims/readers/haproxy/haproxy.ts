/** HAProxy: its configuration, and crt-lists beside it. */
import type { SourceDocument, TextDocument } from '../../document.ts';
import type { Reader } from '../../reader.ts';
import { withoutTwins } from '../without-twins.ts';
import { isCrtList, listedOptions } from './haproxy-bind.ts';
import { claimsOf } from './haproxy-claim.ts';
import { frontendsOf } from './haproxy-frontend.ts';
import { sectionsOf } from './haproxy-parse.ts';

const SECTION = /^(?:global|defaults|frontend|listen|backend)\b[^:={\n]*$/m;
const LINE = /^[ \t]+(?:bind|mode|server|timeout|default_backend|use_backend|http-request)[ \t]+[^:={\n]/m;

const isConfiguration = (text: string): boolean => SECTION.test(text) && LINE.test(text);
const isText = (text: string): boolean => isConfiguration(text) || isCrtList(text);
const isOwn = (document: SourceDocument): document is TextDocument => document.kind === 'text' && isText(document.text);

const baseOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

export const haproxy: Reader = {
  name: 'haproxy',
  title: 'HAProxy',
  exports: ['haproxy.cfg', 'crt-list files'],
  isText,
  recognises: isOwn,
  onlyHelps: (document) => document.kind === 'text' && !isConfiguration(document.text),
  read: (documents, context) => {
    const own = documents.filter(isOwn);
    const lists = own.filter(({ text }) => !isConfiguration(text));
    const parsed = own.filter(({ text }) => isConfiguration(text)).map(({ file, text }) => sectionsOf(file, text));
    // Several files are one configuration, in their order: `-f` may stand more than once.
    const frontends = frontendsOf(parsed.flatMap(({ sections }) => sections));
    const listed = (name: string) => {
      const list = lists.find(({ file }) => file !== null && baseOf(file) === baseOf(name));
      return list === undefined ? null : listedOptions(list.file, list.text);
    };
    return {
      claims: withoutTwins(frontends.flatMap((frontend) => claimsOf(frontend, { frontends, listed }, context))),
      certificates: [],
      problems: parsed.flatMap(({ problems }) => problems),
    };
  },
};
