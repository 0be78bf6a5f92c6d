/** The incidents as they are stored. */
import type { Closed, Incidents } from '../model/incident.ts';
import { OpenIncident } from './incident.ts';

/**
 * State items that the open incidents name at the most, and those that all of them name; each incident counts as two more. A DynamoDB item has 400 KB: deflated,
 * 4,000 incidents of an item each have 150 KB, and 1,000 closings 80 KB. If names deflate badly, `share` is less. Beyond, findings are told by run and topic.
 */
export const MOST_OPEN = 12_000;
const MOST_ITEMS = 20_000;
export const MOST_CLOSINGS = 1000;

/** Leaves out the oldest of the closed for which there is no room. */
export const recordOf = (open: readonly OpenIncident[], closed: readonly Closed[], share: number): Incidents => {
  let room = MOST_ITEMS * share - open.reduce((sum, { size }) => sum + size, 0);
  const kept = closed.toReversed().filter((each) => {
    room -= new OpenIncident(each.incident).size;
    return !each.released || room >= 0;
  });
  return { open: open.map((incident) => incident.record()), closed: kept.toReversed() };
};
