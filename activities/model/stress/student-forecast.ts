import { lowerBound } from '../../../data/bars/series.js';
import { GurukulError } from '../../../data/errors.js';
import { logitScore } from '../../../data/predictions/logit-score.js';
import type { LayersNetwork } from '../../inference/layers-network.js';
import type { FeatureTable, SymbolTable } from '../../market/feature-table.js';
import { rankedTimes } from '../ranking/ranked-times.js';
import { studentColumns } from '../student/student-layers.js';
import { STUDENT_INPUTS } from '../student/student-units.js';

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
}

/**
 * Predicts rows with a student's network, as its users do: without TensorFlow, from the feature table.
 *
 * @returns A forecast for each row; undefined where the table has no complete row.
 * @throws GurukulError Bug when the network does not take the columns of the table.
 */
export function studentForecast(
  network: LayersNetwork,
  table: FeatureTable,
  wanted: readonly WantedRow[],
): (Forecast | undefined)[] {
  const columns = studentColumns(table);
  const inputs = STUDENT_INPUTS.filter((name) => columns[name].length > 0);
  const expected = inputs.map((name) => `${name} ${columns[name].length}`).join();
  const found = network.inputs.map(({ name, width }) => `${name} ${width}`).join();
  if (found !== expected)
    throw new GurukulError('Bug', `the student takes ${found}; the feature table has ${expected}`);
  const known = findRows(table, wanted).flatMap((place, at) =>
    place?.own.complete[place.row] === 1 ? [{ ...place, at }] : [],
  );
  const values = Object.fromEntries(
    inputs.map((name) => {
      const width = columns[name].length;
      const matrix = new Float32Array(known.length * width);
      for (const [place, { own, row }] of known.entries())
        matrix.set(inputOf(own, name).subarray(row * width, (row + 1) * width), place * width);
      return [name, matrix];
    }),
  );
  const { probability, score } = network.predict(values, known.length);
  const times = rankedTimes(table);
  const forecasts = wanted.map((): Forecast | undefined => undefined);
  for (const [place, { own, row, at }] of known.entries()) {
    const chance = probability?.[place] ?? NaN;
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
    return { forwardReturn, label: Number.isNaN(forwardReturn) ? NaN : (place?.own.label[place.row] ?? NaN) };
  });
}

function findRows(
  { symbols }: FeatureTable,
  wanted: readonly WantedRow[],
): ({ readonly own: SymbolTable; readonly row: number } | undefined)[] {
  const tables = new Map(symbols.map((own) => [own.symbol, own]));
  return wanted.map(({ symbol, time }) => {
    const own = tables.get(symbol);
    const row = own === undefined ? -1 : lowerBound(own.time, time);
    return own?.time[row] === time ? { own, row } : undefined;
  });
}

function inputOf(own: SymbolTable, name: (typeof STUDENT_INPUTS)[number]): Float32Array {
  return own[name];
}
