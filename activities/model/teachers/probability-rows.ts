import { logitParts, logitsOf } from '../prior/calibration.js';
import type { LogitParts } from '../prior/calibration.js';
import type { PriorModel } from '../prior/fit-prior.js';
import type { HeadRows, HeadWindow } from './adapt-head.js';
import type { TrainableWindow, WindowPart } from './window-batch.js';
import { spanOf, windowScales } from './window-batch.js';

/**
 * The directions of the probability: a shift of the logit, and the relative change of its slope in the scale and in the
 * relative features.
 */
export const PROBABILITY_DIRECTIONS = ['shift', 'scale', 'relative'] as const;

/** The prior's logits of each part of many windows, with the directions in which a teacher may depart from them. */
export function probabilityWindows(
  prior: PriorModel,
  windows: readonly TrainableWindow[],
  padded: number,
): HeadWindow[] {
  const spans = windows.map((window) => ({ table: window.table, rows: spanOf(window) }));
  const scales = windowScales(prior.scale, spans, padded);
  return windows.map((window, place) => {
    const { rows = new Int32Array(0) } = spans[place] ?? {};
    const [early, late] = logitParts(
      [prior.select, prior.fit],
      prior.scalers,
      window.table,
      rows,
      scales[place] ?? new Float32Array(0),
    );
    if (early === undefined || late === undefined) throw new RangeError('a calibration is missing');
    const [first = 0] = rows;
    const part = (name: WindowPart, parts: LogitParts): HeadRows =>
      headRows(window, name, first, parts, logitsOf(parts));
    return {
      select: part('select', early),
      validation: part('validation', early),
      fit: part('fit', late),
      forward: part('forward', late),
    };
  });
}

/** @param first The first row of the span that `parts` are of. */
function headRows(
  { table, rows }: TrainableWindow,
  name: WindowPart,
  first: number,
  { scale, relative }: LogitParts,
  logits: Float64Array,
): HeadRows {
  const own = rows[name];
  const width = PROBABILITY_DIRECTIONS.length;
  const prior = new Float64Array(own.length);
  const directions = new Float32Array(own.length * width);
  const target = new Float32Array(own.length);
  const weight = new Float32Array(own.length);
  const { label, weight: weights } = table;
  own.forEach((row, at) => {
    prior[at] = logits[row - first] ?? NaN;
    directions.set([1, scale[row - first] ?? NaN, relative[row - first] ?? NaN], at * width);
    target[at] = label[row] ?? NaN;
    weight[at] = weights[row] ?? NaN;
  });
  return { prior, directions, target, weight };
}
