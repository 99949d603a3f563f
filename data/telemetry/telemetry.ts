import { maskSecrets } from '../secrets/secrets.js';
import { appendJsonLine, appendJsonLines } from '../store/json-lines.js';
import type { Home } from '../store/home.js';

/** What happened, by name: `phase`, `series`, `prior`, `shard`, `window_failed`, `student`, … */
export interface TelemetryEvent {
  readonly event: string;
  /** Identity of the event, derived from data: an event recorded twice can be counted once. */
  readonly id: string;
  readonly [field: string]: unknown;
}

/**
 * Writes an event to `telemetry/{run}.jsonl`. It is on disk when this returns, so neither a crash nor a
 * buffer can lose it. Secrets that its texts quote are masked.
 */
export function recordEvent(home: Home, run: string, event: TelemetryEvent): void {
  appendJsonLine(home.telemetry(run), line(run, event));
}

/** Writes several events as {@link recordEvent} does one, all of them with one write. */
export function recordEvents(home: Home, run: string, events: readonly TelemetryEvent[]): void {
  appendJsonLines(
    home.telemetry(run),
    events.map((event) => line(run, event)),
  );
}

function line(run: string, event: TelemetryEvent): unknown {
  return masked({ at: new Date().toISOString(), run, ...event });
}

function masked(event: object): unknown {
  const text = JSON.stringify(event);
  const clean = maskSecrets(text);
  return clean === text ? event : JSON.parse(clean);
}
