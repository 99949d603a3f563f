import type { Interval } from '../../data/schemas/run-choices.js';
import { dayOfMinutes } from '../../data/time/dates.js';
import type { OrderedLabels } from '../stats/auc.js';
import { aucReplicates, orderLabels, orderScores, stratifiedAuc } from '../stats/auc.js';
import type { Replicates } from '../stats/block-bootstrap.js';
import { confidenceInterval, drawDates } from '../stats/block-bootstrap.js';
import { correlation, meanRanks } from '../stats/correlation.js';
import { MIN_RANKED_SYMBOLS } from '../stats/neutral.js';
import { LEAK_BARS } from './leak-market.js';
import type { TestedRows } from './tested-rows.js';
import { rowsByTime } from './tested-rows.js';

/** A figure with its 95 % interval by blocks of days; null where there is too little to tell. */
export interface LeakFigure {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** What a model shows on the rows that it was tested on. */
export interface LeakFigures {
  readonly rows: number;
  readonly dates: number;
  /** Mean over the dates of the Spearman correlation of score and return over five bars from entry. */
  readonly rankIc: LeakFigure;
  /** Area under the ROC curve of the score for the label, among rows of one model. */
  readonly auc: LeakFigure;
}

/** @param purpose Key of the bootstrap's draws. */
export function leakFigures(
  rows: TestedRows,
  { interval, seed }: { readonly interval: Interval; readonly seed: number },
  purpose: string,
): LeakFigures {
  const sections = [...rowsByTime(rows).values()];
  const dateOf = new Int32Array(rows.time.length);
  sections.forEach((section, date) => section.forEach((row) => dateOf.fill(date, row, row + 1)));
  const daily = sections.map((section) => sectionIc(rows, section));
  const strata = strataOf(rows, dateOf);
  const sessions = new Set(rows.time.map(dayOfMinutes)).size;
  const perSession =
    interval === '1day' ? 1 : Math.max(1, Math.round(sections.length / Math.max(1, sessions)));
  const draws = drawDates(sections.length, LEAK_BARS, seed, purpose, perSession);
  const meanIc = (weight?: Int32Array): number | null => {
    let [sum, count] = [0, 0];
    daily.forEach((value, date) => {
      if (value === null) return;
      const times = weight === undefined ? 1 : (weight[date] ?? 0);
      sum += times * value;
      count += times;
    });
    return count === 0 ? null : sum / count;
  };
  return {
    rows: rows.time.length,
    dates: sections.length,
    rankIc: figureOf(
      meanIc(),
      draws.map((weight) => meanIc(weight)),
    ),
    auc: figureOf(stratifiedAuc(strata), aucReplicates(strata, draws)),
  };
}

function figureOf(value: number | null, replicates: Replicates): LeakFigure {
  return { value, ...confidenceInterval(replicates) };
}

/** Spearman correlation on a date; null with too few symbols, or where one side is constant. */
function sectionIc({ score, outcome }: TestedRows, section: readonly number[]): number | null {
  const known = section.filter((row) => !Number.isNaN(outcome[row] ?? NaN));
  if (known.length < MIN_RANKED_SYMBOLS) return null;
  const column = (values: readonly number[]): Float64Array =>
    meanRanks(Float64Array.from(known, (row) => values[row] ?? NaN));
  return correlation(column(score), column(outcome));
}

function strataOf({ stratum, score, label }: TestedRows, dateOf: Int32Array): OrderedLabels[] {
  const byStratum = new Map<string, number[]>();
  for (const [row, name] of stratum.entries()) {
    const rows = byStratum.get(name);
    if (rows === undefined) byStratum.set(name, [row]);
    else rows.push(row);
  }
  return [...byStratum.values()].map((rows) =>
    orderLabels(
      orderScores(Float64Array.from(rows, (row) => score[row] ?? NaN)),
      Uint8Array.from(rows, (row) => label[row] ?? 0),
      Int32Array.from(rows, (row) => dateOf[row] ?? 0),
    ),
  );
}
