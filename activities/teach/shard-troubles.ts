import type { GurukulError } from '../../data/errors.js';
import { TrainerLostError } from '../../data/errors.js';
import type { ShardTroubles } from '../../data/schemas/shard-troubles.js';

/** Crashes with several windows in hand that are put down to chance. */
const CHANCE_CRASHES = 2;
/** After those, so many times fewer windows are taught at once. */
const ISOLATE_BY = 16;
/** Ends of the trainer with one window alone in hand after which that window is kept out. */
export const QUARANTINE_AFTER = 3;

/**
 * What is known of a shard after an attempt failed. Out of memory halves the windows that are taught at
 * once. A trainer that crashes by itself with the same shard again and again is given ever fewer windows at
 * once, so that the window which does it shows; one that ends the trainer {@link QUARANTINE_AFTER} times,
 * alone, is quarantined. An end from outside (a kill, a worker that leaves) blames no window.
 *
 * @param inHand Symbols of the windows that were being taught; none in another phase.
 * @returns The same object when there is nothing to learn from it.
 */
export function afterFailure(
  troubles: ShardTroubles,
  error: GurukulError,
  inHand: readonly string[],
): ShardTroubles {
  const { type } = error;
  if (type !== 'OutOfMemory' && type !== 'TrainerCrashed') return troubles;
  const byItself = error instanceof TrainerLostError ? error.byItself : type === 'OutOfMemory';
  const [first, second] = inHand;
  if (first === undefined) return troubles;
  const known = { ...troubles, lastWords: error.message };
  if (second !== undefined) {
    if (type === 'OutOfMemory') return { ...known, windowsAtOnce: Math.floor(inHand.length / 2) };
    if (!byItself) return troubles;
    const crashes = troubles.crashes + 1;
    if (crashes < CHANCE_CRASHES) return { ...known, crashes };
    return { ...known, crashes, windowsAtOnce: Math.max(1, Math.floor(inHand.length / ISOLATE_BY)) };
  }
  if (!byItself) return troubles;
  const strikes = (troubles.strikes[first] ?? 0) + 1;
  return {
    ...known,
    strikes: { ...troubles.strikes, [first]: strikes },
    quarantined:
      strikes < QUARANTINE_AFTER
        ? troubles.quarantined
        : [...troubles.quarantined, { symbol: first, error: type, strikes }],
  };
}
