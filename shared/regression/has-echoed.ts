/** Which checks were not told because a closed incident explained them. */
import type { Incident } from '../model/incident.ts';
import type { CheckState } from '../model/state.ts';
import { isExplainedBy, readAbout, topicOf } from './about.ts';

/** Whether a check was not told. `item`: the key of its state item. */
export const hasEchoed = (incident: Incident, item: string, id: string, { announced }: CheckState): boolean => {
  if (announced === null || announced.level === 'ok' || announced.about === undefined) return false;
  if (!incident.echoes.includes(item)) return false;
  const { about, code, level } = announced;
  return (
    incident.abouts.includes(about) ||
    isExplainedBy(topicOf(incident), { ...readAbout(about, id), code, blind: level === 'blind' })
  );
};
