import type { FeatureTable, SymbolTable } from '../../activities/market/feature-table.js';
import type { TrainingConfig } from '../../data/schemas/training-config.js';
import type { CohortSplit } from '../../activities/market/splits/splits.js';
import { cohortSplit, priorRows, windowRows } from '../../activities/market/splits/splits.js';
import { cohortDates } from '../../data/schemas/training-config.js';
import { barTimeTexts } from '../../data/bars/bar-time.js';
import { GurukulError } from '../../data/errors.js';
import { OUTCOME_HORIZONS } from '../../data/predictions/outcome-horizons.js';
import type { Predictions } from '../../data/predictions/prediction.js';
import { windowLabel } from '../../data/schemas/plan.js';

/** Place of the rank peers' target in `OUTCOME_HORIZONS`. */
export const RANK_HORIZON = OUTCOME_HORIZONS.indexOf(5);

/** Rows of one window, as indices into its symbol's table. */
export interface ForwardWindow {
  readonly label: string;
  readonly symbol: number;
  /** Labels of the window that are resolved inside it. */
  readonly fit: Int32Array;
  /** Rows that the teacher predicted. */
  readonly forward: Int32Array;
  /** The same rows in the predictions. */
  readonly predicted: readonly number[];
}

/** What every model of one cohort may learn from, and what it predicts. */
export interface ForwardCohort {
  /** By symbol: every label resolved before the cohort's end. */
  readonly prior: readonly Int32Array[];
  /** By symbol: every complete row of a member whose neutral target at 5 bars is known before the cohort's end. */
  readonly ranked: readonly Int32Array[];
  readonly windows: readonly ForwardWindow[];
}

/**
 * Locates the forward rows of a run's predictions in its feature table, with the rows that are known before them;
 * cohorts without forward rows are left out. Every row must exist with the same label, so that all models solve the
 * same task.
 *
 * @param cohorts Ids, `START_to_END`.
 * @throws GurukulError Bug when a predicted row is not in the table, or with another label.
 */
export function forwardCohorts(
  table: FeatureTable,
  cohorts: readonly string[],
  config: TrainingConfig,
  predictions: Predictions,
): ForwardCohort[] {
  const byWindow = rowsByWindow(predictions);
  const found = cohorts.map((id) => {
    const dates = cohortDates(id);
    // The validation part does not matter here: any share gives the same fit and forward rows.
    const split = cohortSplit(table, dates, {
      validationShare: 0.25,
      forwardDays: config.windowDays,
      to: config.to,
    });
    const windows = table.symbols.flatMap((symbol, index) => {
      const label = windowLabel(symbol.symbol, dates.start, dates.end);
      const predicted = byWindow.get(label);
      return predicted === undefined ? [] : [forwardWindow(symbol, index, label, split, predicted)];
    });
    return {
      prior: table.symbols.map((symbol) => priorRows(symbol, split.end)),
      ranked: table.symbols.map((symbol) => rankedRows(symbol, split.end)),
      windows,
    };
  });
  return found.filter(({ windows }) => windows.length > 0);

  function forwardWindow(
    symbol: SymbolTable,
    index: number,
    label: string,
    split: CohortSplit,
    predicted: readonly number[],
  ): ForwardWindow {
    const { fit, forward } = windowRows(symbol, split);
    const dateOf = barTimeTexts(config.interval);
    const rowAt = new Map(Array.from(forward, (row) => [dateOf(symbol.time[row] ?? 0), row]));
    const rows = predicted.map((at) => {
      const row = rowAt.get(predictions.date[at] ?? '');
      if (row === undefined || symbol.label[row] !== predictions.label[at])
        throw new GurukulError(
          'Bug',
          `${label} predicts ${predictions.date[at] ?? ''}, which is not a forward row`,
        );
      return row;
    });
    return { label, symbol: index, fit, forward: Int32Array.from(rows), predicted };
  }
}

function rankedRows({ complete, targets, outcomes }: SymbolTable, end: number): Int32Array {
  const target = targets[RANK_HORIZON] ?? new Float32Array(0);
  const known = outcomes.resolvedAt[RANK_HORIZON] ?? new Int32Array(0);
  return Int32Array.from(target.keys()).filter(
    (row) => complete[row] === 1 && !Number.isNaN(target[row]) && (known[row] ?? Infinity) < end,
  );
}

function rowsByWindow({ window, split }: Predictions): Map<string, number[]> {
  const rows = new Map<string, number[]>();
  for (const [row, label] of window.entries()) {
    if (split[row] !== 'forward') continue;
    const known = rows.get(label);
    if (known === undefined) rows.set(label, [row]);
    else known.push(row);
  }
  return rows;
}
