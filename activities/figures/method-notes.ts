import { HOLDING_BARS } from '../../data/schemas/holding-bars.js';
import type { Entry } from '../../data/schemas/run-choices.js';
import { describeEntry } from '../../data/schemas/label-rule.js';
import { MAX_IMPORTANCE_ROWS } from '../model/settings.js';
import { CONFIDENCE, REPLICATES } from '../stats/block-bootstrap.js';
import { BASE_RATE_FLOOR } from '../stats/log-loss.js';
import { MIN_NEUTRAL_SYMBOLS, MIN_SECTOR_SYMBOLS } from '../stats/neutral.js';
import { CALIBRATION_BINS } from '../stats/reliability.js';
import { shortPercent, thousands } from '../texts/format-numbers.js';
import { MIN_SYMBOLS } from './cross-section.js';
import { DRIFT_BINS } from './drift.js';
import { MAX_DRIFT_ROWS, MIN_FORWARD_DAYS } from './measure-drift.js';
import { DETECTABLE_ERRORS } from './ranking/daily-series.js';
import { DEFAULT_HOLDING, MIN_CHOICE_DATES } from './strategy/holding-period.js';
import { SESSIONS_PER_YEAR } from './strategy/returns.js';
import { HELD_SHARE, ORDER_SHARE } from './strategy/sleeves.js';
import { TOP_SHARE } from './top-share.js';

/** Every number that the notes mention, from the code that uses it. */
export const NOTED_NUMBERS = {
  baseRateFloor: BASE_RATE_FLOOR,
  minSymbols: MIN_SYMBOLS,
  neutralSymbols: MIN_NEUTRAL_SYMBOLS,
  sectorSymbols: MIN_SECTOR_SYMBOLS,
  detectableErrors: DETECTABLE_ERRORS,
  calibrationBins: CALIBRATION_BINS,
  topShare: TOP_SHARE,
  heldShare: HELD_SHARE,
  holdingBars: HOLDING_BARS as readonly number[],
  defaultHolding: DEFAULT_HOLDING as number,
  choiceDates: MIN_CHOICE_DATES,
  orderShare: ORDER_SHARE,
  sessionsPerYear: SESSIONS_PER_YEAR,
  importanceRows: MAX_IMPORTANCE_ROWS,
  driftBins: DRIFT_BINS,
  driftRows: MAX_DRIFT_ROWS,
  minForwardDays: MIN_FORWARD_DAYS,
  confidence: CONFIDENCE,
  replicates: REPLICATES,
};

const CANNOT_TRADE =
  ', at which nobody can trade any more: figures that rank and strategies flatter by what a night moves';

/** How the figures are computed, for metrics.json and summary.md: one sentence or two per method. */
export function methodNotes(entry: Entry, numbers: Readonly<typeof NOTED_NUMBERS> = NOTED_NUMBERS): string[] {
  const { baseRateFloor, minSymbols, calibrationBins, topShare, sessionsPerYear } = numbers;
  const { importanceRows, driftBins, driftRows, minForwardDays, confidence, replicates } = numbers;
  const { neutralSymbols, sectorSymbols, detectableErrors, heldShare, defaultHolding } = numbers;
  const { holdingBars, choiceDates, orderShare } = numbers;
  return [
    `Returns, labels and trades start at ${describeEntry({ entry })} after the bar that a prediction is made from${entry === 'close' ? CANNOT_TRADE : ''}.`,
    'Figures are pooled over the rows of all windows; they are not averages of per-window figures.',
    `Log-loss is in nats. Skill is one minus the ratio of the log-loss to that of a reference on the same rows. The reference is the base_rate column: the share of ones among the training labels of the row's window, clipped so that neither label has a probability below ${baseRateFloor}.`,
    'The pooled base rate of a row is the mean base_rate over the windows of its cohort. Teachers and placebo are compared by skill against it.',
    'The AUC inside cohorts compares rows of the same cohort only. Rows of different cohorts have probabilities of models fitted on different pasts: where these know nothing, the AUC of all rows together is below chance. Teachers, placebo and chance are compared by the AUC inside cohorts.',
    'Log-loss, Brier score, AUC, calibration and skill are of the probability; everything that ranks the symbols of a date is of the score.',
    `IC and rank IC correlate score and forward return over the symbols of a date (for intraday bars: of a bar), on dates with at least ${minSymbols} symbols. ICIR is not annualised.`,
    `A neutral rank IC is the rank correlation of the residuals of score and return: their centred ranks, each regressed on the centred ranks of volatility, beta and traded value and on sectors (those of fewer than ${sectorSymbols} symbols are one), on dates with at least ${neutralSymbols} symbols. Returns of the ranking figures are those of outcomes.parquet, without barriers.`,
    `The least detectable IC is ${detectableErrors} standard errors: a true IC of that size would be found with the customary power at the customary level.`,
    'Simple factors are ranked on the rows of the teachers by the same code, with no training.',
    `The calibration error is computed over ${calibrationBins} bins of equal count.`,
    `The cut takes the top ${shortPercent(topShare)} of the symbols of each date by score.`,
    `The strategy buys the top ${shortPercent(heldShare)} of the symbols of each date by score (quintiles, as in the measurements that it is compared with), equally weighted, with an equal part of the capital (a sleeve) for each bar of the holding period, and sells at the entry price of the sleeve that follows. Costs apply to the part of a sleeve that is replaced, at the rates of its date.`,
    `The holding period (${holdingBars.join(', ')} bars) of a cohort is the one with the highest net return above equal weight on its own rows before the forward rows; with fewer than ${choiceDates} dates there it is ${defaultHolding} bars.`,
    'Long–short is a research figure: shares cannot be sold short over night on the NSE. Its short side is priced as single-stock futures, which not every symbol has, and without their rolls.',
    `Capacity is the capital with which no order of a sleeve exceeds ${shortPercent(orderShare)} of a session's traded value of the symbol.`,
    `Volatility and Sharpe ratio are computed from whole holdings and annualised by ${sessionsPerYear} sessions a year, without a risk-free rate. Drawdown is measured when holdings end.`,
    'Forward returns of triple-barrier labels end at the first touch. A strategy has them only where no outcomes are known; it then holds cash until the horizon ends.',
    `Feature importance is the rise of a window's log-loss when the feature is shuffled among its validation rows (at most ${importanceRows} rows per window, at equal steps): mean over windows, standard error over cohorts.`,
    `Feature drift compares the forward rows with the rows that the teachers were fitted on, per cohort with at least ${minForwardDays} forward days and with at most ${thousands(driftRows)} rows on each side: the population stability index (PSI) over ${driftBins} bins of equal count of the latter, and the Kolmogorov–Smirnov distance (KS).`,
    `Confidence intervals are ${shortPercent(confidence)} intervals of a circular block bootstrap by date with ${replicates} replicates (percentile method).`,
  ];
}
