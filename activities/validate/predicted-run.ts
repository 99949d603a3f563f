import path from 'node:path';

import { z } from 'zod';

import { parseBarTime } from '../../data/bars/bar-time.js';
import { emptyPredictions } from '../../data/predictions/prediction.js';
import type { Predictions } from '../../data/predictions/prediction.js';
import type { FileRef } from '../../data/schemas/file-ref.js';
import type { Interval } from '../../data/schemas/run-choices.js';
import type { RunConfig } from '../../data/schemas/run-input.js';
import type { TeachIndex } from '../../data/schemas/teach-index.js';
import { readJsonRef, readRef } from '../../data/store/file-refs.js';
import type { Home } from '../../data/store/home.js';
import type { UnitManifest } from '../../data/store/units.js';
import { unitManifestSchema } from '../../data/store/units.js';
import { ofModels } from '../figures/prediction-sets.js';
import type { BarSeries } from '../../data/bars/series.js';
import type { FeatureTable } from '../market/feature-table.js';
import type { PairedOutcomes } from '../market/probes/index-shift.js';
import type { ProbedCohort } from '../market/probes/label-overlap.js';
import type { PriorCounts, TaughtCohort } from '../market/probes/probed-predictions.js';
import { rowSpacing, spacedRows } from '../market/splits/splits.js';
import { thinnedTimes } from '../model/ranking/thinned-times.js';
import { joinPredictions } from './gather-predictions.js';
import type { PredictedRun } from './leakage.js';
import { keyedOutcomes } from './market-rows.js';

const phaseCounts = z.object({ select: z.number(), fit: z.number() });
const priorSummary = z.object({ rows: phaseCounts, rankRows: phaseCounts });
const shardSummary = z.object({ probe: z.object({ predictions: z.number() }) });
const windowLine = z.object({ symbol: z.string(), window: z.string(), status: z.string() });

/**
 * What a run's teachers predicted, and how many rows its priors say they were fitted on.
 *
 * @param index Absent in requests of earlier versions: nothing is known to have been predicted.
 */
export async function readPredictedRun(
  home: Home,
  { runId, horizon, interval }: Pick<RunConfig, 'runId' | 'horizon' | 'interval'>,
  index: TeachIndex | undefined,
  cohorts: readonly ProbedCohort[],
  series: readonly BarSeries[],
): Promise<PredictedRun> {
  const shards = await readUnits(home, index?.real ?? []);
  const windows: z.output<typeof windowLine>[] = [];
  let replaced = 0;
  for (const { outputs, summary } of shards.values()) {
    replaced += shardSummary.safeParse(summary).data?.probe.predictions ?? 0;
    if (outputs['windows'] !== undefined) windows.push(...(await readWindows(home, outputs['windows'])));
  }
  const priors = await readUnits(home, index?.priors ?? []);
  const predictions =
    index === undefined
      ? emptyPredictions()
      : ofModels(await joinPredictions(home, index.real, 'teacher'), ['teacher']);
  const taught = windows.filter(({ status }) => status === 'succeeded');
  return {
    interval,
    series,
    predictions,
    replaced,
    cohorts: cohorts.map(({ id, split }): TaughtCohort => {
      const manifest = path.join(home.cohortDir(runId, id, 'real'), 'prior', 'unit.json');
      const prior = priorCounts(priors.get(home.relative(manifest)));
      return {
        id,
        split,
        windows: taught
          .filter(({ window }) => window.endsWith(`_${id}`))
          .map(({ symbol, window }) => ({ symbol, label: window })),
        ...(prior === undefined ? {} : { prior }),
      };
    }),
    thinning: {
      ofProbability: (symbol, rows, all) => spacedRows(symbol, rows, rowSpacing(all, horizon)),
      ofRanks: thinnedTimes,
    },
    pair: (table, rows) => pairedOutcomes(table, rows, interval),
  };
}

/** By the file of the manifest. */
async function readUnits(home: Home, refs: readonly FileRef[]): Promise<Map<string, UnitManifest>> {
  const units = new Map<string, UnitManifest>();
  for (const ref of refs) units.set(ref.uri, await readJsonRef(home, ref, unitManifestSchema));
  return units;
}

async function readWindows(home: Home, ref: FileRef): Promise<z.output<typeof windowLine>[]> {
  const lines = (await readRef(home, ref)).toString('utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => windowLine.parse(JSON.parse(line)));
}

function priorCounts(manifest: UnitManifest | undefined): PriorCounts | undefined {
  return priorSummary.safeParse(manifest?.summary).data;
}

/** As figures pair predictions with what came after them. */
function pairedOutcomes(
  { symbols }: FeatureTable,
  { symbol, date }: Predictions,
  interval: Interval,
): PairedOutcomes {
  const { entryDate, entryPrice, returns } = keyedOutcomes(symbols, { symbol, date }, interval);
  const minutesOf = new Map<string, number>();
  for (const text of new Set(entryDate)) {
    const parsed = parseBarTime(text, interval);
    minutesOf.set(text, 'minutes' in parsed ? parsed.minutes : NaN);
  }
  return { entryTime: entryDate.map((text) => minutesOf.get(text) ?? NaN), entryPrice, returns };
}
