import type { ModelFigures } from './quality-figures.js';
import type { NeutralIc, RankingFigures } from './quality-ranking.js';
import { meanAndDeviation, rounded } from './table.js';

/** Names of the models, in the order of the tables and of `--json`. */
export const MODELS = [
  'teacher',
  'student',
  'baseRate',
  'pooledRate',
  'lightgbmWindow',
  'lightgbmPooled',
  'logisticPooled',
  'lightgbmRank',
  'ridgeRank',
  'reversal5',
  'factorSum',
  'placebo',
] as const;
export type ModelName = (typeof MODELS)[number];

/** All figures of one model with one seed. */
export interface ModelResult {
  readonly figures: ModelFigures;
  readonly ranking: RankingFigures;
}

/** By seed; a single entry where nothing depends on the seed. */
export type ResultsByModel = Readonly<Record<ModelName, readonly ModelResult[]>>;

/** What `--json` prints of a model: means over the seeds. Probability figures of a mere score are null. */
export interface PrintedFigures {
  readonly logLoss: number | null;
  readonly brier: number | null;
  readonly auc: number | null;
  readonly rankIc: number | null;
  readonly ece: number | null;
  readonly se: number | null;
  readonly rankIcLow: number | null;
  readonly rankIcHigh: number | null;
  readonly neutral1: NeutralIc;
  readonly neutral5: RankingFigures['neutral5'];
  readonly activeNet: number | null;
}

export function printedFigures(bySeed: readonly ModelResult[]): PrintedFigures {
  const over = (value: (result: ModelResult) => number | null | undefined): number | null =>
    rounded(meanAndDeviation(bySeed.map((result) => value(result) ?? null)).mean, 6);
  const figure = (name: 'logLoss' | 'brier' | 'auc' | 'rankIc' | 'ece' | 'se' | 'activeNet'): number | null =>
    over(({ figures }) => figures[name]);
  const neutral = (name: 'neutral1' | 'neutral5'): NeutralIc => ({
    ic: over(({ ranking }) => ranking[name].ic),
    low: over(({ ranking }) => ranking[name].low),
    high: over(({ ranking }) => ranking[name].high),
  });
  const tiles = bySeed[0]?.ranking.neutral5.tiles ?? [];
  return {
    logLoss: figure('logLoss'),
    brier: figure('brier'),
    auc: figure('auc'),
    rankIc: figure('rankIc'),
    ece: figure('ece'),
    se: figure('se'),
    rankIcLow: over(({ figures }) => figures.interval.rankIc.low),
    rankIcHigh: over(({ figures }) => figures.interval.rankIc.high),
    neutral1: neutral('neutral1'),
    neutral5: {
      ...neutral('neutral5'),
      tiles: tiles.map((_, tile) => over(({ ranking }) => ranking.neutral5.tiles[tile])),
    },
    activeNet: figure('activeNet'),
  };
}
