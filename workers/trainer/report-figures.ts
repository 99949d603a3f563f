import { startLoopDelayMeter } from '../../data/telemetry/loop-delay-meter.js';
import type { TrainerFigures } from './protocol.js';

const EVERY_MS = 5_000;

/**
 * Reports figures of this process now and every few seconds, which keeps it from nothing.
 *
 * @param unsavedMs Milliseconds of the job in hand since its last checkpoint; undefined: there is no job.
 */
export function reportFigures(
  unsavedMs: () => number | undefined,
  report: (figures: TrainerFigures) => void,
): void {
  const delay = startLoopDelayMeter();
  const tell = (): void => {
    const { rss, heapUsed } = process.memoryUsage();
    const unsaved = unsavedMs();
    report({
      residentBytes: rss,
      heapBytes: heapUsed,
      loopDelay: delay.longest(),
      checkpointAge: unsaved === undefined ? null : unsaved / 1000,
    });
    delay.reset();
  };
  tell();
  setInterval(tell, EVERY_MS).unref();
}
