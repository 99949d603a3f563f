import { square } from '../../data/math/square.js';
import type { HoldingChoice } from '../../data/schemas/strategy-figures.js';
import type { OrderedLabels, ScoreOrder } from '../stats/auc.js';
import { aucReplicates, orderLabels, orderScores, stratifiedAuc, tieEnds } from '../stats/auc.js';
import type { CrossSection } from './cross-section.js';
import { crossSections } from './cross-section.js';
import type { DailyCorrelation } from './information-coefficient.js';
import { dailyIc, dailyRankIc } from './information-coefficient.js';
import { BASE_RATE_FLOOR, rowLogLoss, skillScore } from '../stats/log-loss.js';
import type { CohortSample, Sample } from './sample.js';
import { joinSamples } from './sample.js';
import { DEFAULT_HOLDING } from './strategy/holding-period.js';
import { holdingReturns } from './strategy/exits.js';
import { SESSIONS_PER_YEAR, activeReturns, perBar, perRootBar } from './strategy/returns.js';
import type { StrategyPath } from './strategy/sleeves.js';
import { runStrategy } from './strategy/sleeves.js';

/**
 * What the figures of a model need of one cohort: its rows as compact columns, since AUC and calibration need the
 * order of all probabilities, and a symbol's position in one cohort is sold in the next; and the holding period, which
 * is chosen on the cohort's own past.
 */
export interface ArmCohort {
  readonly sample: CohortSample;
  readonly holding: HoldingChoice;
}

/** One model on one split, prepared for figures and their bootstrap replicates. */
export interface PreparedArm {
  /** Bars that a label looks ahead. */
  readonly horizon: number;
  readonly sample: Sample;
  readonly order: ScoreOrder;
  /** All rows, by date, in the order of their probabilities. */
  readonly together: OrderedLabels;
  /** The same of the rows of each cohort. */
  readonly byCohort: readonly OrderedLabels[];
  readonly sections: readonly CrossSection[];
  readonly ic: readonly DailyCorrelation[];
  readonly rankIc: readonly DailyCorrelation[];
  readonly strategy: StrategyPath;
  /** The holding period of each cohort. */
  readonly holding: readonly HoldingChoice[];
  /** Returns above equal weight after costs, per bar and per root of a bar; see `perBar`. */
  readonly active: { readonly perBar: Float64Array; readonly perRootBar: Float64Array };
  /** The same of the returns after costs. */
  readonly net: { readonly perBar: Float64Array; readonly perRootBar: Float64Array };
  /** Bars per year. */
  readonly periodsPerYear: number;
  /** Sums per date. */
  readonly byDate: DateSums;
}

/** Sufficient statistics per date, indexed like the sample's dates. */
interface DateSums {
  readonly rows: Float64Array;
  readonly logLoss: Float64Array;
  readonly baselineLogLoss: Float64Array;
  readonly pooledLogLoss: Float64Array;
  readonly brier: Float64Array;
  readonly baselineBrier: Float64Array;
}

/** The figures that have a confidence interval. */
export interface CoreFigures {
  readonly logLoss: number | null;
  readonly baselineLogLoss: number | null;
  readonly brier: number | null;
  readonly baselineBrier: number | null;
  readonly auc: number | null;
  /** AUC of rows that are compared only with those of their cohort; see `stratifiedAuc`. */
  readonly cohortAuc: number | null;
  readonly skill: number | null;
  /** Log-loss of the pooled base rate, and the skill against it. */
  readonly pooledLogLoss: number | null;
  readonly pooledSkill: number | null;
  readonly ic: number | null;
  readonly rankIc: number | null;
  readonly netSharpe: number | null;
  readonly activePerYear: number | null;
}

