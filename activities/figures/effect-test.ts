import type { EffectTest } from '../../data/schemas/effect-tests.js';
import type { Replicates } from '../stats/block-bootstrap.js';
import { confidenceInterval, pValueAboveZero, standardError } from '../stats/block-bootstrap.js';
import { mean } from '../stats/moments.js';
import type { CoreFigures } from './arm.js';
import type { MeasuredArm } from './measured-arm.js';
import type { DailySeries } from './ranking/daily-series.js';
import { replicateMeans } from './ranking/daily-series.js';

/** A one-sided test that an effect is above zero. @param replicates None: nothing is known of its luck. */
export function testOf(
  claim: string,
  unit: string,
  estimate: number | null,
  replicates: Replicates,
  extent: Pick<EffectTest, 'rows' | 'dates'>,
): EffectTest {
  return {
    claim,
    unit,
    estimate,
    standardError: replicates.length === 0 ? null : standardError(replicates),
    ...confidenceInterval(replicates),
    pValue: pValueAboveZero(estimate, replicates),
    ...extent,
  };
}

/** A test of what follows from the figures of some arms; rows are those of the first. */
export function armTest(
  claim: string,
  unit: string,
  arms: readonly MeasuredArm[],
  effect: (figures: readonly CoreFigures[]) => number | null,
): EffectTest {
  const estimate = effect(arms.map(({ core }) => core));
  const draws = arms[0]?.replicates.length ?? 0;
  const replicates = Array.from({ length: draws }, (_, draw) =>
    effect(
      arms.flatMap((arm) => {
        const figures = arm.replicates[draw];
        return figures === undefined ? [] : [figures];
      }),
    ),
  );
  return testOf(claim, unit, estimate, replicates, {
    rows: arms[0]?.rows ?? 0,
    dates: arms[0]?.dates.length ?? 0,
  });
}

/** A test that the mean of a daily series is above zero. @param draws How often each date was drawn, by replicate. */
export function seriesTest(
  claim: string,
  unit: string,
  series: DailySeries,
  rows: number,
  draws: readonly Int32Array[],
): EffectTest {
  const known = series.filter((value) => !Number.isNaN(value));
  const estimate = mean(known);
  const replicates = estimate === null ? [] : replicateMeans(series, draws);
  return testOf(claim, unit, estimate, replicates, {
    rows: estimate === null ? 0 : rows,
    dates: known.length,
  });
}

export function minus(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a - b;
}
