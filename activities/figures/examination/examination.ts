import type { ChoiceReturns } from '../../../data/predictions/choice-returns.js';
import type { Examination } from '../../../data/schemas/examination.js';
import type { SharpeTest } from '../../../data/schemas/metrics.js';
import type { RankingResult } from '../ranking/ranking-result.js';
import { choiceOverfitting } from './choice-overfitting.js';
import { factorTest } from './factor-test.js';
import { trackRecord } from './track-record.js';

/** What the examination of a model is computed from. */
export interface Examined {
  /** The model, by the name of its line in the ranking figures. */
  readonly model: Examination['model'];
  /** What its forward rows gave. */
  readonly examined: Pick<Examination, 'dieboldMariano' | 'symbols'>;
  /** Bars of the label. */
  readonly horizon: number;
  readonly ranking: RankingResult;
  /** The Sharpe ratio of its strategy after costs minus equal weights. */
  readonly activeSharpe: SharpeTest;
  /** Absent where no choice was validated, and in runs of earlier versions. */
  readonly choiceReturns: ChoiceReturns | undefined;
}

/** Further tests of the model that is examined. */
export function examinationOf({
  model,
  examined,
  horizon,
  ranking,
  activeSharpe,
  choiceReturns,
}: Examined): Examination {
  return {
    model,
    dieboldMariano: examined.dieboldMariano,
    pbo: choiceOverfitting(choiceReturns, horizon),
    minTrackRecord: trackRecord(activeSharpe),
    spa: factorTest(ranking, model),
    symbols: examined.symbols,
  };
}
