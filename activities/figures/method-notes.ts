import { MAX_IMPORTANCE_ROWS } from '../model/settings.js';
import { CONFIDENCE, REPLICATES } from '../stats/block-bootstrap.js';
import { BASE_RATE_FLOOR } from '../stats/log-loss.js';
import { CALIBRATION_BINS } from '../stats/reliability.js';
import { shortPercent, thousands } from '../texts/format-numbers.js';
import { MIN_SYMBOLS } from './cross-section.js';
import { DRIFT_BINS } from './drift.js';
import { MAX_DRIFT_ROWS, MIN_FORWARD_DAYS } from './measure-drift.js';
import { SESSIONS_PER_YEAR, TOP_SHARE } from './strategy.js';

/** Every number that the notes mention, from the code that uses it. */
export const NOTED_NUMBERS = {
  baseRateFloor: BASE_RATE_FLOOR,
  minSymbols: MIN_SYMBOLS,
  calibrationBins: CALIBRATION_BINS,
  topShare: TOP_SHARE,
  sessionsPerYear: SESSIONS_PER_YEAR,
  importanceRows: MAX_IMPORTANCE_ROWS,
  driftBins: DRIFT_BINS,
  driftRows: MAX_DRIFT_ROWS,
  minForwardDays: MIN_FORWARD_DAYS,
  confidence: CONFIDENCE,
  replicates: REPLICATES,
};

/** How the figures are computed, for metrics.json and summary.md: one sentence or two per method. */
export function methodNotes(numbers: Readonly<typeof NOTED_NUMBERS> = NOTED_NUMBERS): string[] {
  const { baseRateFloor, minSymbols, calibrationBins, topShare, sessionsPerYear } = numbers;
  const { importanceRows, driftBins, driftRows, minForwardDays, confidence, replicates } = numbers;
  return [
    'Figures are pooled over the rows of all windows; they are not averages of per-window figures.',
    `Log-loss is in nats. Skill is one minus the ratio of the log-loss to that of a reference on the same rows. The reference is the base_rate column: the share of ones among the training labels of the row's window, clipped so that neither label has a probability below ${baseRateFloor}.`,
    'The pooled base rate of a row is the mean base_rate over the windows of its cohort. Teachers and placebo are compared by skill against it.',
    `IC and rank IC correlate probability and forward return over the symbols of a date (for intraday bars: of a bar), on dates with at least ${minSymbols} symbols. ICIR is not annualised.`,
    `The calibration error is computed over ${calibrationBins} bins of equal count.`,
    `The strategy buys the top ${shortPercent(topShare)} of the symbols of each date, equally weighted, with an equal part of the capital (a sleeve) for each bar of the horizon, and holds them for the horizon. Costs apply to the part of a sleeve that is replaced.`,
    `Volatility and Sharpe ratio are computed from whole holdings and annualised by ${sessionsPerYear} sessions a year, without a risk-free rate. Drawdown is measured when holdings end.`,
    'Forward returns of triple-barrier labels end at the first touch; the strategy then holds cash until the horizon ends.',
    `Feature importance is the rise of a window's log-loss when the feature is shuffled among its validation rows (at most ${importanceRows} rows per window, at equal steps): mean over windows, standard error over cohorts.`,
    `Feature drift compares the forward rows with the rows that the teachers were fitted on, per cohort with at least ${minForwardDays} forward days and with at most ${thousands(driftRows)} rows on each side: the population stability index (PSI) over ${driftBins} bins of equal count of the latter, and the Kolmogorov–Smirnov distance (KS).`,
    `Confidence intervals are ${shortPercent(confidence)} intervals of a circular block bootstrap by date with ${replicates} replicates (percentile method).`,
  ];
}
