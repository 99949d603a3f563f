import type { GurukulError } from '../../data/errors.js';
import { TrainerLostError } from '../../data/errors.js';
import type { ShardTroubles } from '../../data/schemas/shard-troubles.js';

/** A shard's batches are reduced from this crash with several windows on; earlier ones count as accidental. */
const MIN_CRASHES = 2;
/** Factor by which the number of windows trained at once is then reduced. */
const ISOLATE_BY = 16;
/** Crashes of the trainer while training one window alone after which that window is quarantined. */
export const QUARANTINE_AFTER = 3;

/**
 * Updates a shard's record after a failed attempt. Out of memory halves the number of windows trained at once. A
 * trainer that crashes repeatedly on the same shard trains fewer and fewer windows at once, which isolates the
 * window that causes it. A window that crashes the trainer {@link QUARANTINE_AFTER} times while trained alone
 * is quarantined. A trainer that is ended from outside (killed, or its worker shuts down) counts against no
 * window.
 *
 * @param current Symbols of the windows that were being trained; none in other phases.
 * @returns The same object when nothing changes.
 */
export function afterFailure(
  troubles: ShardTroubles,
  error: GurukulError,
  current: readonly string[],
): ShardTroubles {
  const { type } = error;
  if (type !== 'OutOfMemory' && type !== 'TrainerCrashed') return troubles;
  const byItself = error instanceof TrainerLostError ? error.byItself : type === 'OutOfMemory';
  const [first, second] = current;
  if (first === undefined) return troubles;
  const known = { ...troubles, lastWords: error.message };
  if (second !== undefined) {
    if (type === 'OutOfMemory') return { ...known, windowsAtOnce: Math.floor(current.length / 2) };
    if (!byItself) return troubles;
    const crashes = troubles.crashes + 1;
    if (crashes < MIN_CRASHES) return { ...known, crashes };
    return { ...known, crashes, windowsAtOnce: Math.max(1, Math.floor(current.length / ISOLATE_BY)) };
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
