/** Whether a document is one's own is asked of every document, damaged ones too. */
import { DamagedField } from './field.ts';

/** The answer; false where a field on the way is of another type than it would be. Rethrows every other error. */
export const unlessDamaged = (ask: () => boolean): boolean => {
  try {
    return ask();
  } catch (error) {
    if (error instanceof DamagedField) return false;
    throw error;
  }
};
