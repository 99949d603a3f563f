import { createHash } from 'node:crypto';

import { z } from 'zod';

import { prefixDigests } from '../../data/bars/prefix-digests.js';
import type { BarSeries } from '../../data/bars/series.js';
import { lowerBound } from '../../data/bars/series.js';
import { GurukulError } from '../../data/errors.js';
import type { FileRef } from '../../data/schemas/file-ref.js';
import { sha256Schema } from '../../data/schemas/file-ref.js';
import { canonicalJson, readJson, writeFileSafely } from '../../data/store/files.js';
import type { Home } from '../../data/store/home.js';
import { unitKey } from '../../data/store/units.js';
import { addDays, startOfDate } from '../../data/time/dates.js';
import type { CohortDates, TrainingConfig } from '../../data/schemas/training-config.js';
import { loadUsedBars } from './load-feature-table.js';

export const cohortBarsSchema = z.strictObject({
  /** Digest of the bars before the cohort's end: all that its prior can know. */
  prior: sha256Schema,
  /** Digest of the bars before the end of its forward part and of those that resolve the last labels. */
  forward: sha256Schema,
  /** End of the forward part, ISO, not included: cut at the last day that the run uses. */
  forwardEnd: z.string(),
});

/**
 * The bars that a cohort's units are made from, so that bars which none of them reads leave their keys as
 * they are. Features look back alone and placebo bars are drawn from those before them, so a unit's result
 * is a function of these bars, whatever comes later.
 */
export type CohortBars = z.output<typeof cohortBarsSchema>;

/** The bars of a run's cohorts, by cohort id, as the plan finds them. */
const barDigestsSchema = z.strictObject({
  /** What they were computed from: another ingest or other dates make another key. */
  key: sha256Schema,
  cohorts: z.record(z.string(), cohortBarsSchema),
});

/** Gathers the digests of cohorts' bars, series by series. */
export interface CohortBarsOfSeries {
  /**
   * @param series Adjusted bars that the run may use; symbols in rising order.
   * @throws GurukulError Bug when a symbol does not come after the last one.
   */
  add(series: BarSeries): void;
  /** By cohort id. */
  digests(): Record<string, CohortBars>;
}

/** @param until First day that the run does not use, ISO. */
export function gatherCohortBars(
  cohorts: readonly CohortDates[],
  { windowDays, horizon }: Pick<TrainingConfig, 'windowDays' | 'horizon'>,
  until: string,
): CohortBarsOfSeries {
  const cuts = cohorts.map(({ id, end }) => {
    const planned = addDays(end, windowDays);
    const forwardEnd = planned < until ? planned : until;
    return { id, end, forwardEnd, prior: createHash('sha256'), forward: createHash('sha256') };
  });
  let last = '';
  return {
    add(series) {
      const { symbol, time } = series;
      if (symbol <= last) throw new GurukulError('Bug', `the bars of ${symbol} come after those of ${last}`);
      last = symbol;
      const counts = cuts.map(({ end, forwardEnd }) => {
        const foretold = lowerBound(time, startOfDate(forwardEnd));
        return {
          prior: lowerBound(time, startOfDate(end)),
          forward: foretold === 0 ? 0 : Math.min(foretold + horizon, time.length),
        };
      });
      const ends = counts.flatMap(({ prior, forward }) => [prior, forward]);
      const digests = prefixDigests(series, ends);
      cuts.forEach((cut, index) => {
        // A symbol without a bar takes no part, as if it were not there.
        for (const part of ['prior', 'forward'] as const) {
          const count = counts[index]?.[part] ?? 0;
          if (count > 0) cut[part].update(`${symbol} ${digests.get(count) ?? ''}\n`);
        }
      });
    },
    digests: () =>
      Object.fromEntries(
        cuts.map(({ id, forwardEnd, prior, forward }) => [
          id,
          { prior: prior.copy().digest('hex'), forward: forward.copy().digest('hex'), forwardEnd },
        ]),
      ),
  };
}

/** What a run's bars are found by: its ingest, and the dates and rule that cut them. */
export interface IngestedRun {
  readonly config: TrainingConfig;
  /** The run's IngestManifest. */
  readonly ingest: FileRef;
}

/** Keeps the digests that the plan has found beside it, for the units. */
export async function writeCohortBars(
  home: Home,
  run: IngestedRun,
  cohorts: Readonly<Record<string, CohortBars>>,
): Promise<void> {
  await writeFileSafely(home.barDigests(run.config.runId), canonicalJson({ key: keyOf(run), cohorts }));
}

/**
 * The bars of a job's cohort: as the plan found them, or computed anew where its file is not there or is of
 * other bars.
 *
 * @throws GurukulError ChecksumMismatch when the ingest or a series is not the one recorded.
 */
export async function readCohortBars(
  home: Home,
  { config, cohort, ingest }: IngestedRun & { readonly cohort: CohortDates },
): Promise<CohortBars> {
  const known = await readJson(home.barDigests(config.runId), barDigestsSchema).catch((error: unknown) => {
    // What is damaged is computed anew; a store that cannot be read now is asked again later.
    if (error instanceof GurukulError && error.type === 'StoreUnavailable') throw error;
    return undefined;
  });
  const found = known?.key === keyOf({ ingest, config }) ? known.cohorts[cohort.id] : undefined;
  if (found !== undefined) return found;
  const { series, until } = await loadUsedBars(home, ingest, config);
  const gathered = gatherCohortBars([cohort], config, until);
  for (const bars of series) gathered.add(bars);
  const computed = gathered.digests()[cohort.id];
  if (computed === undefined) throw new GurukulError('Bug', `no bars of cohort ${cohort.id}`);
  return computed;
}

function keyOf({ ingest, config: { to, windowDays, horizon } }: IngestedRun): string {
  return unitKey({ ingest: ingest.sha256, to, windowDays, horizon });
}
