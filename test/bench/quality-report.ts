import type { Difference, ModelFigures } from './quality-figures.js';
import { advantage } from './quality-figures.js';
import type { ModelName, ModelResult, ResultsByModel } from './quality-models.js';
import { MODELS } from './quality-models.js';
import type { NeutralIc } from './quality-ranking.js';
import { rankAdvantage } from './quality-ranking.js';
import { decimals, meanAndDeviation, tableLines } from './table.js';

export interface QualityModels {
  readonly bySeed: ResultsByModel;
  /** Figures of the pooled base rate on the placebo's own labels, by seed. */
  readonly placeboPooledRate: readonly ModelFigures[];
}

const DESCRIPTIONS: Readonly<Record<ModelName, string>> = {
  teacher: "this pipeline's teachers",
  student: "this pipeline's students",
  baseRate: "the symbol's base rate in its window",
  pooledRate: 'one rate of all earlier labels of all symbols',
  lightgbmWindow: "LightGBM on the window alone: 100 trees, the library's defaults",
  lightgbmPooled: 'LightGBM on all earlier bars of all symbols: 300 shallow trees, slow, subsampled',
  logisticPooled: 'logistic regression on all earlier bars of all symbols',
  lightgbmRank: 'LightGBM on the neutral target at 5 bars of all earlier rows: 120 trees of depth 3',
  ridgeRank: 'ridge regression on the same target and rows',
  reversal5: 'minus the return of the last 5 bars, no training',
  factorSum: 'equal-weight sum of three reversals and momentum, no training',
  placebo: 'the teachers on bars resampled at random, measured on the labels of those bars',
};

/** The whole report, line by line. */
export function qualityReport(rows: number, models: QualityModels, seeds: number): string[] {
  const { bySeed } = models;
  const table = (head: readonly string[], line: (name: ModelName) => readonly string[]): string[] =>
    tableLines([['model', ...head], ...MODELS.map((name) => [name, ...line(name)])]);
  return [
    '',
    `Forward figures on ${rows} rows, the same for every model except for the placebo; mean ± sd over ${seeds} seed${seeds === 1 ? '' : 's'}.`,
    '',
    ...table(['log-loss', 'se', 'Brier', 'AUC', 'ECE', 'rank IC', 'active net'], (name) => [
      spread(bySeed[name], 'logLoss'),
      decimals(meanAndDeviation(bySeed[name].map(({ figures }) => figures.se)).mean, 4),
      spread(bySeed[name], 'brier'),
      spread(bySeed[name], 'auc'),
      spread(bySeed[name], 'ece'),
      spread(bySeed[name], 'rankIc'),
      spread(bySeed[name], 'activeNet', 3),
    ]),
    '',
    '95 % confidence intervals (block bootstrap by date; first seed)',
    ...table(['log-loss', 'AUC', 'rank IC'], (name) => intervals(bySeed[name][0])),
    '',
    'Rank IC free of sector, beta, volatility and traded value, with 95 % intervals (first seed)',
    ...table(['1 bar', 'interval', '5 bars', 'interval', 'by cohort at 5 bars'], (name) =>
      neutral(bySeed[name][0]),
    ),
    '',
    'How much better the teacher is, with the standard error of the difference (first seed)',
    ...table(['log-loss', 'se', 'rank IC 5', 'se', 'neutral 5', 'se'], (name) => gains(name, bySeed)),
    '',
    ...skillLines(models),
    '',
    ...Object.entries(DESCRIPTIONS).map(([name, text]) => `${name.padEnd(14)}  ${text}`),
    'se: standard error by block bootstrap over dates; differences are of the same draws of dates, log-loss of the',
    'model less that of the teacher, rank IC of the teacher less that of the model. active net: return a year of the',
    'best tenth above equal weight, after costs, held for 10 bars by every model. Models without a score rank by',
    'their probability.',
  ];
}

function spread(
  bySeed: readonly ModelResult[],
  name: 'logLoss' | 'brier' | 'auc' | 'rankIc' | 'ece' | 'activeNet',
  places = 4,
): string {
  const { mean, deviation } = meanAndDeviation(bySeed.map(({ figures }) => figures[name]));
  const text = decimals(mean, places);
  return deviation === null ? text : `${text} ± ${decimals(deviation, places)}`;
}

function intervals(result: ModelResult | undefined): string[] {
  return (['logLoss', 'auc', 'rankIc'] as const).map((name) => {
    const { low = null, high = null } = result?.figures.interval[name] ?? {};
    return `${decimals(low, 4)} … ${decimals(high, 4)}`;
  });
}

function neutral(result: ModelResult | undefined): string[] {
  if (result === undefined) return [];
  const { neutral1, neutral5 } = result.ranking;
  const cells = ({ ic, low, high }: NeutralIc): string[] => [
    decimals(ic, 4),
    `${decimals(low, 4)} … ${decimals(high, 4)}`,
  ];
  return [
    ...cells(neutral1),
    ...cells(neutral5),
    neutral5.tiles.map((tile) => decimals(tile, 3).padStart(6)).join(' '),
  ];
}

function gains(name: ModelName, bySeed: ResultsByModel): string[] {
  const [teacher] = bySeed.teacher;
  const [model] = bySeed[name];
  if (name === 'teacher' || name === 'placebo' || teacher === undefined || model === undefined)
    return Array.from({ length: 6 }, () => '');
  return [
    advantage(teacher.figures, model.figures),
    rankAdvantage(teacher.ranking, model.ranking, 'raw'),
    rankAdvantage(teacher.ranking, model.ranking, 'neutral'),
  ].flatMap(({ difference, se }: Difference) => [decimals(difference, 4), decimals(se, 4)]);
}

/** Skill: the share of a baseline's log-loss that a model saves. */
function skillLines({ bySeed, placeboPooledRate }: QualityModels): string[] {
  const figuresOf = (name: ModelName): ModelFigures[] => bySeed[name].map(({ figures }) => figures);
  const skill = (models: readonly ModelFigures[], baselines: readonly ModelFigures[]): string => {
    const values = models.map(({ logLoss }, seed) => {
      const base = (baselines[seed] ?? baselines[0])?.logLoss ?? null;
      return logLoss === null || base === null ? null : 100 * (1 - logLoss / base);
    });
    const { mean, deviation } = meanAndDeviation(values);
    return `${decimals(mean, 2)} %${deviation === null ? '' : ` ± ${decimals(deviation, 2)}`}`;
  };
  const teacher = figuresOf('teacher');
  return [
    `Teacher's log-loss below the symbol's base rate in its window: ${skill(teacher, figuresOf('baseRate'))}`,
    `Teacher's log-loss below the pooled base rate:                 ${skill(teacher, figuresOf('pooledRate'))}`,
    `Placebo's log-loss below the pooled base rate of its labels:   ${skill(figuresOf('placebo'), placeboPooledRate)}`,
  ];
}
