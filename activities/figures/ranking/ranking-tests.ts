import type { EffectTest, StatTests } from '../../../data/schemas/metrics.js';
import { confidenceInterval, pValueAboveZero, standardError } from '../../stats/block-bootstrap.js';
import { mean } from '../../stats/moments.js';
import type { DailySeries } from './daily-series.js';
import { difference, replicateMeans } from './daily-series.js';
import type { RankingResult } from './ranking-statistic.js';
import { HEADLINE_HORIZON } from './ranking-statistic.js';

type RankingTests = Pick<
  StatTests,
  | 'teacherRanks'
  | 'teacherRanksNeutral'
  | 'placeboRanksNeutral'
  | 'permutedRanksNeutral'
  | 'teacherRanksBeyondFactorSum'
  | 'teacherNeutralBeyondFactorSum'
  | 'teacherRanksBeatPlacebo'
  | 'teacherNeutralBeatsPlacebo'
  | 'teacherNeutralBeatsPermuted'
>;

type Measure = 'raw' | 'neutral';

/** Tests of the teachers' score at the headline horizon, by line and against other lines on the same dates. */
export function rankingTests(result: RankingResult): RankingTests {
  const unit = (measure: Measure): string =>
    `${measure === 'raw' ? 'daily rank IC' : 'daily neutral rank IC'} at ${HEADLINE_HORIZON} bars`;
  const seriesOf = (line: string, measure: Measure): DailySeries =>
    result.headline.get(line)?.[measure] ?? new Float64Array(result.dates.length).fill(NaN);
  const rows = (line: string): number => result.ranking.rows.find(({ name }) => name === line)?.rows ?? 0;
  const above = (claim: string, line: string, measure: Measure): EffectTest =>
    seriesTest(claim, unit(measure), seriesOf(line, measure), rows(line), result.draws);
  const beyond = (claim: string, other: string, measure: Measure): EffectTest =>
    seriesTest(
      claim,
      `${unit(measure)}, teachers minus ${other}`,
      difference(seriesOf('teacher', measure), seriesOf(other, measure)),
      rows('teacher'),
      result.draws,
    );
  return {
    teacherRanks: above('The teachers rank symbols by their return', 'teacher', 'raw'),
    teacherRanksNeutral: above(
      'The teachers rank symbols by their return beyond what their exposures give',
      'teacher',
      'neutral',
    ),
    placeboRanksNeutral: above('The placebo teachers rank symbols by their return', 'placebo', 'neutral'),
    permutedRanksNeutral: above(
      'The teachers of permuted targets rank symbols by their return',
      'permuted',
      'neutral',
    ),
    teacherRanksBeyondFactorSum: beyond('The teachers rank better than the factor sum', 'factorSum', 'raw'),
    teacherNeutralBeyondFactorSum: beyond(
      'The teachers rank better than the factor sum, both neutral',
      'factorSum',
      'neutral',
    ),
    teacherRanksBeatPlacebo: beyond('The teachers rank better than the placebo teachers', 'placebo', 'raw'),
    teacherNeutralBeatsPlacebo: beyond(
      'The teachers rank better than the placebo teachers, both neutral',
      'placebo',
      'neutral',
    ),
    teacherNeutralBeatsPermuted: beyond(
      'The teachers rank better than those of permuted targets, both neutral',
      'permuted',
      'neutral',
    ),
  };
}

/** A one-sided test that the mean of a daily series is above zero. */
function seriesTest(
  claim: string,
  unit: string,
  series: DailySeries,
  rows: number,
  draws: readonly Int32Array[],
): EffectTest {
  const known = series.filter((value) => !Number.isNaN(value));
  const estimate = mean(known);
  const replicates = estimate === null ? [] : replicateMeans(series, draws);
  return {
    claim,
    unit,
    estimate,
    standardError: replicates.length === 0 ? null : standardError(replicates),
    ...confidenceInterval(replicates),
    pValue: pValueAboveZero(estimate, replicates),
    rows: estimate === null ? 0 : rows,
    dates: known.length,
  };
}
