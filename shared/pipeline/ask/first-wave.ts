/** The crowd of a sweep, once more where a control is answered only at its second attempt. */
import type { Check } from '../../model/check.ts';
import { areSilent, repeatControl } from './controls.ts';
import { attemptCrowd, type Crowd, keepingAccepted } from './crowd.ts';
import { NO_SILENCE, silenceOf } from './silence.ts';
import type { OpenLane } from './types.ts';
import type { Course } from './watch.ts';

/** Without TLS there is no version: plaintext runs beside the first lane that has a control. */
export const plaintextLane = (lanes: readonly OpenLane[]): OpenLane | undefined =>
  lanes.find(({ control }) => control !== null) ?? lanes[0];

/** What the lanes teach of silence: a control that was accepted is asked again while others wait. */
const courseOf = (lanes: readonly OpenLane[], { budget, now }: Course): Course => {
  const open = lanes.find(({ control }) => control !== null);
  const plain: Course = { budget, now, silence: NO_SILENCE, isSilent: false };
  const askControl = open === undefined ? null : () => repeatControl(open, plain, {}, 'beside');
  return { budget, now, silence: silenceOf(askControl), isSilent: areSilent(lanes) };
};

/** Wave 2. Where no control was answered before it, and one is at its second attempt, the first attempts are made again beside that control. */
export const attemptFirst = async (
  opened: readonly OpenLane[],
  plaintextChecks: readonly Check[],
  before: Course,
): Promise<{ readonly crowd: Crowd; readonly course: Course }> => {
  before.now.phase = 'first';
  const course = courseOf(opened, before);
  const crowd = await attemptCrowd(opened, { checks: plaintextChecks, lane: plaintextLane(opened) }, course);
  const late = crowd.lanes.filter(({ control, tls }) => control !== opened.find((lane) => lane.tls === tls)?.control);
  if (late.length === 0) return { crowd, course };
  const isFirst = opened.every(({ control }) => control === null);
  const again = isFirst ? courseOf(crowd.lanes, before) : course;
  const plaintext = { checks: isFirst ? plaintextChecks : [], lane: plaintextLane(crowd.lanes) };
  const second = await attemptCrowd(late, plaintext, again);
  const at = (lane: OpenLane) => late.indexOf(lane);
  return {
    course: again,
    crowd: {
      lanes: crowd.lanes,
      others: crowd.lanes.map((lane, index) => {
        const first = crowd.others[index] ?? [];
        return at(lane) < 0 ? first : keepingAccepted(first, second.others[at(lane)] ?? []);
      }),
      plaintext: isFirst ? keepingAccepted(crowd.plaintext, second.plaintext) : crowd.plaintext,
      controlsAmong: crowd.lanes.map(
        (lane, index) => (at(lane) < 0 ? crowd.controlsAmong[index] : second.controlsAmong[at(lane)]) ?? null,
      ),
    },
  };
};
