import type { ArmFigures, Metrics } from '../../data/schemas/metrics.js';
import { fixed, thousands } from '../texts/format-numbers.js';
import type { Chart, Point } from './chart.js';
import { extent } from './chart.js';

/** Reliability diagram: observed rate against mean probability, in bins of equal count. */
export function reliabilityChart({ forward }: Pick<Metrics, 'forward'>): Chart {
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
