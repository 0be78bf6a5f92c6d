/** Places in a deployed registry for what is known at the deployment only, such as the DNS name of a load balancer that the same deployment makes. */

const PLACE = /known-at-deployment-\d+/g;

/** The text of the place with this number: a right host name and a right path, so that a registry with places is validated as one without. */
export const placeOf = (number: number): string => `known-at-deployment-${number}`;

/** Whether the text has a place. */
export const hasPlace = (text: string): boolean => text.search(PLACE) !== -1;

/** Fills the places of a registry's JSON text. `values`: by place. Throws for a place without a value: its endpoint would be another than the one that was meant. */
export const fillPlaces = (text: string, values: Readonly<Record<string, string>>): string =>
  text.replaceAll(PLACE, (place) => {
    const value = Object.hasOwn(values, place) ? values[place] : undefined;
    if (value === undefined || value === '') throw new Error(`The deployment gives no value for ${place}.`);
    return JSON.stringify(value).slice(1, -1);
  });
