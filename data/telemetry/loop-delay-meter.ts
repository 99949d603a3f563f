import { monitorEventLoopDelay } from 'node:perf_hooks';

/** Between two looks of the meter. */
const RESOLUTION_MS = 20;

/** Longest delay of this process's event loop since the meter began or was reset. */
export interface LoopDelayMeter {
  /** In seconds. */
  longest(): number;
  reset(): void;
}

/** Begins to measure, for as long as the process lives. */
export function startLoopDelayMeter(): LoopDelayMeter {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  return {
    // What is measured is the time between two looks.
    longest: () => Math.max(0, delay.max / 1e9 - RESOLUTION_MS / 1e3),
    reset: () => delay.reset(),
  };
}
