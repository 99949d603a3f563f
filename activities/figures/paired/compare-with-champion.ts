import type { Predictions } from '../../../data/predictions/prediction.js';
import type { BundleConfig } from '../../../data/schemas/bundle.js';
import type { ChampionComparison } from '../../../data/schemas/champion-comparison.js';
import type { EffectTest } from '../../../data/schemas/effect-tests.js';
import { entryChoice } from '../../../data/schemas/label-rule.js';
import { mean } from '../../stats/moments.js';
import { accuracyFigure } from '../accuracy-figure.js';
import { drawCommonDates } from '../date-draws.js';
import type { MarketRows } from '../market-rows.js';
import { indexMarket } from '../market-rows.js';
import type { PairedDays } from './paired-days.js';
import { pairedDays } from './paired-days.js';
import { pairedTests } from './paired-tests.js';

/** What a comparison needs of a bundle. */
export interface ComparedBundle {
  readonly config: Pick<
    BundleConfig,
    'interval' | 'label' | 'horizon' | 'threshold' | 'lowerBarrier' | 'entry' | 'seed'
  >;
  /** The students' predictions. */
  readonly student: Predictions;
  /** Undefined in bundles of earlier versions. */
  readonly market: MarketRows | undefined;
}

const SIDES = ['candidate', 'champion'] as const;
type Side = (typeof SIDES)[number];
type Compared = ChampionComparison['logLoss'];

const UNKNOWN: Compared = {
  candidate: null,
  champion: null,
  difference: null,
  standardError: null,
  low: null,
  high: null,
  pValue: null,
};

/**
 * Candidate and champion on the forward rows that both students predicted, paired by date: log-loss on the candidate's
 * labels, with its Diebold–Mariano test, and neutral rank IC on its outcomes. Pure: verify both bundles before. Where they predict other things, that
 * figure is null, and `reasons` say why.
 */
export function compareWithChampion(candidate: ComparedBundle, champion: ComparedBundle): ChampionComparison {
  const { interval, horizon, seed } = candidate.config;
  const reasons: string[] = [];
  if (champion.config.interval !== interval)
    return {
      ...{ rows: 0, dates: 0, first: null, last: null },
      ...{ logLoss: UNKNOWN, dieboldMariano: null, neutralIc: UNKNOWN },
      reasons: [`the champion predicts ${champion.config.interval} bars, the candidate ${interval} bars`],
    };
  const { rows, outputs } = commonRows(candidate.student, champion.student);
  const market = candidate.market && indexMarket(candidate.market);
  const days = pairedDays(SIDES, { predictions: candidate.student, rows, outputs, market });
  const draws = drawCommonDates([days.dates], { seed, horizon }, 'champion');
  const { logLoss, neutral } = pairedTests(
    { better: 'candidate', other: 'champion', subject: 'The candidate', object: 'the champion' },
    days,
    { logLoss: draws, neutral: draws },
  );
  if (rows.length === 0) reasons.push('the students predicted no common forward rows');
  const sameLabel = labelText(candidate) === labelText(champion);
  if (!sameLabel)
    reasons.push('the labels of both are not the same, so their probabilities cannot be compared');
  if (market === undefined) reasons.push("the candidate's bundle has no outcomes and exposures");
  return {
    ...{ rows: rows.length, dates: days.dates.length },
    ...{ first: days.dates[0] ?? null, last: days.dates.at(-1) ?? null },
    logLoss: sameLabel ? comparedOf(logLoss, (side) => lossOf(days, side)) : UNKNOWN,
    dieboldMariano:
      sameLabel && rows.length > 0
        ? accuracyFigure(days.logLoss.champion, days.logLoss.candidate, days.rows, horizon)
        : null,
    neutralIc: comparedOf(neutral, (side) => icOf(days, side)),
    reasons,
  };
}

/** Both students' forward rows of the same symbol and date; by the candidate's indices. */
function commonRows(
  candidate: Predictions,
  champion: Predictions,
): {
  readonly rows: number[];
  readonly outputs: Readonly<Record<Side, { readonly probability: number[]; readonly score: number[] }>>;
} {
  const known = new Map(forwardOf(champion).map((row) => [keyOf(champion, row), row]));
  const probability = new Array<number>(candidate.symbol.length).fill(NaN);
  const score = new Array<number>(candidate.symbol.length).fill(NaN);
  const taken = new Set<string>();
  const rows = forwardOf(candidate).filter((row) => {
    const key = keyOf(candidate, row);
    const other = known.get(key);
    // Where windows overlap, the first counts.
    if (other === undefined || taken.has(key)) return false;
    taken.add(key);
    probability[row] = champion.probability[other] ?? NaN;
    score[row] = champion.score[other] ?? NaN;
    return true;
  });
  return { rows, outputs: { candidate, champion: { probability, score } } };
}

function forwardOf({ split }: Predictions): number[] {
  return [...split.keys()].filter((row) => split[row] === 'forward');
}

function keyOf({ symbol, date }: Predictions, row: number): string {
  return `${symbol[row] ?? ''} ${date[row] ?? ''}`;
}

/** What a label means, as a text that is the same for the same rule. */
function labelText({ config }: ComparedBundle): string {
  const { label, horizon, threshold, lowerBarrier } = config;
  return JSON.stringify([label, horizon, threshold, lowerBarrier ?? null, entryChoice(config)]);
}

function comparedOf(test: EffectTest, figure: (side: Side) => number | null): Compared {
  const { estimate: difference, standardError, low, high, pValue } = test;
  return {
    ...{ candidate: figure('candidate'), champion: figure('champion') },
    ...{ difference, standardError, low, high, pValue },
  };
}

function lossOf({ rows, logLoss }: PairedDays<Side>, side: Side): number | null {
  const total = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);
  const count = total(rows);
  return count === 0 ? null : total(logLoss[side]) / count;
}

/** On the dates that both have. */
function icOf({ neutral }: PairedDays<Side>, side: Side): number | null {
  const other = neutral[side === 'candidate' ? 'champion' : 'candidate'];
  return mean(neutral[side].filter((value, day) => !Number.isNaN(value) && !Number.isNaN(other[day])));
}
