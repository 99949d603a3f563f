import { joinedUnits } from '../network/network.js';
import type { PriorPhase } from '../choices/phase.js';
import type { PriorModel } from '../prior/fit-prior.js';
import { scaleBias } from '../prior/logit-contributions.js';
import type { TeacherDepartures } from '../teachers/teacher-departures.js';
import type { tf } from '../tensorflow.js';
import type { WeighedColumns } from './layers.js';
import { denseLayer, weighedSum } from './layers.js';
import { bothParts, standardisedLayers } from './standardised-layers.js';

/**
 * The probability of a window's teacher: logit = slope · (scale standardised) + Σ weight · relative feature + constant,
 * with the symbol's shift and the window's departures in these numbers.
 *
 * @param features Raw features [F].
 * @param relative Relative features [R]; undefined where there are none.
 */
export function probabilityLayers(
  features: tf.SymbolicTensor,
  relative: tf.SymbolicTensor | undefined,
  { scale, scalers, ...calibrations }: PriorModel,
  phase: PriorPhase,
  symbol: string,
  departure: TeacherDepartures['probability'],
): tf.SymbolicTensor {
  const { weights, shifts } = calibrations[phase];
  const [width, relativeWidth] = [scale.scaler.mean.length, scalers.relative.mean.length];
  const slope =
    ((1 + departure.scale) * (weights[relativeWidth] ?? NaN)) / (scalers.scale.deviation[0] ?? NaN);
  const clipped = standardisedLayers('features', features, scale.scaler);
  const units = joinedUnits(scale.ensemble);
  const parts: WeighedColumns[] = [
    {
      columns: clipped,
      weights: bothParts(scale.linear.subarray(0, width), slope),
    },
    {
      columns: denseLayer(
        'tanh_units',
        clipped,
        units.map(({ bias }) => bias),
        (from, to) => (from < width ? 1 : -1) * (units[to]?.input[from % width] ?? NaN),
        'tanh',
      ),
      weights: units.map(({ output }) => slope * output),
    },
  ];
  if (relative !== undefined)
    parts.push({
      columns: standardisedLayers('relative', relative, scalers.relative),
      weights: bothParts(weights.subarray(0, relativeWidth), 1 + departure.relative),
    });
  const atMean = (scale.linear[width] ?? NaN) + scaleBias(scale) - (scalers.scale.mean[0] ?? NaN);
  const constant = (weights[relativeWidth + 1] ?? NaN) + (shifts.get(symbol) ?? 0) + departure.shift;
  return weighedSum('probability', parts, constant + slope * atMean, 'sigmoid');
}
