import { expect, test } from 'vitest';
import { OtherVantage, refuseOtherVantage } from '../../../functions/probe/vantage.ts';

test('a probe function takes the batches of its own vantage only: results of another would name a place where no probe has been', () => {
  expect(() => refuseOtherVantage({ vantage: 'default' })).not.toThrow();
  expect(() => refuseOtherVantage({ vantage: 'prod-vpc' }, 'prod-vpc')).not.toThrow();
  expect(() => refuseOtherVantage({ vantage: 'prod-vpc' })).toThrow(OtherVantage);
  expect(() => refuseOtherVantage({ vantage: 'default' }, 'prod-vpc')).toThrow(OtherVantage);
});
