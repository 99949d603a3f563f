import { doublesOf } from '../../../data/math/fill-columns.js';
import type { Model, Predictions } from '../../../data/predictions/prediction.js';
import { MIN_SYMBOLS } from '../../figures/cross-section.js';
import {
  confidenceInterval,
  datesPerSession,
  drawDates,
  standardError,
} from '../../stats/block-bootstrap.js';
import { correlation, meanRanks } from '../../stats/correlation.js';
import { rowLogLoss } from '../../stats/log-loss.js';
import { mean } from '../../stats/moments.js';
import { pairRows } from './paired-rows.js';
import { differenceOf } from './values.js';

/** A figure of both runs, on all forward rows of each and on those that both have. */
export interface CommonFigure {
  readonly figure: 'logLoss' | 'rankIc';
  /** On all forward rows of each run. */
  readonly all: FigurePair;
  /** On the rows of both: number of them, or of their dates for a rank IC. */
  readonly common: FigurePair & {
    readonly rows: number;
    readonly dates: number;
    /** 95 % interval and standard error of the difference, by paired block bootstrap of the dates. */
    readonly low: number | null;
    readonly high: number | null;
    readonly standardError: number | null;
    /** Whether the interval holds 0; null without one. */
    readonly withinNoise: boolean | null;
  };
  /**
   * Parts of the difference on all rows, which they sum to: rows that one run has alone; other labels and returns of
   * common rows; other predictions of common rows. The last two are the mean over both orders of changing one first.
   */
  readonly parts: {
    readonly rows: number | null;
    readonly outcomes: number | null;
    readonly predictions: number | null;
  };
}

interface FigurePair {
  readonly before: number | null;
  readonly after: number | null;
  readonly difference: number | null;
}

/** Figures of predictions and outcomes of either run: predictions first. */
type Crossed<Value> = Readonly<Record<'own' | 'otherOutcomes' | 'otherPredictions' | 'other', Value>>;

/** Forward rows of one date, of all cohorts; NaN where a run does not have the row. */
interface DateRows {
  readonly symbol: string[];
  readonly scoreBefore: number[];
  readonly scoreAfter: number[];
  readonly returnBefore: number[];
  readonly returnAfter: number[];
  /** Sums of log-losses: on all rows of each run, and on the common ones. */
  readonly loss: { before: number; after: number };
  readonly crossed: Record<keyof Crossed<number>, number>;
  readonly rows: { before: number; after: number; common: number };
}

/** Collects the forward rows of a model, cohort by cohort: some numbers a row. */
export class CommonFigures {
  private readonly dates = new Map<string, DateRows>();

  /**
   * @param model Whose rows count.
   * @param horizon The longer horizon of the two runs, in bars: blocks of the bootstrap depend on it.
   */
  constructor(
    private readonly model: Model,
    private readonly horizon: number,
  ) {}

  /** @param before Rows of a cohort, from `sortedRows`; cohorts in their order. */
  add(before: Predictions, after: Predictions): void {
    pairRows(before, after, (a, b) => {
      const left = this.takes(before, a) ? rowOf(before, a) : undefined;
      const right = this.takes(after, b) ? rowOf(after, b) : undefined;
      const any = left ?? right;
      if (any === undefined) return;
      const day = this.dates.get(any.date) ?? emptyDate();
      this.dates.set(any.date, day);
      day.symbol.push(any.symbol);
      day.scoreBefore.push(left?.score ?? NaN);
      day.scoreAfter.push(right?.score ?? NaN);
      day.returnBefore.push(left?.forwardReturn ?? NaN);
      day.returnAfter.push(right?.forwardReturn ?? NaN);
      if (left !== undefined) {
        day.rows.before += 1;
        day.loss.before += left.loss(left.label);
      }
      if (right !== undefined) {
        day.rows.after += 1;
        day.loss.after += right.loss(right.label);
      }
      if (left === undefined || right === undefined) return;
      day.rows.common += 1;
      day.crossed.own += left.loss(left.label);
      day.crossed.otherOutcomes += left.loss(right.label);
      day.crossed.otherPredictions += right.loss(left.label);
      day.crossed.other += right.loss(right.label);
    });
  }

