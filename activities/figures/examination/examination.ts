import type { ChoiceReturns } from '../../../data/predictions/choice-returns.js';
import type { Examination } from '../../../data/schemas/examination.js';
import type { SharpeTest } from '../../../data/schemas/metrics.js';
import type { PreparedArm } from '../arm.js';
import type { RankingResult } from '../ranking/ranking-statistic.js';
import { accuracyTests } from './accuracy-tests.js';
import { choiceOverfitting } from './choice-overfitting.js';
import { factorTest } from './factor-test.js';
import { symbolTests } from './symbol-tests.js';
import { trackRecord } from './track-record.js';

/** What the examination of a model is computed from. */
export interface Examined {
  /** The model, by the name of its line in the ranking figures. */
  readonly model: Examination['model'];
  /** Its forward rows. */
  readonly arm: PreparedArm;
  readonly ranking: RankingResult;
  /** The Sharpe ratio of its strategy after costs minus equal weights. */
  readonly activeSharpe: SharpeTest;
  /** Absent where no choice was validated, and in runs of earlier versions. */
  readonly choiceReturns: ChoiceReturns | undefined;
}

/** Further tests of the model that is examined. */
export function examinationOf({ model, arm, ranking, activeSharpe, choiceReturns }: Examined): Examination {
  return {
    model,
    dieboldMariano: accuracyTests(arm),
    pbo: choiceOverfitting(choiceReturns, arm.horizon),
    minTrackRecord: trackRecord(activeSharpe),
    spa: factorTest(ranking, model),
    symbols: symbolTests(arm),
  };
}
