import { monitorEventLoopDelay } from 'node:perf_hooks';

import { Gauge } from 'prom-client';
import type { Registry } from 'prom-client';

const RESOLUTION_MS = 20;
const PERIOD_MS = 30_000;

/**
 * Adds the longest delay of this process's event loop within the last 30 to 60 seconds. Unlike Node.js's own figures
 * (`nodejs_eventloop_lag_…`), it does not begin anew whenever somebody asks: a second Prometheus, or an answer that came
 * too late because of the delay itself, takes nothing away.
 */
export function addLoopDelay(registry: Registry): void {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  let before = 0;
  // What is measured is the time between two looks.
  const longest = (): number => Math.max(0, delay.max / 1e9 - RESOLUTION_MS / 1e3);
  setInterval(() => {
    before = longest();
    delay.reset();
  }, PERIOD_MS).unref();
  new Gauge({
    name: 'gurukul_event_loop_delay_seconds',
    help: 'Longest that the event loop was held up within the last 30 to 60 seconds.',
    registers: [registry],
    collect() {
      this.set(Math.max(before, longest()));
    },
  });
}