  private takes({ split, model }: Predictions, row: number | undefined): row is number {
    return row !== undefined && split[row] === 'forward' && model[row] === this.model;
  }

  /** Log-loss and rank IC. */
  finish(): CommonFigure[] {
    const days = [...this.dates].sort(([a], [b]) => (a < b ? -1 : 1));
    return [this.logLoss(days), this.rankIc(days)];
  }

  private logLoss(days: readonly (readonly [string, DateRows])[]): CommonFigure {
    const over = (value: (day: DateRows) => number, rows: (day: DateRows) => number): number | null => {
      const [sum, count] = [total(days, value), total(days, rows)];
      return count === 0 ? null : sum / count;
    };
    const common = days.filter(([, { rows }]) => rows.common > 0);
    const crossed = (name: keyof Crossed<number>): number | null =>
      over(
        (day) => day.crossed[name],
        (day) => day.rows.common,
      );
    return figureOf(
      'logLoss',
      [
        over(
          (day) => day.loss.before,
          (day) => day.rows.before,
        ),
        over(
          (day) => day.loss.after,
          (day) => day.rows.after,
        ),
      ],
      {
        own: crossed('own'),
        otherOutcomes: crossed('otherOutcomes'),
        otherPredictions: crossed('otherPredictions'),
        other: crossed('other'),
      },
      { rows: total(common, ({ rows }) => rows.common), dates: common.length },
      this.noise(
        common.map(([date]) => date),
        common.map(
          ([
            ,
            {
              crossed: { own, other },
            },
          ]) => other - own,
        ),
        common.map(([, { rows }]) => rows.common),
      ),
    );
  }

  private rankIc(days: readonly (readonly [string, DateRows])[]): CommonFigure {
    const all = { before: [] as number[], after: [] as number[] };
    const common: { date: string; rows: number; values: Crossed<number> }[] = [];
    for (const [date, day] of days) {
      for (const side of ['before', 'after'] as const) {
        const value = sectionIc(day, side, side, false);
        if (value !== null) all[side].push(value);
      }
      const own = sectionIc(day, 'before', 'before', true);
      const otherOutcomes = sectionIc(day, 'before', 'after', true);
      const otherPredictions = sectionIc(day, 'after', 'before', true);
      const other = sectionIc(day, 'after', 'after', true);
      if (own !== null && otherOutcomes !== null && otherPredictions !== null && other !== null)
        common.push({ date, rows: day.rows.common, values: { own, otherOutcomes, otherPredictions, other } });
    }
    const crossed = (name: keyof Crossed<number>): number | null =>
      mean(common.map(({ values }) => values[name]));
    return figureOf(
      'rankIc',
      [mean(all.before), mean(all.after)],
      {
        own: crossed('own'),
        otherOutcomes: crossed('otherOutcomes'),
        otherPredictions: crossed('otherPredictions'),
        other: crossed('other'),
      },
      { rows: common.reduce((sum, { rows }) => sum + rows, 0), dates: common.length },
      this.noise(
        common.map(({ date }) => date),
        common.map(({ values }) => values.other - values.own),
        common.map(() => 1),
      ),
    );
  }

  /** Interval and standard error of a difference: sums by date, and what they are divided by. */
  private noise(
    dates: readonly string[],
    sums: readonly number[],
    counts: readonly number[],
  ): { low: number | null; high: number | null; standardError: number | null } {
    // The same draws whichever run is named first.
    const draws = drawDates(dates.length, this.horizon, 0, 'diff', datesPerSession(dates));
    const replicates = draws.map((weight) => {
      let [sum, count] = [0, 0];
      for (let at = 0; at < weight.length; at += 1) {
        sum += (weight[at] ?? 0) * (sums[at] ?? 0);
        count += (weight[at] ?? 0) * (counts[at] ?? 0);
      }
      return count === 0 ? null : sum / count;
    });
    return { ...confidenceInterval(replicates), standardError: standardError(replicates) };
  }
}

