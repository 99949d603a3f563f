import { z } from 'zod';

import { ERROR_POLICIES, ERROR_TYPES } from '../../data/errors.js';
import type { FileRef } from '../../data/schemas/file-ref.js';
import { readJsonRef, readRef } from '../../data/store/file-refs.js';
import type { Home } from '../../data/store/home.js';
import { unitManifestSchema } from '../../data/store/units.js';
import type { TelemetryEvent } from '../../data/telemetry/telemetry.js';
import type { WindowEnd } from '../../data/telemetry/window-events.js';
import type { CohortDates } from '../../data/schemas/training-config.js';

const MAX_NOTES = 5;

const count = z.number().int().nonnegative();
const lineSchema = z.looseObject({
  symbol: z.string(),
  window: z.string(),
  error: z.enum(ERROR_TYPES).nullable(),
  message: z.string().nullable(),
  rows: z.looseObject({ fit: count, validation: count }).optional(),
  logLoss: z.looseObject({ validation: z.number().nullable() }).optional(),
});
type WindowLine = z.output<typeof lineSchema>;

/** What telemetry says of a shard's training. */
export interface ShardFigures {
  /** Rows that its teachers were fitted on. */
  readonly rows: number;
  /** Mean log-loss over the validation rows of all its windows; null without any. */
  readonly loss: number | null;
}

/** The key and the windows of a finished shard, as its unit has them. */
export async function readShardUnit(
  home: Home,
  manifest: FileRef,
): Promise<{ readonly key: string; readonly windows: readonly WindowLine[] }> {
  const { key, outputs } = await readJsonRef(home, manifest, unitManifestSchema);
  const windows = outputs['windows'];
  if (windows === undefined) return { key, windows: [] };
  const lines = (await readRef(home, windows))
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => lineSchema.parse(JSON.parse(line)));
  return { key, windows: lines };
}

/** How each window of a shard ended, with its own figures where it was trained. */
export function windowEnds(
  { start, end }: Pick<CohortDates, 'start' | 'end'>,
  windows: readonly Pick<WindowLine, 'symbol' | 'window' | 'error' | 'message' | 'rows' | 'logLoss'>[],
): WindowEnd[] {
  return windows.map(({ symbol, window, error, message, rows, logLoss }) => ({
    ...{ symbol, window, start, end, error, message },
    status: error === null ? 'succeeded' : isSkipped({ error }) ? 'skipped' : 'failed',
    reason: error !== null && isSkipped({ error }) ? 'insufficient_data' : error,
    rows: rows?.fit ?? null,
    loss: logLoss?.validation ?? null,
  }));
}

/** Rows and loss over all windows that were trained. */
export function shardFigures(windows: readonly WindowLine[]): ShardFigures {
  let [rows, validated, loss] = [0, 0, 0];
  for (const { rows: own, logLoss } of windows) {
    rows += own?.fit ?? 0;
    const validation = logLoss?.validation ?? null;
    if (own === undefined || validation === null) continue;
    validated += own.validation;
    loss += validation * own.validation;
  }
  return { rows, loss: validated === 0 ? null : loss / validated };
}

/** An event for each window that was not trained: failed, or skipped for want of rows. */
export function windowEvents(
  { id, start, end }: CohortDates,
  windows: readonly {
    readonly symbol: string;
    readonly window: string;
    readonly error: WindowLine['error'];
    readonly message: string | null;
  }[],
): TelemetryEvent[] {
  return windows.flatMap(({ symbol, window, error, message }) => {
    if (error === null) return [];
    const skipped = ERROR_POLICIES[error].outcome === 'skip';
    return [
      {
        event: skipped ? 'window_skipped' : 'window_failed',
        id: `window/${id}/${symbol}`,
        window,
        symbol,
        start,
        end,
        reason: skipped ? 'insufficient_data' : error,
        error,
        message,
      },
    ];
  });
}

/** Why the first windows of a shard that were not trained were not, failures before skips. */
export function shardNotes(windows: readonly WindowLine[]): string[] {
  return windows
    .flatMap(({ window, error, message }) => (error === null ? [] : [{ window, error, message }]))
    .sort((a, b) => Number(isSkipped(a)) - Number(isSkipped(b)))
    .slice(0, MAX_NOTES)
    .map(
      ({ window, error, message }) => `${window}: ${error}${message ? ` (${message.slice(0, 160)})` : ''}`,
    );
}

function isSkipped({ error }: { readonly error: NonNullable<WindowLine['error']> }): boolean {
  return ERROR_POLICIES[error].outcome === 'skip';
}
