import { keyedOutcomes } from '../../../activities/validate/market-rows.js';
import type { PredictedRun } from '../../../activities/validate/leakage.js';
import type { FeatureTable, SymbolTable } from '../../../activities/market/feature-table.js';
import { UNRESOLVED } from '../../../activities/market/feature-table.js';
import type { PriorCounts } from '../../../activities/market/probes/probed-predictions.js';
import type { CohortSplit } from '../../../activities/market/splits/splits.js';
import { priorRows, windowRows } from '../../../activities/market/splits/splits.js';
import { barTimeTexts, parseBarTime } from '../../../data/bars/bar-time.js';
import type { BarSeries } from '../../../data/bars/series.js';
import { emptyPredictions } from '../../../data/predictions/prediction.js';
import type { Predictions } from '../../../data/predictions/prediction.js';

/** Predictions of every row that a cohort's teachers had to predict, and what its prior says of itself. */
export function predictedRun(
  table: FeatureTable,
  series: readonly BarSeries[],
  id: string,
  split: CohortSplit,
): PredictedRun {
  return {
    series,
    interval: '1day',
    replaced: 40,
    predictions: predictionsOf(table, id, split),
    cohorts: [
      {
        id,
        split,
        windows: table.symbols.map(({ symbol }) => ({ symbol, label: `${symbol}_${id}` })),
        prior: priorOf(table, split),
      },
    ],
    thinning: {
      ofProbability: (_, rows) => rows,
      ofRanks: (times) => Int32Array.from(new Set(times.flatMap((own) => Array.from(own)))).sort(),
    },
    pair: (of, { symbol, date }) => {
      const { entryDate, entryPrice, returns } = keyedOutcomes(of.symbols, { symbol, date }, '1day');
      const entryTime = entryDate.map((text) => {
        const parsed = parseBarTime(text, '1day');
        return 'minutes' in parsed ? parsed.minutes : NaN;
      });
      return { entryTime, entryPrice, returns };
    },
  };
}

function predictionsOf(table: FeatureTable, id: string, split: CohortSplit): Predictions {
  const all = emptyPredictions();
  const dateOf = barTimeTexts('1day');
  for (const symbol of table.symbols) {
    const rows = windowRows(symbol, split);
    for (const part of ['validation', 'forward'] as const)
      for (const row of rows[part]) {
        all.symbol.push(symbol.symbol);
        all.date.push(dateOf(symbol.time[row] ?? NaN));
        all.window.push(`${symbol.symbol}_${id}`);
        all.model.push('teacher');
        all.split.push(part);
        all.probability.push(0.5);
        all.score.push(0);
        all.label.push(symbol.label[row] ?? NaN);
        all.forwardReturn.push(symbol.forwardReturn[row] ?? NaN);
        all.baseRate.push(0.5);
      }
  }
  return all;
}

function priorOf(table: FeatureTable, { validationStart, end }: CohortSplit): PriorCounts {
  const counts = { rows: { select: 0, fit: 0 }, rankRows: { select: 0, fit: 0 } };
  for (const symbol of table.symbols) {
    for (const row of priorRows(symbol, end)) {
      counts.rows.fit += 1;
      if ((symbol.resolvedAt[row] ?? UNRESOLVED) < validationStart) counts.rows.select += 1;
    }
    for (const row of symbol.time.keys()) {
      if (symbol.complete[row] !== 1 || symbol.member[row] !== 1) continue;
      const last = lastTarget(symbol, row);
      if (last < end) counts.rankRows.fit += 1;
      if (last < validationStart) counts.rankRows.select += 1;
    }
  }
  return counts;
}

function lastTarget({ targets, outcomes }: SymbolTable, row: number): number {
  return Math.max(
    ...targets.map((own, at) =>
      Number.isNaN(own[row] ?? NaN) ? UNRESOLVED : (outcomes.resolvedAt[at]?.[row] ?? UNRESOLVED),
    ),
  );
}
