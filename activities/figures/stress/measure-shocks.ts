import type { OutcomeRows } from '../../../data/predictions/outcomes.js';
import type { Predictions } from '../../../data/predictions/prediction.js';
import type { StressRows } from '../../../data/predictions/stress-rows.js';
import { UNKNOWN_LABEL, emptyStressRows } from '../../../data/predictions/stress-rows.js';
import { takeRows } from '../../../data/predictions/parquet.js';
import type { FigureOptions } from '../../../data/schemas/metrics.js';
import type { Interval } from '../../../data/schemas/run-choices.js';
import type { BarShock } from '../../../data/schemas/shock-ids.js';
import { SHOCK_IDS } from '../../../data/schemas/shock-ids.js';
import type { HoldingChoice } from '../../../data/schemas/strategy-figures.js';
import type { StressFigures, StressShock, StressTests } from '../../../data/schemas/stress.js';
import type { ShockPlan } from '../../market/shocks/shock-plan.js';
import { isDuring, isHit, planShocks } from '../../market/shocks/shock-plan.js';
import { intervalOf, stressedRows } from '../../market/shocks/stressed-rows.js';
import { mean } from '../../stats/moments.js';
import type { PredictionSets } from '../figure-rows.js';
import type { IndexedOutcomes } from '../market-rows.js';
import { findRowOf, indexMarket } from '../market-rows.js';
import { DEFAULT_HOLDING } from '../strategy/holding-period.js';
import { SHOCKS, judgeShock } from './shock-catalogue.js';
import type { StressValuation } from './stress-figures.js';
import { stressFigures } from './stress-figures.js';

/** Costs of the shock that changes costs alone. */
const DEARER = 3;

const NO_FIGURES: StressFigures = {
  baseRate: null,
  meanProbability: null,
  logLoss: null,
  baselineLogLoss: null,
  ece: null,
  rankIc: null,
  neutralRankIc: null,
  activePerYear: null,
  worstDrawdown: null,
  worstDay: null,
};

/**
 * What the shocks do to the newest student that has enough forward rows, each with its limit and verdict. Sleeves are held
 * as long as the strategy of the student holds them, with and without a shock; without outcomes, returns are those of the
 * labels.
 *
 * @param holdings The holding period of each cohort.
 */
export function measureShocks(
  { student, market, stress = emptyStressRows() }: Pick<PredictionSets, 'student' | 'market' | 'stress'>,
  { seed }: Pick<FigureOptions, 'seed'>,
  holdings: readonly HoldingChoice[],
): Omit<StressTests, 'events'> {
  const stressed = stressedRows(student);
  if (stressed === undefined)
    return {
      ...{ cohort: null, interval: null, sessions: 0, holdingBars: null, unshocked: null },
      shocks: SHOCK_IDS.map((id) => unmeasured(id, intervalOf(student), NO_STUDENT)),
    };
  const { cohort, interval } = stressed;
  const holding = holdings.find((choice) => choice.cohort === cohort)?.bars ?? DEFAULT_HOLDING;
  const indexed = market && indexMarket(market);
  const base = takeRows(student, stressed.rows);
  const sectors = new Map<string, string | null>();
  for (const [row, symbol] of (market?.exposures.symbol ?? []).entries())
    sectors.set(symbol, market?.exposures.sector[row] ?? null);
  const sectorOf = (symbol: string): string | null => sectors.get(symbol) ?? null;
  const plans = planShocks({ ...stressed, sectorOf, seed });
  const valued = { holding, market: indexed, outcomes: indexed };
  const all = [...base.symbol.keys()];
  const unshocked = stressFigures(cohort, base, all, valued);
  const places = placesByShock(stress);
  return {
    ...{ cohort, interval, sessions: stressed.sessions.length, holdingBars: holding, unshocked },
    shocks: SHOCK_IDS.map((id): StressShock => {
      if (id === 'costs3') {
        const figures = stressFigures(cohort, base, all, { ...valued, dearer: DEARER });
        const counts = { ...NO_ROWS, rows: all.length, figures };
        return {
          id,
          what: SHOCKS[id].what(interval),
          ...counts,
          ...judgeShock(id, { ...counts, unshocked }),
        };
      }
      const plan = plans.get(id);
      if (plan === undefined) return unmeasured(id, interval, 'no symbol has a known sector');
      const own = places.get(id);
      if (own === undefined) return unmeasured(id, interval, 'nothing was predicted on shocked bars');
      const hit = (symbol: string): boolean => isHit(plan, symbol, sectorOf(symbol));
      const measured = measureShock(cohort, base, stress, own, plan, hit, valued);
      return {
        id,
        what: SHOCKS[id].what(interval),
        ...measured,
        ...judgeShock(id, { ...measured, unshocked }),
      };
    }),
  };
}

