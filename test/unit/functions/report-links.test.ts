/** Where the report's messages come from. */
import { expect, test } from 'vitest';
import { originOf } from '../../../functions/report/links.ts';

const ARN = 'arn:aws-cn:states:cn-north-1:111122223333:execution:edge:run-1';

test('the links of a message are of the run’s partition, and the runbook is the registry’s', () => {
  const { links, ...place } = originOf(ARN, 'edge', 'https://wiki.test/mtls');
  expect(place).toEqual({ monitor: 'edge', account: '111122223333', region: 'cn-north-1' });
  expect(links.runbook).toBe('https://wiki.test/mtls');
  expect(links.run).toContain('https://cn-north-1.console.amazonaws.cn/states/');
  expect(originOf(ARN, 'edge', null).links.runbook).toBeNull();
});
