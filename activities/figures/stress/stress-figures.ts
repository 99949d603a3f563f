import { doubles } from '../../../data/math/fill-columns.js';
import type { StressFigures } from '../../../data/schemas/stress.js';
import type { Predictions } from '../../../data/predictions/prediction.js';
import { orderScores } from '../../stats/auc.js';
import { BASE_RATE_FLOOR, rowLogLoss } from '../../stats/log-loss.js';
import { mean } from '../../stats/moments.js';
import { expectedCalibrationError, reliability } from '../../stats/reliability.js';
import type { SectionExposures } from '../../stats/neutral.js';
import type { CrossSection } from '../cross-section.js';
import { crossSections } from '../cross-section.js';
import { periodsPerYear } from '../arm.js';
import type { IndexedMarket, IndexedOutcomes } from '../market-rows.js';
import { dayIcs } from '../ranking/ranking-day.js';
import type { Sample } from '../sample.js';
import { cohortSample, joinSamples } from '../sample.js';
import { holdingReturns } from '../strategy/exits.js';
import { activeReturns, equityCurve, maxDrawdown, perBar, times } from '../strategy/returns.js';
import { runStrategy } from '../strategy/sleeves.js';

/** How rows are valued under a shock. */
export interface StressValuation {
  /** Bars that a sleeve is held. */
  readonly holding: number;
  /** What trades of these rows led to; undefined: a row's return is that of its label. */
  readonly outcomes: IndexedOutcomes | undefined;
  /** Exposures of the bars without the shock; undefined: nothing is made neutral. */
  readonly market: IndexedMarket | undefined;
  /** What costs are multiplied by. @default 1 */
  readonly dearer?: number;
}

/** Figures of rows of one cohort, all with a label. */
export function stressFigures(
  cohort: string,
  predictions: Predictions,
  rows: readonly number[],
  { holding, outcomes, market, dearer = 1 }: StressValuation,
): StressFigures {
  const sample = joinSamples([cohortSample(cohort, predictions, rows, outcomes)]);
  const sections = crossSections(sample);
  const { probability, label, baseRate } = sample;
  const over = (value: (row: number) => number): number | null => mean(doubles(sample.rows, value));
  const bins = reliability(orderScores(probability), probability, label);
  const ics = sections.map((section) => sectionIc(sample, section, market));
  const returns = holdingReturns(sample, holding);
  const path = runStrategy(
    sample,
    sections,
    () => holding,
    () => returns,
    dearer,
  );
  const { bars, net } = path;
  const curve = equityCurve({ returns: net, bars });
  return {
    baseRate: over((row) => label[row] ?? NaN),
    meanProbability: mean(probability),
    logLoss: over((row) => rowLogLoss(probability[row] ?? NaN, label[row] ?? NaN)),
    baselineLogLoss: over((row) => rowLogLoss(baseRate[row] ?? NaN, label[row] ?? NaN, BASE_RATE_FLOOR)),
    ece: expectedCalibrationError(bins),
    rankIc: mean(known(ics.map(({ raw }) => raw))),
    neutralRankIc: mean(known(ics.map(({ neutral }) => neutral))),
    activePerYear: times(mean(perBar({ returns: activeReturns(path), bars })), periodsPerYear(sample.dates)),
    worstDrawdown: curve.length === 0 ? null : maxDrawdown(curve),
    worstDay:
      curve.length === 0
        ? null
        : worstDay(
            curve,
            Array.from(path.date, (at) => sample.dates[at] ?? ''),
          ),
  };
}

/**
 * The lowest change of wealth from one session to the next, as a fraction; the wealth before the first is 1.
 *
 * @param dates Of the points of the curve.
 */
function worstDay(curve: Float64Array, dates: readonly string[]): number {
  let worst = Infinity;
  let before = 1;
  for (const [at, wealth] of curve.entries()) {
    if (dayOf(dates[at + 1]) === dayOf(dates[at])) continue;
    worst = Math.min(worst, wealth / before - 1);
    before = wealth;
  }
  return worst;
}

function dayOf(date = ''): string {
  return date.slice(0, 'YYYY-MM-DD'.length);
}

function sectionIc(
  sample: Sample,
  { date, symbol, score, forwardReturn }: CrossSection,
  market: IndexedMarket | undefined,
): { readonly raw: number; readonly neutral: number } {
  const day = sample.dates[date] ?? '';
  const names = Array.from(symbol, (place) => sample.symbols[place] ?? '');
  const line = { name: 'student', bars: 'shocked', score, returns: [forwardReturn] };
  const [ics] = dayIcs([line], market && exposuresOf(market, names, day));
  return ics?.[0] ?? { raw: NaN, neutral: NaN };
}

function exposuresOf(
  { find, exposures }: IndexedMarket,
  symbols: readonly string[],
  date: string,
): SectionExposures {
  const rows = symbols.map((symbol) => find(symbol, date) ?? -1);
  const take = (column: readonly number[]): number[] => rows.map((row) => column[row] ?? NaN);
  return {
    volatility: take(exposures.volatility),
    beta: take(exposures.beta),
    tradedValue: take(exposures.tradedValue),
    sector: rows.map((row) => exposures.sector[row] ?? null),
  };
}

function known(values: readonly number[]): number[] {
  return values.filter((value) => !Number.isNaN(value));
}
