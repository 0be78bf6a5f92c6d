/** A probe function knows where it runs, and takes the batches of its own vantage only. */
import { DEFAULT_VANTAGE } from '../../shared/model/registry.ts';
import type { Batch } from '../../shared/model/run.ts';

/** The map does not retry this error: the function stays where it is. */
export class OtherVantage extends Error {
  override readonly name = 'OtherVantage';
}

/**
 * `own`: the function's vantage; the default one if it is not set. Throws an `OtherVantage` for a batch of another one, which an execution that began
 * before a deployment may send: the results would be stored as seen from a place where no probe has been.
 */
export const refuseOtherVantage = ({ vantage }: Pick<Batch, 'vantage'>, own = DEFAULT_VANTAGE): void => {
  if (vantage !== own) throw new OtherVantage(`This function probes from ${own}, and the batch is for ${vantage}.`);
};
