/** Where the reports of deployed runs lie in the run bucket: by day, and in a day by their time, so that the last one is found by listing a day. */
import { SUITE_REQUESTS, type SuiteRequest } from './names.ts';

/** The documents of a report, packed, and the media type of each. */
export const REPORT_TYPES = {
  'report.json.gz': 'application/json',
  'report.html.gz': 'text/html; charset=utf-8',
} as const;
export type ReportFile = keyof typeof REPORT_TYPES;
export const REPORT_FILES = Object.keys(REPORT_TYPES) as readonly ReportFile[];

export type ReportPlace = {
  /** Of the run: ISO 8601, UTC. What is read from a place has whole seconds. */
  readonly startedAt: string;
  readonly suite: SuiteRequest;
  readonly run: string;
};

const FOLDER = 'runs/reports/';

/** The prefix of a day's reports. `at`: a moment of it, ISO 8601, UTC. */
export const reportsOfDay = (at: string): string => `${FOLDER}${at.slice(0, 10)}/`;

/** `runs/reports/2026-12-01/093000Z-enforcement-<run>/`: behind it stand `report.json.gz` and `report.html.gz`. */
export const reportPrefix = ({ startedAt, suite, run }: ReportPlace): string =>
  `${reportsOfDay(startedAt)}${startedAt.slice(11, 19).replaceAll(':', '')}Z-${suite}-${run}/`;

/** Null for a prefix of another kind. */
export const placeOfPrefix = (prefix: string): ReportPlace | null => {
  const found = /^runs\/reports\/([\d-]{10})\/(\d\d)(\d\d)(\d\d)Z-([a-z]+)-(.+)\/$/.exec(prefix);
  const [, day, hours, minutes, seconds, word, run = ''] = found ?? [];
  const suite = SUITE_REQUESTS.find((each) => each === word);
  return suite === undefined ? null : { startedAt: `${day}T${hours}:${minutes}:${seconds}Z`, suite, run };
};
