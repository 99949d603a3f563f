import { Gauge } from 'prom-client';
import type { Registry } from 'prom-client';

import { startLoopDelayMeter } from '../../data/telemetry/loop-delay-meter.js';

const PERIOD_MS = 30_000;

/**
 * Adds the longest delay of this process's event loop within the last 30 to 60 seconds. Unlike Node.js's own figures
 * (`nodejs_eventloop_lag_…`), it does not begin again whenever somebody asks: a second Prometheus, or an answer that came
 * too late because of the delay itself, takes nothing away.
 */
export function addLoopDelay(registry: Registry): void {
  const delay = startLoopDelayMeter();
  let before = 0;
  setInterval(() => {
    before = delay.longest();
    delay.reset();
  }, PERIOD_MS).unref();
  new Gauge({
    name: 'gurukul_event_loop_delay_seconds',
    help: 'Longest that the event loop was held up within the last 30 to 60 seconds.',
    registers: [registry],
    collect() {
      this.set(Math.max(before, delay.longest()));
    },
  });
}
