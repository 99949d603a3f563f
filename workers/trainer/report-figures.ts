import { monitorEventLoopDelay } from 'node:perf_hooks';

import type { TrainerFigures } from './protocol.js';

const EVERY_MS = 5_000;
/** How exactly the delay of the event loop is measured. */
const RESOLUTION_MS = 20;

/**
 * Reports figures of this process now and every few seconds, which keeps it from nothing.
 *
 * @param unsavedMs Milliseconds of the job in hand since its last checkpoint; undefined: there is no job.
 */
export function reportFigures(
  unsavedMs: () => number | undefined,
  report: (figures: TrainerFigures) => void,
): void {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  const tell = (): void => {
    const { rss, heapUsed } = process.memoryUsage();
    const unsaved = unsavedMs();
    report({
      residentBytes: rss,
      heapBytes: heapUsed,
      // What is measured is the time between two looks.
      loopDelay: Math.max(0, delay.max / 1e9 - RESOLUTION_MS / 1e3),
      checkpointAge: unsaved === undefined ? null : unsaved / 1000,
    });
    delay.reset();
  };
  tell();
  setInterval(tell, EVERY_MS).unref();
}
