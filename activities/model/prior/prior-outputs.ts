import path from 'node:path';

import { barTimeTexts } from '../../../data/bars/bar-time.js';
import { placesOf } from '../../../data/math/fill-columns.js';
import { encodeChoiceReturns } from '../../../data/predictions/choice-returns.js';
import type { ChoiceReturns } from '../../../data/predictions/choice-returns.js';
import { encodePredictions, predictionCount } from '../../../data/predictions/parquet.js';
import type { Predictions } from '../../../data/predictions/prediction.js';
import type { FileRef } from '../../../data/schemas/file-ref.js';
import { windowLabel } from '../../../data/schemas/plan.js';
import { canonicalJson } from '../../../data/store/digests.js';
import { writeRef } from '../../../data/store/file-refs.js';
import type { Home } from '../../../data/store/home.js';
import type { FeatureTable, SymbolTable } from '../../market/feature-table.js';
import { sigmoid } from '../../stats/logistic.js';
import { gatherRows } from '../rows/by-symbol.js';
import { timesOf } from '../rows/row-set.js';
import type { Choice } from '../choices/choice.js';
import type { PriorJob } from '../jobs.js';
import type { OutOfFold } from './choose-prior.js';
import type { ChoiceFigures } from './choice-figures.js';

/** What choosing a cohort's models leaves behind, beside the models. */
export interface ChoiceResults {
  readonly choices: readonly Choice[];
  readonly days: readonly ChoiceFigures[];
  readonly outOfFold: OutOfFold;
  /** Of each out-of-fold row: expected return relative to comparable symbols, or a logit; NaN: left out. */
  readonly score: ArrayLike<number>;
}

/**
 * Writes choices.json, and where something was validated also out_of_fold.parquet and, of real bars,
 * choice_returns.parquet.
 */
export async function writeChoices(
  home: Home,
  directory: string,
  job: Pick<PriorJob, 'config' | 'cohort' | 'arm'>,
  table: FeatureTable,
  results: ChoiceResults,
): Promise<Record<string, FileRef>> {
  const put = (name: string, content: string | Uint8Array, rows: number): Promise<FileRef> =>
    writeRef(home, path.join(directory, name), content, rows);
  const { choices, days } = results;
  const outputs: Record<string, FileRef> = {
    choices: await put('choices.json', `${canonicalJson(choices)}\n`, choices.length),
  };
  const predictions = outOfFoldPredictions(job, table, results);
  if (predictionCount(predictions) > 0)
    outputs['outOfFold'] = await put(
      'out_of_fold.parquet',
      encodePredictions(predictions, { compress: false }),
      predictionCount(predictions),
    );
  if (job.arm !== 'real') return outputs;
  const returns = encodeChoiceFigures(days);
  if (returns !== undefined)
    outputs['choiceReturns'] = await put('choice_returns.parquet', returns.bytes, returns.rows);
  return outputs;
}

/** The file choice_returns.parquet; undefined where nothing was validated. */
export function encodeChoiceFigures(
  days: readonly ChoiceFigures[],
): { readonly bytes: Uint8Array; readonly rows: number } | undefined {
  const returns = choiceReturns(days);
  const rows = returns.date.length;
  return rows === 0 ? undefined : { bytes: encodeChoiceReturns(returns, { compress: false }), rows };
}

/** Sorted by date and symbol: those of a table are. */
function outOfFoldPredictions(
  { config, cohort, arm }: Pick<PriorJob, 'config' | 'cohort' | 'arm'>,
  table: FeatureTable,
  { outOfFold, score }: ChoiceResults,
): Predictions {
  const dateOf = barTimeTexts(config.interval);
  const labels = table.symbols.map(({ symbol }) => windowLabel(symbol, cohort.start, cohort.end));
  const { symbol, row } = outOfFold;
  const time = timesOf({ table, symbol, row }, 'time');
  const order = placesOf(symbol)
    .filter((at) => !Number.isNaN(score[at] ?? NaN))
    .sort((a, b) => (time[a] ?? 0) - (time[b] ?? 0) || (symbol[a] ?? 0) - (symbol[b] ?? 0));
  const column = <Value>(valueOf: (at: number) => Value): Value[] => {
    const values: Value[] = [];
    for (const at of order) values.push(valueOf(at));
    return values;
  };
  const ofRow = (values: (own: SymbolTable) => Float64Array | Uint8Array): number[] => {
    const known = new Float64Array(row.length);
    gatherRows({ symbol, row }, table.symbols, values, known);
    return column((at) => known[at] ?? NaN);
  };
  return {
    symbol: column((at) => table.symbols[symbol[at] ?? -1]?.symbol ?? ''),
    date: column((at) => dateOf(time[at] ?? NaN)),
    window: column((at) => labels[symbol[at] ?? -1] ?? ''),
    model: column(() => (arm === 'real' ? 'teacher' : 'placebo')),
    split: column(() => 'out_of_fold'),
    probability: column((at) => sigmoid(outOfFold.logit[at] ?? NaN)),
    score: column((at) => score[at] ?? NaN),
    label: ofRow(({ label }) => label),
    forwardReturn: ofRow(({ forwardReturn }) => forwardReturn),
    baseRate: column((at) => outOfFold.baseRate[at] ?? NaN),
  };
}

/** By choice, candidate and date. */
function choiceReturns(days: readonly ChoiceFigures[]): ChoiceReturns {
  const all: ChoiceReturns = { choice: [], config: [], date: [], figure: [] };
  for (const { choice, dates, figures } of days) {
    const width = choice.grid.length;
    for (let config = 0; config < width; config += 1)
      for (const [place, date] of dates.entries()) {
        all.choice.push(choice.what);
        all.config.push(config);
        all.date.push(date);
        all.figure.push(figures[place * width + config] ?? NaN);
      }
  }
  return all;
}