const NO_STUDENT = 'no student has enough forward sessions with enough symbols to rank';
const NO_ROWS = {
  rows: 0,
  missing: 0,
  unlabelled: 0,
  withoutFeed: 0,
  predictedWithoutFeed: 0,
  changeOfOthers: null,
};

function unmeasured(id: StressShock['id'], interval: Interval, because: string): StressShock {
  const { limits, why, what } = SHOCKS[id];
  const texts = limits.flatMap(({ text }) => (text === null ? [] : [text]));
  const limit = texts.length === 0 ? null : texts.join('; ');
  return {
    ...{ id, what: what(interval), ...NO_ROWS, figures: NO_FIGURES, limit, why },
    ...{ verdict: 'not enough data', because },
  };
}

/** Shocks that take bars away. */
const TAKES_BARS: ReadonlySet<BarShock> = new Set(['missing_feed', 'sector_out', 'symbols_gone']);

type Measured = Omit<StressShock, 'id' | 'what' | 'limit' | 'why' | 'verdict' | 'because'>;

function measureShock(
  cohort: string,
  base: Predictions,
  stress: StressRows,
  places: readonly number[],
  plan: ShockPlan,
  hit: (symbol: string) => boolean,
  valued: StressValuation,
): Measured {
  const rowOf = new Map(base.symbol.map((symbol, row) => [keyOf(symbol, base.date[row]), row]));
  const taken = (symbol: string, date: string): boolean =>
    TAKES_BARS.has(plan.id) && hit(symbol) && isDuring(plan, date);
  const symbol = places.map((place) => stress.symbol[place] ?? '');
  const date = places.map((place) => stress.date[place] ?? '');
  const label = places.map((place) => stress.label[place] ?? NaN);
  const probability = places.map((place) => stress.probability[place] ?? NaN);
  const others = symbol.flatMap((name, at) => {
    const row = rowOf.get(keyOf(name, date[at]));
    return row === undefined || hit(name)
      ? []
      : [Math.abs((probability[at] ?? NaN) - (base.probability[row] ?? NaN))];
  });
  const predictions: Predictions = {
    symbol,
    date,
    window: symbol.map((name) => `${name}_${cohort}`),
    model: symbol.map(() => 'student'),
    split: symbol.map(() => 'forward'),
    probability,
    score: places.map((place) => stress.score[place] ?? NaN),
    label,
    forwardReturn: places.map((place) => stress.forwardReturn[place] ?? NaN),
    baseRate: places.map((place) => stress.baseRate[place] ?? NaN),
  };
  const predicted = new Set(symbol.map((name, at) => keyOf(name, date[at])));
  const labelled = [...symbol.keys()].filter((at) => label[at] !== UNKNOWN_LABEL);
  return {
    rows: places.length,
    missing: base.symbol.filter((name, row) => !predicted.has(keyOf(name, base.date[row]))).length,
    unlabelled: places.length - labelled.length,
    withoutFeed: base.symbol.filter((name, row) => taken(name, base.date[row] ?? '')).length,
    predictedWithoutFeed: symbol.filter((name, at) => taken(name, date[at] ?? '')).length,
    changeOfOthers: mean(others),
    figures: stressFigures(cohort, predictions, labelled, {
      ...valued,
      // Where trades are valued by labels without the shock, so are they with it.
      outcomes: valued.outcomes && shockedOutcomes(stress, places),
    }),
  };
}

/** What trades on the shocked bars led to. */
function shockedOutcomes(stress: StressRows, places: readonly number[]): IndexedOutcomes {
  const outcomes: OutcomeRows = {
    symbol: places.map((place) => stress.symbol[place] ?? ''),
    date: places.map((place) => stress.date[place] ?? ''),
    entryDate: places.map((place) => stress.entryDate[place] ?? ''),
    entryPrice: places.map((place) => stress.entryPrice[place] ?? NaN),
    returns: stress.returns.map((column) => places.map((place) => column[place] ?? NaN)),
  };
  return { find: findRowOf(outcomes), outcomes, tradedValue: undefined };
}

function keyOf(symbol: string, date = ''): string {
  return `${symbol} ${date}`;
}

/** Places of the rows of each shock that has any. */
function placesByShock({ shock }: StressRows): ReadonlyMap<BarShock, readonly number[]> {
  const places = new Map<BarShock, number[]>();
  for (const [place, id] of shock.entries()) {
    const own = places.get(id);
    if (own === undefined) places.set(id, [place]);
    else own.push(place);
  }
  return places;
}
