import type { HoldingChoice, StrategyFigures } from '../../../data/schemas/strategy-figures.js';
import { mean, quantile, ratio, standardDeviation } from '../../stats/moments.js';
import { activeReturns, perBar, perRootBar, returnFigures, times } from './returns.js';
import type { StrategyPath } from './sleeves.js';
import { HELD_SHARE } from './sleeves.js';

/**
 * Figures of a strategy.
 *
 * @param holding The holding period of each cohort.
 * @param periodsPerYear Bars per year.
 */
export function strategyFigures(
  path: StrategyPath,
  holding: readonly HoldingChoice[],
  hasOutcomes: boolean,
  periodsPerYear: number,
): StrategyFigures {
  const { bars, gross, net, equalWeight, turnover, traded, capacity, longShort, longShortNet } = path;
  const yearly = (returns: Float64Array): number | null =>
    times(mean(perBar({ returns, bars })), periodsPerYear);
  const less = (a: Float64Array, b: Float64Array): Float64Array => a.map((value, i) => value - (b[i] ?? 0));
  const active = activeReturns(path);
  const activeRisk = times(
    standardDeviation(perRootBar({ returns: active, bars }), 1),
    Math.sqrt(periodsPerYear),
  );
  const costPerYear = yearly(less(gross, net));
  const tradedPerYear = yearly(traded);
  const grossActive = yearly(less(gross, equalWeight));
  const inBps = (value: number | null): number | null => times(ratio(value, tradedPerYear), 10_000);
  const known = capacity.filter((value) => !Number.isNaN(value)).sort();
  const limit = (share: number): number | null => (known.length === 0 ? null : quantile(known, share));
  return {
    execution: hasOutcomes ? 'entry to entry' : 'label',
    topShare: HELD_SHARE,
    holding: [...holding],
    holdings: net.length,
    soldAtClose: path.atClose.reduce((sum, count) => sum + count, 0),
    symbolsHeld: mean(path.holdings),
    net: returnFigures({ returns: net, bars }, periodsPerYear),
    gross: returnFigures({ returns: gross, bars }, periodsPerYear),
    equalWeight: returnFigures({ returns: equalWeight, bars }, periodsPerYear),
    active: {
      meanPerYear: yearly(active),
      grossPerYear: grossActive,
      informationRatio: ratio(yearly(active), activeRisk),
    },
    turnoverPerYear: yearly(turnover),
    costPerYear,
    breakEvenBps: inBps(grossActive),
    chargedBps: inBps(costPerYear),
    capacity: { median: limit(0.5), lowestTenth: limit(0.1) },
    longShort: {
      grossPerYear: yearly(longShort),
      netPerYear: yearly(longShortNet),
      sharpe: returnFigures({ returns: longShortNet, bars }, periodsPerYear).sharpe,
      costPerYear: yearly(less(longShort, longShortNet)),
    },
  };
}
