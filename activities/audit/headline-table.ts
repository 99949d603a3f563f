import type { ArmFigures } from '../../data/schemas/metrics.js';
import type { RankIcFigure } from '../../data/schemas/ranking-figures.js';
import { fixed, range } from '../texts/format-numbers.js';
import type { BundleFacts } from './bundle-facts.js';

const DIGITS = 3;

/** The figures to read first: of the teachers, and beside them of what they must beat. */
export function headlineTable({ metrics }: Pick<BundleFacts, 'metrics'>): {
  head: string[];
  rows: string[][];
} {
  const { forward, ranking } = metrics;
  const { teacher, placebo, student } = forward;
  const shown = (value: number | null, interval: { low: number | null; high: number | null }): string =>
    value === null ? fixed(value, DIGITS) : `${fixed(value, DIGITS)} ${range(interval, DIGITS)}`;
  const auc = ({ cohortAuc, confidence }: ArmFigures): string => shown(cohortAuc, confidence.cohortAuc);
  const ic = (name: string, kind: 'raw' | 'neutral'): string => {
    const figure: RankIcFigure | undefined = ranking.rows
      .find((row) => row.name === name)
      ?.horizons.find(({ horizon }) => horizon === ranking.headline)?.[kind];
    return figure === undefined ? fixed(null, DIGITS) : shown(figure.mean, figure);
  };
  return {
    head: ['headline', 'teachers', 'students', 'base rate', 'factor sum', 'placebo', 'permuted targets'],
    rows: [
      [
        'log-loss',
        shown(teacher.logLoss, teacher.confidence.logLoss),
        fixed(student.logLoss, DIGITS),
        fixed(teacher.baseline.logLoss, DIGITS),
        '',
        `${fixed(placebo.logLoss, DIGITS)} (labels of its own)`,
        '',
      ],
      ['AUC inside cohorts', auc(teacher), auc(student), '', '', auc(placebo), ''],
      ...(['raw', 'neutral'] as const).map((kind) => [
        `${kind} rank IC of the score, ${ranking.headline} bars`,
        ic('teacher', kind),
        ic('student', kind),
        '',
        ic('factorSum', kind),
        ic('placebo', kind),
        ic('permuted', kind),
      ]),
    ],
  };
}
