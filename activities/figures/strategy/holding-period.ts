import { HOLDING_BARS } from '../../../data/schemas/holding-bars.js';
import type { HoldingChoice } from '../../../data/schemas/strategy-figures.js';
import { mean } from '../../stats/moments.js';
import { crossSections } from '../cross-section.js';
import type { Sample } from '../sample.js';
import { holdingReturns } from './exits.js';
import { activeReturns, perBar, times } from './returns.js';
import { runStrategy } from './sleeves.js';

/** Bars held where the past cannot choose: the reference of the measurements that the strategy is compared with. */
export const DEFAULT_HOLDING = 10;

/** Fewest dates to choose on, half a year: fewer hold too few holdings of 20 bars to compare. */
export const MIN_CHOICE_DATES = 120;

/**
 * Chooses the holding period of one cohort by the net return above equal weight on rows before its forward rows. The
 * last dates are left out: their holdings end in the forward rows.
 *
 * @param past Out-of-fold and validation rows of the cohort, all before its forward rows.
 * @param labelBars Horizon of the label, for rows without outcomes.
 */
export function chooseHolding(
  cohort: string,
  past: Sample,
  labelBars: number,
  periodsPerYear: number,
): HoldingChoice {
  if (!past.hasOutcomes)
    return {
      cohort,
      bars: labelBars,
      chosen: 'label',
      reason: 'without outcomes, the horizon of the label',
      dates: 0,
      candidates: [],
    };
  const purged = Math.max(...HOLDING_BARS) + 1;
  const dates = Math.max(0, past.dates.length - purged);
  if (dates < MIN_CHOICE_DATES)
    return {
      cohort,
      bars: DEFAULT_HOLDING,
      chosen: 'default',
      reason: `${dates} dates before the forward rows, fewer than ${MIN_CHOICE_DATES}`,
      dates,
      candidates: [],
    };
  const sections = crossSections(past).filter(({ date }) => date < dates);
  const candidates = HOLDING_BARS.map((bars) => {
    const returns = holdingReturns(past, bars);
    const path = runStrategy(
      past,
      sections,
      () => bars,
      () => returns,
    );
    const active = perBar({ returns: activeReturns(path), bars: path.bars });
    return { bars, activePerYear: times(mean(active), periodsPerYear) };
  });
  const best = candidates.reduce<(typeof candidates)[number] | undefined>(
    (leader, candidate) =>
      candidate.activePerYear !== null &&
      (leader?.activePerYear === undefined ||
        leader.activePerYear === null ||
        candidate.activePerYear > leader.activePerYear)
        ? candidate
        : leader,
    undefined,
  );
  return best === undefined
    ? {
        cohort,
        bars: DEFAULT_HOLDING,
        chosen: 'default',
        reason: 'no date before the forward rows has enough symbols',
        dates,
        candidates,
      }
    : {
        cohort,
        bars: best.bars,
        chosen: 'past',
        reason: `highest net return above equal weight on ${dates} dates before the forward rows`,
        dates,
        candidates,
      };
}
