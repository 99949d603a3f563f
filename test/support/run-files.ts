import type { z } from 'zod';

import { telemetryLineSchema } from '../../data/schemas/telemetry-line.js';
import type { Home } from '../../data/store/home.js';
import { readTelemetry } from '../../data/telemetry/read-telemetry.js';

export type RunEvent = z.output<typeof telemetryLineSchema>;

/** The telemetry of a run so far, each line checked by the published schema; none before its first event. */
export async function eventsOf(home: Home, run: string): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  for await (const { lines } of readTelemetry(home, run))
    events.push(...lines.map(({ value }) => telemetryLineSchema.parse(value())));
  return events;
}

/** Waits until a run has recorded an event; bounded. */
export async function waitForEvent(
  home: Home,
  run: string,
  matches: (event: RunEvent) => boolean,
  limitMs: number,
): Promise<RunEvent> {
  const end = Date.now() + limitMs;
  for (;;) {
    const found = (await eventsOf(home, run)).find(matches);
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`run ${run} did not record the event within ${limitMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
