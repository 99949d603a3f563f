import type { ArmFigures, Metrics } from '../../data/schemas/metrics.js';
import { fixed, shortPercent, thousands } from '../texts/format-numbers.js';
import type { Chart, Mark } from './chart.js';
import { extent } from './chart.js';

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
