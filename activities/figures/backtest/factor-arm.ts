import { crossSections } from '../cross-section.js';
import type { PreparedArm } from '../arm.js';
import { DEFAULT_HOLDING } from '../strategy/holding-period.js';
import { holdingReturns } from '../strategy/exits.js';
import type { HoldingReturns } from '../strategy/exits.js';
import { runStrategy } from '../strategy/sleeves.js';
import type { TradedArm } from './traded-arm.js';

/**
 * The strategy by another score in the place of the students': on their rows, for as many bars, so that nothing but the
 * score differs.
 *
 * @param score By row of the sample; rows without one are not traded.
 */
export function armByScore(
  { sample, holding, strategy, periodsPerYear }: PreparedArm,
  score: Float64Array,
): TradedArm {
  const known = new Map<number, HoldingReturns>();
  for (const { bars, held } of strategy.sleeves) if (!known.has(bars)) known.set(bars, scored(held, score));
  const returnsOf = (bars: number): HoldingReturns => {
    const returns = known.get(bars) ?? scored(holdingReturns(sample, bars), score);
    known.set(bars, returns);
    return returns;
  };
  return {
    sample,
    periodsPerYear,
    strategy: runStrategy(
      sample,
      crossSections({ ...sample, score }),
      ({ row }) => holding[sample.cohort[row[0] ?? 0] ?? 0]?.bars ?? DEFAULT_HOLDING,
      returnsOf,
    ),
  };
}

/** The returns, but of rows that have no score. */
function scored({ returns, atClose }: HoldingReturns, score: Float64Array): HoldingReturns {
  return { atClose, returns: returns.map((value, row) => (Number.isNaN(score[row]) ? NaN : value)) };
}
