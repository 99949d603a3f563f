import { scaleLinear } from 'd3-scale';

import type { Chart, Mark } from '../../../activities/charts/chart.js';
import { extent } from '../../../activities/charts/chart.js';
import { decimals } from './texts.js';
import type { ValidationCurve } from './validation-curve.js';
import type { WindowBin } from './window-calibration.js';

/** Labelled ticks of the figures of a choice, about. */
const TICKS = 4;

/** Share of ones against mean probability, with the interval of each share. */
export function windowCalibrationChart(bins: readonly WindowBin[]): Chart {
  const x = extent(bins.map(({ meanProbability }) => meanProbability));
  const [low, high] = extent([...bins.flatMap(({ interval }) => interval), ...x]);
  return {
    title: 'Calibration of the window',
    note: '',
    x: { label: 'mean probability of the bin', domain: x, format: (value) => decimals(value, 2) },
    y: {
      label: 'share of ones in the bin',
      domain: [Math.min(Math.max(low, 0), x[0]), Math.max(Math.min(high, 1), x[1])],
      format: (value) => decimals(value, 2),
    },
    marks: [
      {
        kind: 'line',
        points:
          bins.length === 0
            ? []
            : [
                [x[0], x[0]],
                [x[1], x[1]],
              ],
        colour: 'reference',
        dashed: true,
      },
      ...bins.map(({ meanProbability, interval }) => standing(meanProbability, interval, 'teacher')),
      {
        kind: 'line',
        points: bins.map(({ meanProbability, share }) => [meanProbability, share]),
        colour: 'teacher',
        dots: true,
      },
    ],
    legend: [
      { label: 'teacher, with 95 % intervals', colour: 'teacher' },
      { label: 'perfect', colour: 'reference', dashed: true },
    ],
  };
}

/** A choice's figures over one setting: its values stand at 0, 1, 2, …, as they are too far apart for a scale. */
export function validationCurveChart({ setting, values, figures, chosen, standard }: ValidationCurve): Chart {
  const known = figures.flatMap((figure, at) => (figure === null ? [] : [{ figure, at }]));
  const domain = extent(known.map(({ figure }) => figure));
  const ticks = scaleLinear().domain(domain).ticks(TICKS);
  // As many digits as tell two ticks apart.
  const step = (ticks[1] ?? 1) - (ticks[0] ?? 0);
  const digits = Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
  return {
    title: `Figures over ${setting}`,
    note: '',
    x: {
      label: `${setting}, the most cautious first`,
      domain: [-0.5, values.length - 0.5],
      format: (at) => String(values[at] ?? ''),
      ticks: values.map((_, at) => at),
    },
    y: { label: 'more is better', domain, ticks, format: (value) => decimals(value, digits) },
    marks: [
      ...(known.length === 0 ? [] : [standing(chosen, domain, 'ink')]),
      ...(known.length === 0 || standard === null ? [] : [standing(standard, domain, 'reference', true)]),
      { kind: 'line', points: known.map(({ at, figure }) => [at, figure]), colour: 'teacher', dots: true },
    ],
    legend: [
      { label: 'validation figure', colour: 'teacher' },
      { label: 'chosen', colour: 'ink' },
      ...(standard === null ? [] : [{ label: 'default', colour: 'reference', dashed: true } as const]),
    ],
  };
}

function standing(
  x: number,
  [low, high]: readonly [number, number],
  colour: 'teacher' | 'ink' | 'reference',
  dashed = false,
): Mark {
  return {
    kind: 'line',
    points: [
      [x, low],
      [x, high],
    ],
    colour,
    dashed,
  };
}
