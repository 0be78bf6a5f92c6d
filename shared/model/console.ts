/** The AWS console. */

/** Hosts of the AWS console by partition (AWS General Reference, console endpoints). */
const CONSOLES: Readonly<Record<string, string>> = {
  'aws-cn': 'console.amazonaws.cn',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
};

/** The console of a region. */
export const consoleOf = (partition: string, region: string): string =>
  `https://${region}.${CONSOLES[partition] ?? 'console.aws.amazon.com'}`;
