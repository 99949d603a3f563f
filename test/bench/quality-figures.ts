import type { PreparedArm } from '../../activities/figures/arm.js';
import { coreFigures } from '../../activities/figures/arm.js';
import { prepareArm } from '../../activities/figures/arm-statistic.js';
import { confidenceInterval, drawDates } from '../../activities/stats/block-bootstrap.js';
import { expectedCalibrationError, reliability } from '../../activities/stats/reliability.js';
import { standardDeviation } from '../../activities/stats/moments.js';
import type { Predictions } from '../../data/predictions/prediction.js';
import { meanAndDeviation, rounded } from './table.js';

/** Seed of the bootstrap, the same for all models, so that differences are paired. */
const BOOTSTRAP_SEED = 7;

/** Figures of one model with one seed on the forward rows. */
export interface ModelFigures {
  readonly logLoss: number | null;
  readonly brier: number | null;
  readonly auc: number | null;
  readonly rankIc: number | null;
  readonly ece: number | null;
  /** Standard error of the log-loss by block bootstrap over dates. */
  readonly se: number | null;
  readonly interval: Readonly<Record<'logLoss' | 'auc' | 'rankIc', Interval>>;
  /** Log-loss of every replicate. */
  readonly replicates: readonly (number | null)[];
}

interface Interval {
  readonly low: number | null;
  readonly high: number | null;
}

/** Names and order of the figures in `--json`. */
export const FIGURES = ['logLoss', 'brier', 'auc', 'rankIc', 'ece', 'se'] as const;
export type FigureName = (typeof FIGURES)[number];

/**
 * Figures of a model, computed by the pipeline's own validation.
 *
 * @param predictions Rows of the split `forward` alone.
 */
export function modelFigures(predictions: Predictions, horizon: number): ModelFigures {
  const arm: PreparedArm = prepareArm(predictions, 'forward', horizon);
  const core = coreFigures(arm);
  const draws = drawDates(arm.sample.dates.length, horizon, BOOTSTRAP_SEED, 'bench');
  const replicates = draws.map((weight) => coreFigures(arm, weight));
  const interval = (name: 'logLoss' | 'auc' | 'rankIc'): Interval =>
    confidenceInterval(replicates.map((replicate) => replicate[name]));
  const losses = replicates.map(({ logLoss }) => logLoss);
  return {
    logLoss: core.logLoss,
    brier: core.brier,
    auc: core.auc,
    rankIc: core.rankIc,
    ece: expectedCalibrationError(reliability(arm.order, arm.sample.probability, arm.sample.label)),
    se: deviation(losses),
    interval: { logLoss: interval('logLoss'), auc: interval('auc'), rankIc: interval('rankIc') },
    replicates: losses,
  };
}

/** Mean over the seeds of every figure. */
export function meanFigures(bySeed: readonly ModelFigures[]): Record<FigureName, number | null> {
  const mean = (name: FigureName): number | null =>
    rounded(meanAndDeviation(bySeed.map((figures) => figures[name])).mean, 6);
  return {
    logLoss: mean('logLoss'),
    brier: mean('brier'),
    auc: mean('auc'),
    rankIc: mean('rankIc'),
    ece: mean('ece'),
    se: mean('se'),
  };
}

/**
 * How much lower the log-loss of one model is than another's on the same rows, with the standard error of that
 * difference over the same drawn dates.
 */
export function advantage(
  model: ModelFigures,
  over: ModelFigures,
): { readonly difference: number | null; readonly se: number | null } {
  if (model.logLoss === null || over.logLoss === null) return { difference: null, se: null };
  const differences = model.replicates.map((own, i) => {
    const other = over.replicates[i] ?? null;
    return own === null || other === null ? null : other - own;
  });
  return { difference: over.logLoss - model.logLoss, se: deviation(differences) };
}

function deviation(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : standardDeviation(known, 1);
}
