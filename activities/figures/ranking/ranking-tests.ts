import type { StatTests } from '../../../data/schemas/metrics.js';
import { lineTests } from './line-tests.js';
import type { RankingResult } from './ranking-result.js';

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

/** Tests of the teachers' score at the headline horizon, by line and against other lines on the same dates. */
export function rankingTests(result: RankingResult): RankingTests {
  const teachers = lineTests(result, 'teacher', 'teachers');
  return {
    teacherRanks: teachers.above('The teachers rank symbols by their return', 'raw'),
    teacherRanksNeutral: teachers.above(
      'The teachers rank symbols by their return beyond what their exposures give',
      'neutral',
    ),
    placeboRanksNeutral: lineTests(result, 'placebo', 'placebo').above(
      'The placebo teachers rank symbols by their return',
      'neutral',
    ),
    permutedRanksNeutral: lineTests(result, 'permuted', 'permuted').above(
      'The teachers of permuted targets rank symbols by their return',
      'neutral',
    ),
    teacherRanksBeyondFactorSum: teachers.beyond(
      'The teachers rank better than the factor sum',
      'factorSum',
      'raw',
    ),
    teacherNeutralBeyondFactorSum: teachers.beyond(
      'The teachers rank better than the factor sum, both neutral',
      'factorSum',
      'neutral',
    ),
    teacherRanksBeatPlacebo: teachers.beyond(
      'The teachers rank better than the placebo teachers',
      'placebo',
      'raw',
    ),
    teacherNeutralBeatsPlacebo: teachers.beyond(
      'The teachers rank better than the placebo teachers, both neutral',
      'placebo',
      'neutral',
    ),
    teacherNeutralBeatsPermuted: teachers.beyond(
      'The teachers rank better than those of permuted targets, both neutral',
      'permuted',
      'neutral',
    ),
  };
}