/** Prepares an arm from its cohorts, in any order; those without rows do not count. */
export function armOf(parts: readonly ArmCohort[], horizon: number): PreparedArm {
  const cohorts = parts
    .filter(({ sample }) => sample.rows > 0)
    .sort((a, b) => (a.sample.cohort < b.sample.cohort ? -1 : 1));
  const sample = joinSamples(cohorts.map((cohort) => cohort.sample));
  const holding = cohorts.map((cohort) => cohort.holding);
  const sections = crossSections(sample);
  const returns = new Map(holding.map(({ bars }) => [bars, holdingReturns(sample, bars)]));
  const strategy = runStrategy(
    sample,
    sections,
    ({ row }) => holding[sample.cohort[row[0] ?? 0] ?? 0]?.bars ?? DEFAULT_HOLDING,
    (bars) => returns.get(bars) ?? holdingReturns(sample, bars),
  );
  const { bars, net } = strategy;
  const order = orderScores(sample.probability);
  const scaled = (values: Float64Array): PreparedArm['net'] => ({
    perBar: perBar({ returns: values, bars }),
    perRootBar: perRootBar({ returns: values, bars }),
  });
  return {
    horizon,
    sample,
    order,
    together: orderLabels(order, sample.label, sample.date),
    byCohort: labelsByCohort(sample, order),
    sections,
    ic: dailyIc(sections),
    rankIc: dailyRankIc(sections),
    strategy,
    holding,
    active: scaled(activeReturns(strategy)),
    net: scaled(net),
    periodsPerYear: periodsPerYear(sample.dates),
    byDate: sumByDate(sample),
  };
}

/** The rows of each cohort, in the order of all: what is tied in a cohort is tied in all. */
function labelsByCohort(
  { cohorts, cohort, probability, label, date }: Sample,
  { row }: ScoreOrder,
): OrderedLabels[] {
  const counts = new Int32Array(cohorts.length);
  for (const place of cohort) counts[place] = (counts[place] ?? 0) + 1;
  const rows = Array.from(counts, (count) => new Int32Array(count));
  counts.fill(0);
  for (const own of row) {
    const place = cohort[own] ?? 0;
    const at = counts[place] ?? 0;
    const of = rows[place];
    if (of !== undefined) of[at] = own;
    counts[place] = at + 1;
  }
  return rows.map((own) => orderLabels({ row: own, tieEnd: tieEnds(own, probability) }, label, date));
}

/** Bars per year: those of a session, as many as there are on average, times the sessions of a year. */
export function periodsPerYear(dates: readonly string[]): number {
  const sessions = new Set(dates.map((date) => date.slice(0, 10))).size;
  return sessions === 0 ? SESSIONS_PER_YEAR : (SESSIONS_PER_YEAR * dates.length) / sessions;
}

/**
 * The core figures with every date counted `weight` times; absent: once.
 *
 * @param weight One entry per date of the sample.
 */
export function coreFigures(arm: PreparedArm, weight?: Int32Array): CoreFigures {
  return {
    ...figuresByDate(arm, weight),
    auc: stratifiedAuc([arm.together], weight),
    cohortAuc: stratifiedAuc(arm.byCohort, weight),
  };
}

/** The core figures of each replicate. @param draws How often it counts each date of the sample. */
export function replicateFigures(arm: PreparedArm, draws: readonly Int32Array[]): CoreFigures[] {
  const auc = aucReplicates([arm.together], draws);
  const cohortAuc = aucReplicates(arm.byCohort, draws);
  return draws.map((weight, at) => ({
    ...figuresByDate(arm, weight),
    auc: auc[at] ?? null,
    cohortAuc: cohortAuc[at] ?? null,
  }));
}

