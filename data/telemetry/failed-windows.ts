import type { ErrorType } from '../errors.js';
import { ERROR_POLICIES, isErrorType } from '../errors.js';
import { ingestManifestSchema } from '../schemas/ingest.js';
import type { SeriesRecord } from '../schemas/ingest.js';
import type { CohortPlan, Plan } from '../schemas/plan.js';
import { planSchema, windowLabel } from '../schemas/plan.js';
import type { Home } from '../store/home.js';
import { lossOf, readLostShards } from '../store/lost-shards.js';
import type { ShardFailure } from '../store/shard-failures.js';
import { shardFailures } from '../store/shard-failures.js';
import { readStoredJson } from '../store/stored-files.js';

/** A window of a run that failed, and why. */
export interface FailedWindow {
  /** `SYMBOL_START_to_END`. */
  readonly window: string;
  readonly symbol: string;
  /** ISO, half-open `[start, end)`. */
  readonly start: string;
  readonly end: string;
  readonly error: ErrorType;
  readonly message: string;
  /** The finding that refused the symbol's bars, where one did. */
  readonly code?: string;
}

/**
 * The failed windows of a run, from its files: those whose bars were refused when the run was planned, those
 * that failed in training, and those of shards that ended without a result. Windows that are still to be
 * trained are none. Sorted by start, then symbol; empty for a run without a plan.
 *
 * @throws GurukulError StoreUnavailable, or ChecksumMismatch when the plan is damaged.
 */
export async function failedWindows(home: Home, runId: string): Promise<FailedWindow[]> {
  const plan = await readStoredJson(home, home.plan(runId), planSchema);
  if (plan === undefined) return [];
  const manifest = await readStoredJson(home, home.ingest(runId), ingestManifestSchema).catch(
    () => undefined,
  );
  const failed = refusedWindows(plan, manifest?.series ?? []);
  for (const cohort of plan.cohorts) failed.push(...(await failedIn(home, runId, cohort)));
  return failed.sort((a, b) => order(a.start, b.start) || order(a.symbol, b.symbol));
}

/**
 * The windows of a plan that failed before anything was trained, since their bars were refused.
 *
 * @param series What the ingest found, for the finding that refused each symbol.
 */
export function refusedWindows(
  { items }: Plan,
  series: readonly Pick<SeriesRecord, 'symbol' | 'findings'>[],
): FailedWindow[] {
  const codes = new Map(
    series.flatMap(({ symbol, findings }) =>
      findings.map(({ code, message }) => [`${symbol} ${message}`, code] as const),
    ),
  );
  return items.flatMap(({ symbol, start, end, status, reason, detail }) => {
    if (status !== 'failed') return [];
    const code = codes.get(`${symbol} ${detail ?? ''}`);
    return [
      {
        window: windowLabel(symbol, start, end),
        symbol,
        start,
        end,
        error: isErrorType(reason) ? reason : 'Bug',
        message: detail ?? '',
        ...(code === undefined ? {} : { code }),
      },
    ];
  });
}

async function failedIn(
  home: Home,
  runId: string,
  { id, start, end, shards }: CohortPlan,
): Promise<FailedWindow[]> {
  const lost = await readLostShards(home, runId, id);
  const failed: ShardFailure[] = [];
  for (const [index, symbols] of shards.entries()) {
    const loss = lossOf(lost, index);
    if (loss === undefined)
      failed.push(...((await shardFailures(home, home.shardDir(runId, id, 'real', index))) ?? []));
    else failed.push(...symbols.map((symbol) => ({ symbol, error: loss.error, message: loss.message })));
  }
  return failed
    .filter(({ error }) => ERROR_POLICIES[error].outcome !== 'skip')
    .map((window) => ({ window: windowLabel(window.symbol, start, end), start, end, ...window }));
}

function order(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
