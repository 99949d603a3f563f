import { z } from 'zod';

import { canonicalJson, sha256 } from '../store/digests.js';
import { readJson, writeJson } from '../store/files.js';
import type { Home } from '../store/home.js';
import type { TelemetryPosition } from './read-telemetry.js';
import { readTelemetry, telemetryEnd } from './read-telemetry.js';
import type { TelemetryEvent } from './telemetry.js';
import { recordEvents } from './telemetry.js';

/** A window whose end is known. */
export interface WindowEnd {
  readonly symbol: string;
  /** `SYMBOL_START_to_END`. */
  readonly window: string;
  readonly start: string;
  readonly end: string;
  readonly status: 'succeeded' | 'skipped' | 'failed';
  readonly reason: string | null;
  readonly error: string | null;
  readonly message: string | null;
  /** Rows that its teacher was fitted on. */
  readonly rows?: number | null;
  /** Log-loss on its validation rows. */
  readonly loss?: number | null;
}

/** The attempt that trained them: its number, its milliseconds, and whether it found them finished. */
export interface WindowsAttempt {
  readonly attempt: number | null;
  readonly duration: number | null;
  readonly reused: boolean;
}

/** Windows that were trained by no attempt. */
const NO_ATTEMPT: WindowsAttempt = { attempt: null, duration: null, reused: false };

const noteSchema = z.strictObject({
  /** Digest of what the windows came to. */
  ends: z.string(),
  /** Where the telemetry ended before their events were added. */
  from: z.strictObject({ file: z.number().int().nonnegative(), offset: z.number().int().nonnegative() }),
  /** False while they are being added. */
  told: z.boolean(),
});

/**
 * Records the end of each window as an event `window`, each once: windows that are told again, because an activity was
 * retried, add nothing, except where they have come out otherwise since. All of them are one write. The note is written
 * before, so that what a kill leaves is found.
 *
 * @param unit Where their end is known from: a unit's key, `plan`, or `lost/COHORT/SHARD`.
 * @param note File that says what was told; nothing else writes of these windows at the same time.
 * @throws GurukulError StoreUnavailable
 */
export async function recordWindowEnds(
  home: Home,
  run: string,
  { unit, note }: { readonly unit: string; readonly note: string },
  windows: readonly WindowEnd[],
  attempt: WindowsAttempt = NO_ATTEMPT,
): Promise<void> {
  if (windows.length === 0) return;
  const ends = sha256(canonicalJson(windows.map((end) => identity(unit, end)).sort()));
  const before = await readJson(note, noteSchema).catch(() => undefined);
  if (before?.ends === ends && before.told) return;
  const begun = before?.ends === ends;
  const from = begun ? before.from : await telemetryEnd(home, run);
  const known = begun ? await toldSince(home, run, from, unit) : new Set();
  if (!begun) await writeJson(note, { ends, from, told: false } satisfies z.input<typeof noteSchema>);
  recordEvents(
    home,
    run,
    windows.filter((end) => !known.has(identity(unit, end))).map((end) => eventOf(unit, end, attempt)),
  );
  await writeJson(note, { ends, from, told: true } satisfies z.input<typeof noteSchema>);
}

function eventOf(unit: string, end: WindowEnd, attempt: WindowsAttempt): TelemetryEvent {
  const { window, rows = null, loss = null, ...rest } = end;
  const { attempt: number, duration, reused } = attempt;
  return {
    ...{ event: 'window', id: `window_end/${unit}/${window}`, unit, window, ...rest, rows, loss },
    ...{ attempt: number, duration, reused },
  };
}

const toldSchema = z.looseObject({
  event: z.literal('window'),
  unit: z.string(),
  window: z.string(),
  status: z.enum(['succeeded', 'skipped', 'failed']),
  reason: z.string().nullable(),
});

/** Windows of a unit that were told before a kill. */
async function toldSince(
  home: Home,
  run: string,
  from: TelemetryPosition,
  unit: string,
): Promise<ReadonlySet<string>> {
  const told = new Set<string>();
  for await (const { lines } of readTelemetry(home, run, from))
    for (const { value } of lines) {
      const parsed = toldSchema.safeParse(value());
      if (parsed.success && parsed.data.unit === unit) told.add(identity(unit, parsed.data));
    }
  return told;
}

function identity(
  unit: string,
  { window, status, reason }: Pick<WindowEnd, 'window' | 'status' | 'reason'>,
): string {
  return JSON.stringify([unit, window, status, reason]);
}