function figureOf(
  figure: CommonFigure['figure'],
  [before, after]: readonly [number | null, number | null],
  { own, otherOutcomes, otherPredictions, other }: Crossed<number | null>,
  extent: { readonly rows: number; readonly dates: number },
  noise: Pick<CommonFigure['common'], 'low' | 'high' | 'standardError'>,
): CommonFigure {
  const [all, common] = [differenceOf(before, after), differenceOf(own, other)];
  const { low, high } = noise;
  return {
    figure,
    all: { before, after, difference: all },
    common: {
      ...{ before: own, after: other, difference: common },
      ...extent,
      ...noise,
      withinNoise: low === null || high === null ? null : low <= 0 && high >= 0,
    },
    parts: {
      rows: differenceOf(common, all),
      outcomes: half(differenceOf(own, otherOutcomes), differenceOf(otherPredictions, other)),
      predictions: half(differenceOf(own, otherPredictions), differenceOf(otherOutcomes, other)),
    },
  };
}

function half(one: number | null, other: number | null): number | null {
  return one === null || other === null ? null : (one + other) / 2;
}

function rowOf(predictions: Predictions, row: number) {
  const probability = predictions.probability[row] ?? NaN;
  return {
    symbol: predictions.symbol[row] ?? '',
    date: predictions.date[row] ?? '',
    score: predictions.score[row] ?? NaN,
    label: predictions.label[row] ?? NaN,
    forwardReturn: predictions.forwardReturn[row] ?? NaN,
    loss: (label: number): number => rowLogLoss(probability, label),
  };
}

function emptyDate(): DateRows {
  return {
    ...{ symbol: [], scoreBefore: [], scoreAfter: [], returnBefore: [], returnAfter: [] },
    loss: { before: 0, after: 0 },
    crossed: { own: 0, otherOutcomes: 0, otherPredictions: 0, other: 0 },
    rows: { before: 0, after: 0, common: 0 },
  };
}

function total(days: readonly (readonly [string, DateRows])[], of: (day: DateRows) => number): number {
  return days.reduce((sum, [, day]) => sum + of(day), 0);
}

type Side = 'before' | 'after';
const SCORE = { before: 'scoreBefore', after: 'scoreAfter' } as const;
const RETURN = { before: 'returnBefore', after: 'returnAfter' } as const;

/**
 * Rank IC of one date, as in `crossSections`: a symbol that several windows predict counts once, with the mean of its
 * scores and the return of the first.
 *
 * @param common Of the rows that both runs have alone.
 */
function sectionIc(day: DateRows, predictions: Side, outcomes: Side, common: boolean): number | null {
  const sums = new Map<string, { score: number; rows: number; forwardReturn: number }>();
  for (const [at, symbol] of day.symbol.entries()) {
    const score = day[SCORE[predictions]][at] ?? NaN;
    const forwardReturn = day[RETURN[outcomes]][at] ?? NaN;
    const isCommon = !Number.isNaN(day.scoreBefore[at] ?? NaN) && !Number.isNaN(day.scoreAfter[at] ?? NaN);
    if (Number.isNaN(score) || Number.isNaN(forwardReturn) || (common && !isCommon)) continue;
    const known = sums.get(symbol) ?? { score: 0, rows: 0, forwardReturn };
    known.score += score;
    known.rows += 1;
    sums.set(symbol, known);
  }
  if (sums.size < MIN_SYMBOLS) return null;
  const section = [...sums.values()];
  return correlation(
    meanRanks(doublesOf(section, ({ score, rows }) => score / rows)),
    meanRanks(doublesOf(section, ({ forwardReturn }) => forwardReturn)),
  );
}
