import type { ModelFigures } from './quality-figures.js';
import { advantage } from './quality-figures.js';
import { decimals, meanAndDeviation, tableLines } from './table.js';

/** Names of the models, in the order of the table and of `--json`. */
export type ModelName =
  'teacher' | 'baseRate' | 'pooledRate' | 'lightgbmWindow' | 'lightgbmPooled' | 'logisticPooled' | 'placebo';

export interface QualityModels {
  /** A single entry where nothing depends on the seed. */
  readonly bySeed: Readonly<Record<ModelName, readonly ModelFigures[]>>;
  /** Figures of the pooled base rate on the placebo's own labels, by seed. */
  readonly placeboPooledRate: readonly ModelFigures[];
}

const DESCRIPTIONS: Readonly<Record<ModelName, string>> = {
  teacher: "this pipeline's teachers",
  baseRate: "the symbol's base rate in its window",
  pooledRate: 'one rate of all earlier labels of all symbols',
  lightgbmWindow: "LightGBM on the window alone: 100 trees, the library's defaults",
  lightgbmPooled: 'LightGBM on all earlier bars of all symbols: 300 shallow trees, slow, subsampled',
  logisticPooled: 'logistic regression on all earlier bars of all symbols',
  placebo: 'the teachers on bars resampled at random, measured on the labels of those bars',
};

/** The whole report, line by line. */
export function qualityReport(rows: number, models: QualityModels, seeds: number): string[] {
  const named = Object.entries(models.bySeed);
  return [
    '',
    `Forward figures on ${rows} rows, the same for every model except for the placebo; mean ± sd over ${seeds} seed${seeds === 1 ? '' : 's'}.`,
    '',
    ...tableLines([
      ['model', 'log-loss', 'se', 'Brier', 'AUC', 'rank IC', 'ECE'],
      ...named.map(([name, bySeed]) => [
        name,
        spread(bySeed, 'logLoss'),
        decimals(meanAndDeviation(bySeed.map(({ se }) => se)).mean, 4),
        spread(bySeed, 'brier'),
        spread(bySeed, 'auc'),
        spread(bySeed, 'rankIc'),
        spread(bySeed, 'ece'),
      ]),
    ]),
    '',
    '95 % confidence intervals (block bootstrap by date; first seed)',
    ...tableLines([
      ['model', 'log-loss', 'AUC', 'rank IC', 'teacher better by', 'its se'],
      ...named.map(([name, [first]]) => [name, ...intervals(first), ...gain(name, models, first)]),
    ]),
    '',
    ...skillLines(models),
    '',
    ...Object.entries(DESCRIPTIONS).map(([name, text]) => `${name.padEnd(14)}  ${text}`),
    'se: standard error of the log-loss by block bootstrap over dates. The last two columns are paired: log-loss',
    'of the model less that of the teacher, on the same draws of dates.',
  ];
}

function spread(
  bySeed: readonly ModelFigures[],
  name: 'logLoss' | 'brier' | 'auc' | 'rankIc' | 'ece',
): string {
  const { mean, deviation } = meanAndDeviation(bySeed.map((figures) => figures[name]));
  const text = decimals(mean, 4);
  return deviation === null ? text : `${text} ± ${decimals(deviation, 4)}`;
}

function intervals(figures: ModelFigures | undefined): string[] {
  return (['logLoss', 'auc', 'rankIc'] as const).map((name) => {
    const { low = null, high = null } = figures?.interval[name] ?? {};
    return `${decimals(low, 4)} … ${decimals(high, 4)}`;
  });
}

function gain(name: string, { bySeed }: QualityModels, figures: ModelFigures | undefined): string[] {
  const [teacher] = bySeed.teacher;
  if (name === 'teacher' || name === 'placebo' || teacher === undefined || figures === undefined)
    return ['', ''];
  const { difference, se } = advantage(teacher, figures);
  return [decimals(difference, 4), decimals(se, 4)];
}

/** Skill: the share of a baseline's log-loss that a model saves. */
function skillLines({ bySeed, placeboPooledRate }: QualityModels): string[] {
  const skill = (models: readonly ModelFigures[], baselines: readonly ModelFigures[]): string => {
    const values = models.map(({ logLoss }, seed) => {
      const base = (baselines[seed] ?? baselines[0])?.logLoss ?? null;
      return logLoss === null || base === null ? null : 100 * (1 - logLoss / base);
    });
    const { mean, deviation } = meanAndDeviation(values);
    return `${decimals(mean, 2)} %${deviation === null ? '' : ` ± ${decimals(deviation, 2)}`}`;
  };
  return [
    `Teacher's log-loss below the symbol's base rate in its window: ${skill(bySeed.teacher, bySeed.baseRate)}`,
    `Teacher's log-loss below the pooled base rate:                 ${skill(bySeed.teacher, bySeed.pooledRate)}`,
    `Placebo's log-loss below the pooled base rate of its labels:   ${skill(bySeed.placebo, placeboPooledRate)}`,
  ];
}
