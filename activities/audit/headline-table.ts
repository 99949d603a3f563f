import type { ArmFigures } from '../../data/schemas/metrics.js';
import type { RankIcFigure } from '../../data/schemas/ranking-figures.js';
import { fixed, range } from '../texts/format-numbers.js';
import type { BundleFacts } from './bundle-facts.js';

const DIGITS = 3;

/** The figures to read first: of the students, and beside them of their teachers and of what they must beat. */
export function headlineTable({ metrics }: Pick<BundleFacts, 'metrics'>): {
  head: string[];
  rows: string[][];
} {
  const { forward, ranking } = metrics;
  const { teacher, studentPlacebo, student } = forward;
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
    head: ['headline', 'students', 'teachers', 'base rate', 'factor sum', 'placebo', 'permuted targets'],
    rows: [
      [
        'log-loss',
        shown(student.logLoss, student.confidence.logLoss),
        fixed(teacher.logLoss, DIGITS),
        fixed(student.baseline.logLoss, DIGITS),
        '',
        `${fixed(studentPlacebo.logLoss, DIGITS)} (labels of its own)`,
        '',
      ],
      ['AUC inside cohorts', auc(student), auc(teacher), '', '', auc(studentPlacebo), ''],
      ...(['raw', 'neutral'] as const).map((kind) => [
        `${kind} rank IC of the score, ${ranking.headline} bars`,
        ic('student', kind),
        ic('teacher', kind),
        '',
        ic('factorSum', kind),
        ic('studentPlacebo', kind),
        ic('permuted', kind),
      ]),
    ],
  };
}
