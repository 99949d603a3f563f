import { storeUnavailable } from '../errors.js';
import { TELEMETRY_VERSION } from '../schemas/telemetry.js';
import { maskSecrets } from '../secrets/secrets.js';
import { appendJsonLines } from '../store/json-lines.js';
import type { Home } from '../store/home.js';
import { fileToWrite, telemetryFileLimit } from '../store/telemetry-files.js';

/** What happened, by name: `phase`, `series`, `prior`, `shard`, `window`, … with the fields that its schema has. */
export interface TelemetryEvent {
  readonly event: string;
  /** Identity of the event, derived from data: an event recorded twice can be counted once. */
  readonly id: string;
  readonly [field: string]: unknown;
}

/**
 * Writes an event to `telemetry/{run}.jsonl`, or to the run's next file when that is full. It is on disk when this
 * returns, so neither a crash nor a buffer can lose it. Secrets that its texts quote are masked.
 *
 * @throws GurukulError StoreUnavailable
 */
export function recordEvent(home: Home, run: string, event: TelemetryEvent): void {
  recordEvents(home, run, [event]);
}

/** Writes several events as {@link recordEvent} does one, all of them with one write. */
export function recordEvents(home: Home, run: string, events: readonly TelemetryEvent[]): void {
  if (events.length === 0) return;
  const at = new Date().toISOString();
  appendJsonLines(
    writtenFile(home, run),
    events.map((event) => masked({ v: TELEMETRY_VERSION, at, run, ...event })),
  );
}

function writtenFile(home: Home, run: string): string {
  const limit = telemetryFileLimit();
  try {
    return fileToWrite(home, run, limit);
  } catch (error) {
    throw storeUnavailable(`write ${home.telemetry(run)}`, error);
  }
}

function masked(event: object): unknown {
  const text = JSON.stringify(event);
  const clean = maskSecrets(text);
  return clean === text ? event : JSON.parse(clean);
}
