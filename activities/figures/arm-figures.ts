import type { ArmFigures } from '../../data/schemas/metrics.js';
import type { PreparedArm, CoreFigures } from './arm.js';
import { coreFigures } from './arm.js';
import { areaUnderRoc, orderScores } from '../stats/auc.js';
import { confidenceInterval } from '../stats/block-bootstrap.js';
import { expectedCalibrationError, reliability } from '../stats/reliability.js';
import { summariseIc } from './information-coefficient.js';
import { ratio } from '../stats/moments.js';
import { atEvenProbability, atTopShare } from './precision-recall.js';
import { strategyFigures } from './strategy/strategy-figures.js';

/**
 * All figures of one model on one split.
 *
 * @param replicates Core figures of every bootstrap replicate; empty: no confidence intervals.
 */
export function armFigures(arm: PreparedArm, replicates: readonly CoreFigures[]): ArmFigures {
  const { sample } = arm;
  const core = coreFigures(arm);
  const positives = sample.label.reduce((sum, label) => sum + label, 0);
  const bins = reliability(arm.order, sample.probability, sample.label);
  const intervalOf = (figure: keyof CoreFigures): { low: number | null; high: number | null } =>
    confidenceInterval(replicates.map((replicate) => replicate[figure]));
  return {
    rows: sample.rows,
    symbols: sample.symbols.length,
    dates: sample.dates.length,
    first: sample.dates[0] ?? null,
    last: sample.dates.at(-1) ?? null,
    positives,
    baseRate: ratio(positives, sample.rows),
    logLoss: core.logLoss,
    brier: core.brier,
    auc: core.auc,
    cohortAuc: core.cohortAuc,
    skill: core.skill,
    baseline: {
      logLoss: core.baselineLogLoss,
      brier: core.baselineBrier,
      auc: areaUnderRoc(orderScores(sample.baseRate), sample.label),
    },
    pooledRate: { logLoss: core.pooledLogLoss, skill: core.pooledSkill },
    ic: summariseIc(arm.ic),
    rankIc: summariseIc(arm.rankIc),
    calibration: { ece: expectedCalibrationError(bins), bins },
    cuts: [atEvenProbability(sample), atTopShare(sample, arm.sections)],
    strategy: strategyFigures(arm.strategy, arm.holding, sample.hasOutcomes, arm.periodsPerYear),
    confidence: {
      logLoss: intervalOf('logLoss'),
      brier: intervalOf('brier'),
      auc: intervalOf('auc'),
      cohortAuc: intervalOf('cohortAuc'),
      skill: intervalOf('skill'),
      pooledSkill: intervalOf('pooledSkill'),
      ic: intervalOf('ic'),
      rankIc: intervalOf('rankIc'),
      netSharpe: intervalOf('netSharpe'),
      activePerYear: intervalOf('activePerYear'),
    },
  };
}