/** The figures that follow from sums by date. */
function figuresByDate(arm: PreparedArm, weight?: Int32Array): Omit<CoreFigures, 'auc' | 'cohortAuc'> {
  const { byDate, strategy } = arm;
  const rows = weightedSum(byDate.rows, weight);
  const per = (sums: Float64Array): number | null => (rows === 0 ? null : weightedSum(sums, weight) / rows);
  const logLoss = per(byDate.logLoss);
  const baselineLogLoss = per(byDate.baselineLogLoss);
  const pooledLogLoss = per(byDate.pooledLogLoss);
  const netMean = weightedMoments(arm.net.perBar, strategy.date, weight).mean;
  const { deviation } = weightedMoments(arm.net.perRootBar, strategy.date, weight);
  const activeMean = weightedMoments(arm.active.perBar, strategy.date, weight).mean;
  return {
    logLoss,
    baselineLogLoss,
    brier: per(byDate.brier),
    baselineBrier: per(byDate.baselineBrier),
    skill: skillScore(logLoss, baselineLogLoss),
    pooledLogLoss,
    pooledSkill: skillScore(logLoss, pooledLogLoss),
    ic: weightedDaily(arm.ic, weight),
    rankIc: weightedDaily(arm.rankIc, weight),
    netSharpe:
      netMean === null || deviation === null || deviation === 0
        ? null
        : (netMean / deviation) * Math.sqrt(arm.periodsPerYear),
    activePerYear: activeMean === null ? null : activeMean * arm.periodsPerYear,
  };
}

function sumByDate(sample: Sample): DateSums {
  const column = (): Float64Array => new Float64Array(sample.dates.length);
  const sums = {
    rows: column(),
    logLoss: column(),
    baselineLogLoss: column(),
    pooledLogLoss: column(),
    brier: column(),
    baselineBrier: column(),
  };
  const add = (sum: Float64Array, date: number, value: number): void => {
    sum[date] = (sum[date] ?? 0) + value;
  };
  for (let row = 0; row < sample.rows; row += 1) {
    const date = sample.date[row] ?? 0;
    const label = sample.label[row] ?? 0;
    const probability = sample.probability[row] ?? NaN;
    const baseRate = sample.baseRate[row] ?? NaN;
    add(sums.rows, date, 1);
    add(sums.logLoss, date, rowLogLoss(probability, label));
    add(sums.baselineLogLoss, date, rowLogLoss(baseRate, label, BASE_RATE_FLOOR));
    add(sums.pooledLogLoss, date, rowLogLoss(sample.pooledRate[row] ?? NaN, label, BASE_RATE_FLOOR));
    // Brier score: mean squared difference of probability and label (Brier, 1950).
    add(sums.brier, date, square(probability - label));
    add(sums.baselineBrier, date, square(baseRate - label));
  }
  return sums;
}

function weightedSum(values: Float64Array, weight: Int32Array | undefined): number {
  let sum = 0;
  for (let date = 0; date < values.length; date += 1)
    sum += (values[date] ?? 0) * (weight === undefined ? 1 : (weight[date] ?? 0));
  return sum;
}

function weightedDaily(days: readonly DailyCorrelation[], weight: Int32Array | undefined): number | null {
  let sum = 0;
  let count = 0;
  for (const day of days) {
    const times = weight === undefined ? 1 : (weight[day.date] ?? 0);
    sum += day.value * times;
    count += times;
  }
  return count === 0 ? null : sum / count;
}

function weightedMoments(
  values: Float64Array,
  date: Int32Array,
  weight: Int32Array | undefined,
): { mean: number | null; deviation: number | null } {
  const times = (i: number): number => (weight === undefined ? 1 : (weight[date[i] ?? 0] ?? 0));
  let count = 0;
  let sum = 0;
  for (let i = 0; i < values.length; i += 1) {
    count += times(i);
    sum += (values[i] ?? 0) * times(i);
  }
  if (count < 2) return { mean: count === 0 ? null : sum, deviation: null };
  const mean = sum / count;
  let squares = 0;
  for (let i = 0; i < values.length; i += 1) squares += square((values[i] ?? 0) - mean) * times(i);
  return { mean, deviation: Math.sqrt(squares / (count - 1)) };
}
