import { doublesOf } from '../../../data/math/fill-columns.js';
import { log } from '../../../data/math/log.js';
import type { Predictions } from '../../../data/predictions/prediction.js';
import type { Fidelity } from '../../../data/schemas/metrics.js';
import { correlation, meanRanks } from '../../stats/correlation.js';
import { ratio } from '../../stats/moments.js';
import { MIN_RANKED_SYMBOLS } from '../../stats/neutral.js';
import { distinct } from '../cohorts.js';
import { rowsByDate } from './rows-by-date.js';

/** Keeps logarithms finite where a probability is rounded to 0 or 1. */
const EPSILON = 1e-7;

/** Sums over the forward rows of one cohort that have both a teacher and a student. */
export interface FidelityPart {
  readonly cohort: string;
  readonly rows: number;
  readonly kl: number;
  readonly absolute: number;
  readonly agreeing: number;
  readonly dates: number;
  readonly correlations: number;
}

/** The rows of one model in one cohort. */
interface ModelRows {
  readonly predictions: Predictions;
  readonly rows: readonly number[];
}

/** How close a cohort's student comes to its teachers, on forward rows: neither has seen them. */
export function fidelityPart(cohort: string, teacher: ModelRows, student: ModelRows): FidelityPart {
  const sums = { rows: 0, kl: 0, absolute: 0, agreeing: 0, dates: 0, correlations: 0 };
  for (const pairs of pairsByDate(teacher, student)) {
    for (const { taught, learnt } of pairs) {
      const [p, q] = [clamp(taught.probability), clamp(learnt.probability)];
      sums.rows += 1;
      sums.kl += p * log(p / q) + (1 - p) * log((1 - p) / (1 - q));
      sums.absolute += Math.abs(p - q);
      if (Math.sign(taught.score) === Math.sign(learnt.score)) sums.agreeing += 1;
    }
    if (pairs.length < MIN_RANKED_SYMBOLS) continue;
    const ranks = (of: 'taught' | 'learnt'): Float64Array =>
      meanRanks(doublesOf(pairs, (pair) => pair[of].score));
    const rho = correlation(ranks('taught'), ranks('learnt'));
    if (rho === null) continue;
    sums.dates += 1;
    sums.correlations += rho;
  }
  return { cohort, ...sums };
}

/** The means over all cohorts. @param parts Sorted by cohort. */
export function fidelityOf(parts: readonly FidelityPart[]): Fidelity {
  const sum = (of: Exclude<keyof FidelityPart, 'cohort'>): number =>
    parts.reduce((total, part) => total + part[of], 0);
  const rows = sum('rows');
  const per = (of: 'kl' | 'absolute' | 'agreeing'): number | null => ratio(sum(of), rows);
  return {
    rows,
    kl: per('kl'),
    rankCorrelation: ratio(sum('correlations'), sum('dates')),
    agreement: per('agreeing'),
    meanAbsoluteDifference: per('absolute'),
  };
}

interface Outputs {
  readonly probability: number;
  readonly score: number;
}

/** The forward rows that both have, by date and symbol. */
function pairsByDate(teacher: ModelRows, student: ModelRows): { taught: Outputs; learnt: Outputs }[][] {
  const taught = new Map(
    forwardOf(teacher).map((row) => [keyOf(teacher.predictions, row), outputsOf(teacher.predictions, row)]),
  );
  const { predictions } = student;
  const rows = forwardOf(student);
  const dates = distinct(rows.map((row) => predictions.date[row] ?? ''));
  return rowsByDate(predictions, rows, dates).map((own) =>
    own.flatMap((row) => {
      const of = taught.get(keyOf(predictions, row));
      return of === undefined ? [] : [{ taught: of, learnt: outputsOf(predictions, row) }];
    }),
  );
}

function forwardOf({ predictions, rows }: ModelRows): number[] {
  return rows.filter((row) => predictions.split[row] === 'forward');
}

function keyOf({ symbol, date }: Predictions, row: number): string {
  return `${symbol[row] ?? ''} ${date[row] ?? ''}`;
}

function outputsOf({ probability, score }: Predictions, row: number): Outputs {
  return { probability: probability[row] ?? NaN, score: score[row] ?? NaN };
}

function clamp(probability: number): number {
  return Math.min(1 - EPSILON, Math.max(EPSILON, probability));
}
