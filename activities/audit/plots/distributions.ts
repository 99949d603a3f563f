import type { ArmFigures, Metrics } from '../../../data/schemas/metrics.js';
import { fixed, shortPercent, thousands } from '../../texts/format-numbers.js';
import type { Chart, Mark, Point } from '../../charts/chart.js';
import { extent } from '../../charts/chart.js';
import type { ForwardArms } from './curves.js';

/** Reliability diagram: observed rate against mean probability, in bins of equal count. */
export function reliabilityChart({ forward }: Metrics): Chart {
  const points = (figures: ArmFigures): Point[] =>
    figures.calibration.bins.map((bin) => [bin.meanProbability, bin.observedRate]);
  const { teacher, student, placebo } = forward;
  const all = [teacher, student, placebo].flatMap(points);
  const domain = extent(all.flat());
  const bounds: [number, number] = [Math.max(domain[0], 0), Math.min(domain[1], 1)];
  return {
    title: 'Reliability on forward rows',
    note: `n = ${thousands(student.rows)} rows of the students in bins of equal count; calibration error ${fixed(student.calibration.ece, 4)}, of the teachers ${fixed(teacher.calibration.ece, 4)}`,
    x: { label: 'mean probability of the bin', domain: bounds, format: (value) => fixed(value, 2) },
    y: { label: 'share of ones in the bin', domain: bounds, format: (value) => fixed(value, 2) },
    marks: [
      {
        kind: 'line',
        points:
          all.length === 0
            ? []
            : [
                [bounds[0], bounds[0]],
                [bounds[1], bounds[1]],
              ],
        colour: 'reference',
        dashed: true,
      },
      { kind: 'line', points: points(placebo), colour: 'placebo', dots: true },
      { kind: 'line', points: points(student), colour: 'student', dots: true },
      { kind: 'line', points: points(teacher), colour: 'teacher', dots: true },
    ],
    legend: [
      { label: 'teachers', colour: 'teacher' },
      { label: 'students', colour: 'student' },
      { label: 'placebo', colour: 'placebo' },
      { label: 'perfect', colour: 'reference', dashed: true },
    ],
  };
}

const HISTOGRAM_BINS = 50;

/** Distribution of the predicted probabilities. */
export function histogramChart({ teacher }: ForwardArms, { forward }: Metrics): Chart {
  const counts = new Float64Array(HISTOGRAM_BINS);
  for (const probability of teacher.sample.probability) {
    const bin = Math.min(HISTOGRAM_BINS - 1, Math.floor(probability * HISTOGRAM_BINS));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  const highest = Math.max(1, ...counts);
  const { baseRate } = forward.teacher;
  const bars = [...counts].map((count, bin): Mark => ({
    kind: 'bar',
    from: [(bin + 0.06) / HISTOGRAM_BINS, 0],
    to: [(bin + 0.94) / HISTOGRAM_BINS, count],
    colour: 'teacher',
  }));
  return {
    title: 'Probabilities of the teachers',
    note: `n = ${thousands(teacher.sample.rows)} forward rows; share of ones ${fixed(baseRate, 4)}`,
    x: { label: 'probability', domain: [0, 1], format: (value) => fixed(value, 1) },
    y: { label: 'rows', domain: [0, highest * 1.05], format: thousands },
    marks: [
      ...(teacher.sample.rows === 0 ? [] : bars),
      {
        kind: 'line',
        points:
          baseRate === null
            ? []
            : [
                [baseRate, 0],
                [baseRate, highest * 1.05],
              ],
        colour: 'placebo',
        dashed: true,
      },
    ],
    legend: [
      { label: 'teachers', colour: 'teacher' },
      { label: 'share of ones', colour: 'placebo', dashed: true },
    ],
  };
}

/** Teachers, students and placebo by three figures that are each 0 without skill. */
export function placeboChart({ forward, method }: Metrics): Chart {
  const measures = [
    {
      name: 'AUC inside cohorts − 0.5',
      value: (figures: ArmFigures) => minusHalf(figures.cohortAuc),
      low: (figures: ArmFigures) => minusHalf(figures.confidence.cohortAuc.low),
      high: (figures: ArmFigures) => minusHalf(figures.confidence.cohortAuc.high),
    },
    {
      name: 'skill against the pooled base rate',
      value: (figures: ArmFigures) => figures.pooledRate.skill,
      low: (figures: ArmFigures) => figures.confidence.pooledSkill.low,
      high: (figures: ArmFigures) => figures.confidence.pooledSkill.high,
    },
    {
      name: 'daily rank IC',
      value: (figures: ArmFigures) => figures.rankIc.mean,
      low: (figures: ArmFigures) => figures.confidence.rankIc.low,
      high: (figures: ArmFigures) => figures.confidence.rankIc.high,
    },
  ];
  const arms = ['teacher', 'student', 'placebo'] as const;
  const marks: Mark[] = [];
  const heights: number[] = [0];
  measures.forEach((measure, group) => {
    arms.forEach((arm, index) => {
      const figures = forward[arm];
      const value = measure.value(figures);
      const low = measure.low(figures);
      const high = measure.high(figures);
      const centre = group + (index - 1) * 0.25;
      if (value === null) return;
      heights.push(value);
      marks.push({ kind: 'bar', from: [centre - 0.1, 0], to: [centre + 0.1, value], colour: arm });
      marks.push({ kind: 'text', at: [centre, Math.max(value, high ?? 0, 0)], text: fixed(value, 3) });
      if (low === null || high === null) return;
      heights.push(low, high);
      marks.push({
        kind: 'line',
        points: [
          [centre, low],
          [centre, high],
        ],
        colour: 'ink',
      });
    });
  });
  return {
    title: 'Teachers and students against the placebo',
    note: `n = ${thousands(forward.teacher.rows)} forward rows; lines are ${shortPercent(method.confidence)} intervals of a block bootstrap with ${method.replicates} replicates; 0 means no skill`,
    x: {
      label: 'figure',
      domain: [-0.5, 2.5],
      format: (index) => measures[index]?.name ?? '',
      ticks: [0, 1, 2],
    },
    y: { label: 'value (no unit)', domain: extent(heights), format: (value) => fixed(value, 3) },
    marks: [
      ...marks,
      {
        kind: 'line',
        points:
          marks.length === 0
            ? []
            : [
                [-0.5, 0],
                [2.5, 0],
              ],
        colour: 'reference',
      },
    ],
    legend: arms.map((arm) => ({
      label: { teacher: 'teachers', student: 'students', placebo: 'placebo' }[arm],
      colour: arm,
    })),
  };
}

function minusHalf(value: number | null): number | null {
  return value === null ? null : value - 0.5;
}
