import { expect, test } from 'vitest';
import { fillPlaces, hasPlace, placeOf } from '../../../shared/registry/deployed-values.ts';
import { parseRegistry } from '../../../shared/registry/parse.ts';

const text = (url: string): string =>
  JSON.stringify({
    version: 1,
    identities: { checkout: { secret: 'checkout' } },
    endpoints: [{ name: 'payments', url, admits: ['checkout'] }],
  });

test('a registry with places is valid, and with values it is that of the values', () => {
  const [one, ten] = [placeOf(1), placeOf(10)];
  const places = text(`https://${ten}.execute-api.${one}.example/${one}`);
  expect(parseRegistry(places, '/registry.json').ok).toBe(true);
  expect([places, text('https://x/')].map(hasPlace)).toEqual([true, false]);
  expect(fillPlaces(places, { [one]: 'eu-west-1', [ten]: 'abc' })).toBe(
    text('https://abc.execute-api.eu-west-1.example/eu-west-1'),
  );
});

test('a value cannot leave its text', () => {
  const value = 'a","owner":"b\\';
  const [endpoint] = JSON.parse(fillPlaces(text(`https://x/${placeOf(1)}`), { [placeOf(1)]: value })).endpoints;
  expect(endpoint).toEqual({ name: 'payments', url: `https://x/${value}`, admits: ['checkout'] });
});

test('a place without a value is an error: another endpoint would be probed', () => {
  for (const values of [{}, { [placeOf(1)]: '' }, { [placeOf(11)]: 'x' }])
    expect(() => fillPlaces(text(`https://${placeOf(1)}/`), values)).toThrow('no value for known-at-deployment-1.');
  expect(fillPlaces(text('https://x/'), {})).toBe(text('https://x/'));
});
