import type { EffectTest } from '../../../data/schemas/effect-tests.js';
import { seriesTest } from '../effect-test.js';
import type { DailySeries } from './daily-series.js';
import { difference } from './daily-series.js';
import type { RankingResult } from './ranking-result.js';
import { HEADLINE_HORIZON } from './ranking-result.js';

type Measure = 'raw' | 'neutral';

/** Tests of one line of the ranking figures at the headline horizon. */
export interface LineTests {
  /** That its rank IC is above zero. */
  above(claim: string, measure: Measure): EffectTest;
  /** That it is above that of another line, on the dates that both have. */
  beyond(claim: string, other: string, measure: Measure): EffectTest;
}

/** @param plural What units call the line. */
export function lineTests(result: RankingResult, line: string, plural: string): LineTests {
  const unit = (measure: Measure): string =>
    `${measure === 'raw' ? 'daily rank IC' : 'daily neutral rank IC'} at ${HEADLINE_HORIZON} bars`;
  const seriesOf = (name: string, measure: Measure): DailySeries =>
    result.headline.get(name)?.[measure] ?? new Float64Array(result.dates.length).fill(NaN);
  const rows = result.ranking.rows.find(({ name }) => name === line)?.rows ?? 0;
  return {
    above: (claim, measure) => seriesTest(claim, unit(measure), seriesOf(line, measure), rows, result.draws),
    beyond: (claim, other, measure) =>
      seriesTest(
        claim,
        `${unit(measure)}, ${plural} minus ${OTHERS[other] ?? other}`,
        difference(seriesOf(line, measure), seriesOf(other, measure)),
        rows,
        result.draws,
      ),
  };
}

/** What units call another line, where that is not its name. */
const OTHERS: Readonly<Record<string, string>> = { studentPlacebo: 'placebo' };
