import { readFile } from 'node:fs/promises';

import { z } from 'zod';

import type { Home } from '../../data/store/home.js';

const eventSchema = z.looseObject({ event: z.string(), id: z.string() });
export type RunEvent = z.output<typeof eventSchema>;

/** The telemetry of a run so far; none before its first event. */
export async function eventsOf(home: Home, run: string): Promise<RunEvent[]> {
  const text = await readFile(home.telemetry(run), 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => eventSchema.parse(JSON.parse(line)));
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
