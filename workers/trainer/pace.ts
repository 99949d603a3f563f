import { setImmediate as nextTurn } from 'node:timers/promises';

import type { Pace } from '../../activities/model/units/job-context.js';

/** The pace of a job, with the handle that stops it. */
export interface JobPace extends Pace {
  stop(): void;
  /** Milliseconds since the last checkpoint, or since the start. */
  unsavedMs(): number;
}

/**
 * A pace by the clock.
 *
 * @param saveEveryMs Work between two checkpoints, at least.
 */
export function createPace(saveEveryMs: number): JobPace {
  let stopped = false;
  let savedAt = performance.now();
  return {
    yieldToEvents: () => nextTurn(),
    stopping: () => stopped,
    saveDue: () => performance.now() - savedAt >= saveEveryMs,
    saved: () => {
      savedAt = performance.now();
    },
    unsavedMs: () => performance.now() - savedAt,
    stop: () => {
      stopped = true;
    },
  };
}
