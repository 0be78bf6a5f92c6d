/** What a report tells the incidents that decide its transitions. */
import type { Silence } from '../model/silence.ts';
import type { Instant, Milliseconds } from '../model/time.ts';

export type AbsorbSettings = {
  readonly now: Instant;
  readonly remindAfter: Milliseconds;
  /** Those that hold now. Default: none. */
  readonly silences?: readonly Silence[];
  /** The same text for the same parts, and another for others. */
  readonly keyOf: (parts: readonly string[]) => string;
  /** Of the room that the record has. Default: 1. Less, if the record was too large for its store; without end, if it is not stored. */
  readonly share?: number;
  /** Closings of the record that are not published yet (default: none), and how many may be (default: 1,000); what follows is decided after that. */
  readonly waiting?: number;
  readonly mostClosings?: number;
};
