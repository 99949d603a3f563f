import { lowerBound } from '../../../data/bars/series.js';
import { GurukulError } from '../../../data/errors.js';
import { logitScore } from '../../../data/predictions/logit-score.js';
import { OUTCOME_HORIZONS } from '../../../data/predictions/outcome-horizons.js';
import type { StudentNetwork } from '../../inference/student-network.js';
import { inputsText } from '../../inference/student-network.js';
import type { FeatureTable } from '../../market/feature-table.js';
import { UNRESOLVED } from '../../market/feature-table.js';
import { rankedTimes } from '../ranking/ranked-times.js';
import type { TableRow } from '../student/network-inputs.js';
import { networkInputs, studentColumns } from '../student/network-inputs.js';

/** A row to predict. */
export interface WantedRow {
  readonly symbol: string;
  /** Exchange minutes. */
  readonly time: number;
}

/** What a student says of a row. */
export interface Forecast {
  readonly probability: number;
  readonly score: number;
  /** Whether the score ranks; otherwise it is the logit. */
  readonly ranked: boolean;
}

/** What came after a row on the bars of a table; NaN where they do not tell. */
export interface RowOutcome {
  readonly label: number;
  readonly forwardReturn: number;
  /** Time of the entry bar, exchange minutes; UNRESOLVED where there is none. */
  readonly entryTime: number;
  readonly entryPrice: number;
  /** From entry over each of `OUTCOME_HORIZONS`. */
  readonly returns: readonly number[];
}

/**
 * Predicts rows with a student's network, as its users do: without TensorFlow, from the feature table.
 *
 * @returns A forecast for each row; undefined where the table has no complete row.
 * @throws GurukulError Bug when the network does not take the columns of the table.
 */
export function studentForecast(
  network: StudentNetwork,
  table: FeatureTable,
  wanted: readonly WantedRow[],
): (Forecast | undefined)[] {
  const columns = studentColumns(table);
  const [found, expected] = [inputsText(network.columns), inputsText(columns)];
  if (found !== expected)
    throw new GurukulError('Bug', `the student takes ${found}; the feature table has ${expected}`);
  const known = findRows(table, wanted).flatMap((place, at) =>
    place?.own.complete[place.row] === 1 ? [{ ...place, at }] : [],
  );
  const { probability, score } = network.predict(networkInputs(columns, known), known.length);
  const times = rankedTimes(table);
  const forecasts = wanted.map((): Forecast | undefined => undefined);
  for (const [place, { own, row, at }] of known.entries()) {
    const chance = probability[place] ?? NaN;
    const ranked = times.has(own.time[row] ?? NaN);
    forecasts[at] = {
      probability: chance,
      score: ranked ? (score?.[place] ?? NaN) : logitScore(chance),
      ranked,
    };
  }
  return forecasts;
}

/** What came after each row. */
export function rowOutcomes(table: FeatureTable, wanted: readonly WantedRow[]): RowOutcome[] {
  return findRows(table, wanted).map((place) => {
    const forwardReturn = place?.own.forwardReturn[place.row] ?? NaN;
    const outcomes = place?.own.outcomes;
    const row = place?.row ?? -1;
    return {
      forwardReturn,
      label: Number.isNaN(forwardReturn) ? NaN : (place?.own.label[row] ?? NaN),
      entryTime: outcomes?.entryTime[row] ?? UNRESOLVED,
      entryPrice: outcomes?.entryPrice[row] ?? NaN,
      returns: OUTCOME_HORIZONS.map((_, at) => outcomes?.returns[at]?.[row] ?? NaN),
    };
  });
}

function findRows({ symbols }: FeatureTable, wanted: readonly WantedRow[]): (TableRow | undefined)[] {
  const tables = new Map(symbols.map((own) => [own.symbol, own]));
  return wanted.map(({ symbol, time }) => {
    const own = tables.get(symbol);
    const row = own === undefined ? -1 : lowerBound(own.time, time);
    return own?.time[row] === time ? { own, row } : undefined;
  });
}
