import { effectTestSchema, pairedTestsSchema, sharpeTestSchema } from './effect-tests.js';

/** Tests in stat_tests.json of the model that a promotion puts into use: the student. */
export const studentTests = {
  studentBeatsBaseRate: effectTestSchema,
  studentBeatsPooledRate: effectTestSchema,
  /** Against the students of the placebo's teachers, on labels of their own. */
  studentBeatsPlacebo: effectTestSchema,
  studentAucBeatsChance: effectTestSchema,
  studentAucBeatsPlacebo: effectTestSchema,
  /** Should fail. */
  studentPlaceboBeatsPooledRate: effectTestSchema,
  /** Daily rank ICs at 5 bars, raw and neutral. */
  studentRanks: effectTestSchema,
  studentRanksNeutral: effectTestSchema,
  /** Should fail. */
  studentPlaceboRanksNeutral: effectTestSchema,
  studentRanksBeyondFactorSum: effectTestSchema,
  studentNeutralBeyondFactorSum: effectTestSchema,
  studentNeutralBeatsPlacebo: effectTestSchema,
  studentNeutralBeatsPermuted: effectTestSchema,
  /** Above zero: the student is better than its teachers. */
  studentLessTeacher: pairedTestsSchema,
  /** What the teachers are worth: the student of soft labels less that of the labels alone. */
  softBeatsHard: pairedTestsSchema,
  /** The student with rewards as weights less the one without. */
  rewardBeatsPlain: pairedTestsSchema,
  /** Return of the student's strategy after costs minus that of equal weights, a year. */
  studentBeatsEqualWeight: effectTestSchema,
  studentNetSharpe: sharpeTestSchema,
  /** Of the return after costs minus that of equal weights. */
  studentActiveSharpe: sharpeTestSchema,
} as const;
