/** Chains of a root, two CAs and a leaf: each of the four places may be changed. */
import * as make from './certificates.ts';
import type { Case } from './verifiers.ts';

const { mint, NOW } = make;
export const PEER = { kind: 'dns', value: 'pay.lab.test' } as const;
export const ADDRESS = { kind: 'ip', value: '127.0.0.1' } as const;

export type Place = 'leaf' | 'sub' | 'top' | 'root';
export const PLACES: readonly Place[] = ['leaf', 'sub', 'top', 'root'];
export const CAS: readonly Place[] = ['sub', 'top', 'root'];
export type Changes = Partial<Readonly<Record<Place, Partial<make.Spec>>>>;

const SPECS: Readonly<Record<Place, make.Spec>> = {
  leaf: { subject: 'CN=leaf', key: 'leaf', ca: false, names: [{ dns: 'pay.lab.test' }, { ip: '127.0.0.1' }] },
  sub: { subject: 'CN=Sub CA, O=Lab', key: 'sub' },
  top: { subject: 'CN=Top CA, O=Lab', key: 'top' },
  root: { subject: 'CN=Root CA, O=Lab', key: 'root' },
};
export const specOf = (place: Place, change: Partial<make.Spec> = {}): make.Spec => ({ ...SPECS[place], ...change });

type Four = Readonly<Record<Place, string>>;
export const four = (changes: Changes = {}): Four => {
  const [leaf, sub, top, root] = PLACES.map((place) => specOf(place, changes[place])) as [
    make.Spec,
    make.Spec,
    make.Spec,
    make.Spec,
  ];
  return { leaf: mint(leaf, sub), sub: mint(sub, top), top: mint(top, root), root: mint(root) };
};

export const chain = (name: string, changes: Changes, peer: Case['peer'] = PEER): Case => {
  const { leaf, sub, top, root } = four(changes);
  return { name, leaf, served: sub + top, anchors: root, peer, now: NOW };
};

/** One change, at each of the places. */
export const everywhere = (
  name: string,
  change: Partial<make.Spec>,
  places: readonly Place[] = PLACES,
): readonly Case[] => places.map((place) => chain(`${name}-${place}`, { [place]: change }));
export const adding = (name: string, more: Uint8Array, places: readonly Place[] = PLACES) =>
  everywhere(name, { more: [more] }, places);
