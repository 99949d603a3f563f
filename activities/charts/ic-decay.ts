import type { Metrics } from '../../data/schemas/metrics.js';
import type { RankIcFigure } from '../../data/schemas/ranking-figures.js';
import { fixed } from '../texts/format-numbers.js';
import type { Chart, Mark, Point } from './chart.js';
import { extent } from './chart.js';

const DIGITS = 3;
/** Distance between the intervals of one horizon, in steps from one horizon to the next. */
const STEP = 1 / 16;

const LINES = [
  { score: 'student', kind: 'neutral', label: 'students, neutral', colour: 'student', dashed: false },
  { score: 'student', kind: 'raw', label: 'students, raw', colour: 'student', dashed: true },
  { score: 'teacher', kind: 'neutral', label: 'teachers, neutral', colour: 'teacher', dashed: false },
  {
    score: 'factorSum',
    kind: 'neutral',
    label: 'factor sum, neutral',
    colour: 'reference',
    dashed: false,
  },
] as const;

/** Rank IC of the score by horizon, with intervals, beside that of the factor sum. */
export function icDecayChart({ ranking, method }: Pick<Metrics, 'ranking' | 'method'>): Chart {
  const horizons = ranking.rows[0]?.horizons.map(({ horizon }) => horizon) ?? [];
  const figureOf = ({ score, kind }: (typeof LINES)[number], at: number): RankIcFigure | undefined =>
    ranking.rows.find(({ name }) => name === score)?.horizons[at]?.[kind];
  const marks = LINES.flatMap((one, place): Mark[] => {
    const points: Point[] = [];
    const intervals: Mark[] = [];
    horizons.forEach((_, at) => {
      const { mean = null, low = null, high = null } = figureOf(one, at) ?? {};
      if (mean === null) return;
      const x = at + (place - (LINES.length - 1) / 2) * STEP;
      points.push([x, mean]);
      if (low === null || high === null) return;
      const ends: Point[] = [
        [x, low],
        [x, high],
      ];
      intervals.push({ kind: 'line', points: ends, colour: one.colour, dashed: one.dashed });
    });
    return points.length === 0
      ? []
      : [...intervals, { kind: 'line', points, colour: one.colour, dashed: one.dashed, dots: true }];
  });
  const values = marks.flatMap((mark) => (mark.kind === 'line' ? mark.points.map(([, y]) => y) : []));
  const last = Math.max(horizons.length - 1, 1);
  const zero: Point[] = [
    [-1 / 4, 0],
    [last + 1 / 4, 0],
  ];
  return {
    title: 'Rank IC of the score by horizon',
    note: `mean over dates, forward split, with ${fixed(100 * method.confidence, 0)} % intervals`,
    x: {
      label: 'bars from entry',
      domain: [-1 / 4, last + 1 / 4],
      format: (at) => String(horizons[at] ?? ''),
      ticks: horizons.map((_, at) => at),
    },
    y: {
      label: 'mean daily rank IC',
      domain: extent([0, ...values]),
      format: (value) => fixed(value, DIGITS),
    },
    marks: [{ kind: 'line', points: zero, colour: 'reference', dashed: true }, ...marks],
    legend: LINES.map(({ label, colour, dashed }) => ({ label, colour, dashed })),
  };
}
