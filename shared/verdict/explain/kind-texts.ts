/** Kinds of notifications in words: what each says, and what to do about it first. */
import type { NotificationKind } from '../../model/names.ts';

export type KindText = {
  readonly meaning: string;
  readonly first: string;
  readonly see: string;
  readonly closes: string;
};

const BY_ITS_CODE = 'The item’s `reproduce` line, and the section of its cause or code.';
const OVER = 'With a `recovery`, once every check that was told is right; else with a `closing`.';

export const KIND_TEXTS: Readonly<Record<NotificationKind, KindText>> = {
  regression: {
    meaning:
      'A check fails. A client that must be refused was accepted, an identity that must be admitted was refused, or a certificate, a trust bundle or a CRL has a fault.',
    first:
      'Read the item’s cause, else its code, and follow its section. A client that was accepted comes first: the endpoint is open now.',
    see: BY_ITS_CODE,
    closes: OVER,
  },
  recovery: {
    meaning: 'What was announced is over: every check that was told is right.',
    first: 'Nothing. The message says how long it lasted.',
    see: 'The next report, in which its checks pass.',
    closes: 'It is the end itself.',
  },
  reminder: {
    meaning: 'What was announced is still open, and `remindAfter` has passed since the last message of it.',
    first:
      'See who works on it, and acknowledge it (mtls-monitor ack): nothing more is told of it until it closes. For a gap that will stay for a while, add a waiver with its reason and its last day.',
    see: BY_ITS_CODE,
    closes: OVER,
  },
  blind: {
    meaning:
      'A check can no longer be decided: neither a pass nor a fail, and nothing is known. Whoever opens the endpoint now is not seen.',
    first:
      'Read the item’s cause, else its code: it says whether the endpoint does not answer, or the monitor’s own setup is at fault (a test identity, a trust bundle, a run).',
    see: BY_ITS_CODE,
    closes: OVER,
  },
  expiry: {
    meaning: 'A date comes near: a certificate, a CA, a CRL or an OCSP response ends soon.',
    first: 'Read in the message what ends first and when, and renew that before then.',
    see: BY_ITS_CODE,
    closes: 'With a `recovery`, once what was renewed is served or read; else with a `closing`.',
  },
  change: {
    meaning:
      'The endpoint serves another certificate than in the runs before, or names other client CAs. This is news, not a fault.',
    first: 'Ask whether its owners changed it. If nobody did, find out who did.',
    see: 'The message has what was there before and what is there now; the section of its code has the command.',
    closes: 'Nothing stays open: it is announced once.',
  },
  flapping: {
    meaning:
      'The trouble comes and goes: the check was not right in several of the last runs. The message says in how many.',
    first: 'Look for one of several backends, addresses or zones that differs from the others.',
    see: 'Run the item’s `reproduce` line several times, at each address of the name.',
    closes:
      'With a `recovery`, after eight runs without trouble (twice `settleAfter` if that is more); else with a `closing`.',
  },
  closing: {
    meaning:
      'What was announced is closed, and is not known to be right: its checks were waived, left the registry (an endpoint, identity, vantage or schedule was taken out or has another name), or have another finding now. The message says which.',
    first:
      'If nobody took it out on purpose, put it back: what was found may still be there, and nobody looks any more. A renamed endpoint has a closing under its old name and an opening under the new.',
    see: 'The registry, and what changed in it lately.',
    closes: 'It is the end itself. What has another finding is announced with that one.',
  },
};
