import type { Chart, Mark } from '../../charts/chart.js';
import type { Metrics } from '../../../data/schemas/metrics.js';
import { fixed, thousands } from '../../texts/format-numbers.js';
import type { ForwardArms } from './curves.js';

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
