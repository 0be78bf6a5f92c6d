/** What may be served and held beside a path: twins, duplicates, strangers, cross-signatures, loops. */
import { DAY } from '../../../shared/model/time.ts';
import * as make from './certificates.ts';
import { four, PEER, type Place, specOf } from './four.ts';
import type { Case } from './verifiers.ts';

const { general, mint, NOW } = make;
export const building = (): readonly Case[] => {
  const all = four();
  const strangers = Array.from({ length: 12 }, (_, at) => mint({ subject: `CN=Other ${at}`, key: `other-${at % 3}` }));
  const twin = (place: 'sub' | 'top', change: Partial<make.Spec>, by: Place | make.Signer) =>
    mint(specOf(place, change), typeof by === 'string' ? specOf(by) : by);
  const old = { notBefore: NOW - 300 * DAY, notAfter: NOW - 10 * DAY };
  const early = { notBefore: NOW + 10 * DAY };
  const crossed = { subject: 'CN=Other 0', key: 'other-0' };
  const { leaf, sub, top, root } = all;
  const build = (name: string, served: string, anchors = root, first = leaf): Case => ({
    name: `path-${name}`,
    leaf: first,
    served,
    anchors,
    peer: PEER,
    now: NOW,
  });
  const [oldSub, oldTop] = [twin('sub', old, 'top'), twin('top', old, 'root')];
  const [earlySub, earlyTop] = [twin('sub', early, 'top'), twin('top', early, 'root')];
  const cross = twin('top', {}, crossed);
  const oldRoot = mint(specOf('root', old));
  const falseRoot = mint(specOf('root', { key: 'other-1' }));
  const narrow = twin('top', { more: [make.nameConstraints({ permitted: [general.dns('corp.example')] })] }, 'root');
  const short = twin('top', { pathLength: 0 }, 'root');
  const pinned = mint(specOf('leaf'));
  const looping = mint(specOf('top'), specOf('sub'));
  return [
    build('usual', sub + top),
    build('root-too', sub + top + root),
    build('root-first', root + sub + top),
    build('swapped', top + sub),
    build('leaf-twice', leaf + sub + top),
    build('sub-twice', sub + sub + top),
    build('all-twice', sub + top + leaf + sub + top),
    build('lacks-sub', top),
    build('lacks-top', sub),
    build('nothing', ''),
    build('stranger-last', sub + top + strangers[0]),
    build('stranger-between', `${sub}${strangers[0]}${top}`),
    build('twelve-strangers', strangers.join('') + sub + top),
    build('old-sub-first', oldSub + sub + top),
    build('old-sub-last', sub + top + oldSub),
    build('old-top-first', sub + oldTop + top),
    build('old-top-last', sub + top + oldTop),
    build('both-old-first', oldSub + oldTop + sub + top),
    build('early-sub-first', earlySub + sub + top),
    build('early-top-first', sub + earlyTop + top),
    build('old-sub-only', oldSub + top),
    build('old-sub-served-new-held', oldSub + top, root + sub),
    build('new-sub-served-old-held', sub + top, root + oldSub),
    build('cross-first', sub + cross + top),
    build('cross-last', sub + top + cross),
    build('cross-only', sub + cross),
    build('cross-both-held', sub + cross + top, root + strangers[0]),
    build('narrow-first', sub + narrow + top),
    build('narrow-last', sub + top + narrow),
    build('short-first', sub + short + top),
    build('loop', sub + looping + top),
    build('loop-only', sub + looping),
    build('old-root-held', sub + top, oldRoot),
    build('both-roots-held', sub + top, oldRoot + root),
    build('false-root-held', sub + top, falseRoot),
    build('false-root-first', sub + top, falseRoot + root),
    build('top-held', sub, top),
    build('sub-held', '', sub),
    build('sub-and-root-held', '', sub + root),
    build('leaf-held', sub + top, leaf),
    build('leaf-and-root-held', sub + top, leaf + root),
    build('nothing-but-strangers-held', sub + top, strangers.join('')),
    build('self-signed', '', root, mint(specOf('leaf'))),
    build('self-signed-held', '', pinned + root, pinned),
    build('by-leaf', leaf + sub + top, root, mint(specOf('leaf', { subject: 'CN=mine', key: 'mine' }), specOf('leaf'))),
    build('narrow-held', sub, narrow),
    build('short-held', sub, short),
  ];
};
