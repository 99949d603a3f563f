import type { PreparedArm } from '../../activities/figures/arm.js';
import { coreFigures } from '../../activities/figures/arm.js';
import { prepareArm } from '../activities/figures/prepare-arm.js';
import type { IndexedOutcomes } from '../../activities/figures/market-rows.js';
import { confidenceInterval, datesPerSession, drawDates } from '../../activities/stats/block-bootstrap.js';
import { expectedCalibrationError, reliability } from '../../activities/stats/reliability.js';
import { standardDeviation } from '../../activities/stats/moments.js';
import type { Predictions } from '../../data/predictions/prediction.js';

/** Seed of the bootstrap, the same for all models, so that differences are paired. */
export const BOOTSTRAP_SEED = 7;

/** Figures of one model with one seed on the forward rows. */
export interface ModelFigures {
  readonly logLoss: number | null;
  readonly brier: number | null;
  readonly auc: number | null;
  /** Of the score and the label's return. */
  readonly rankIc: number | null;
  readonly ece: number | null;
  /** Standard error of the log-loss by block bootstrap over dates. */
  readonly se: number | null;
  /** Return of the best tenth above equal weight, after costs, a year. */
  readonly activeNet: number | null;
  readonly interval: Readonly<Record<'logLoss' | 'auc' | 'rankIc', Interval>>;
  /** Log-loss of every replicate. */
  readonly replicates: readonly (number | null)[];
}

export interface Interval {
  readonly low: number | null;
  readonly high: number | null;
}

/** What a model's figures are computed from. */
export interface FigureOptions {
  /** Bars that a label looks ahead. */
  readonly horizon: number;
  /** Outcomes on the bars of the model; without them the strategy knows the label's return alone. */
  readonly market?: IndexedOutcomes | undefined;
  /** Whether the probabilities mean something; figures of them are null otherwise. @default true */
  readonly probabilities?: boolean;
}

/**
 * Figures of a model, computed by the pipeline's own validation.
 *
 * @param predictions Rows of the split `forward` alone, so that every model's strategy holds for the default time.
 */
export function modelFigures(
  predictions: Predictions,
  { horizon, market, probabilities = true }: FigureOptions,
): ModelFigures {
  const arm: PreparedArm = prepareArm(predictions, 'forward', horizon, market);
  const core = coreFigures(arm);
  const { dates } = arm.sample;
  const draws = drawDates(dates.length, horizon, BOOTSTRAP_SEED, 'bench', datesPerSession(dates));
  const replicates = draws.map((weight) => {
    const { logLoss, auc, rankIc } = coreFigures(arm, weight);
    return { logLoss, auc, rankIc };
  });
  const interval = (name: 'logLoss' | 'auc' | 'rankIc'): Interval =>
    confidenceInterval(replicates.map((replicate) => replicate[name]));
  const ranking = { rankIc: core.rankIc, activeNet: core.activePerYear };
  if (!probabilities)
    return {
      ...NO_PROBABILITIES,
      ...ranking,
      interval: { ...NO_PROBABILITIES.interval, rankIc: interval('rankIc') },
    };
  const losses = replicates.map(({ logLoss }) => logLoss);
  return {
    logLoss: core.logLoss,
    brier: core.brier,
    auc: core.auc,
    ece: expectedCalibrationError(reliability(arm.order, arm.sample.probability, arm.sample.label)),
    se: deviation(losses),
    ...ranking,
    interval: { logLoss: interval('logLoss'), auc: interval('auc'), rankIc: interval('rankIc') },
    replicates: losses,
  };
}

const UNKNOWN: Interval = { low: null, high: null };
const NO_PROBABILITIES = {
  ...{ logLoss: null, brier: null, auc: null, ece: null, se: null },
  interval: { logLoss: UNKNOWN, auc: UNKNOWN },
  replicates: [],
} as const;

/** A difference with its standard error. */
export interface Difference {
  readonly difference: number | null;
  readonly se: number | null;
}

/**
 * How much lower the log-loss of one model is than another's on the same rows, with the standard error of that
 * difference over the same drawn dates.
 */
export function advantage(model: ModelFigures, over: ModelFigures): Difference {
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
