import type { SymbolTable } from '../feature-table.js';
import { fastTanh } from './fast-tanh.js';
import type { ImportanceTask } from './importance.js';
import type { PriorModel } from './prior-fit.js';
import type { Scaler } from './scaler.js';
import { standardiseRows } from './scaler.js';
import type { ScaleFit } from './scale-fit.js';

/** Some rows of a window, and its teacher's logits of them. */
export interface JudgedRows {
  readonly table: SymbolTable;
  readonly rows: Int32Array;
  readonly logits: Float64Array;
}

/**
 * Answers what teachers would say of rows if one feature of each row were another row's. A feature speaks
 * in two places, as it is and as what sets the symbol apart on its day; both move. Only what a feature
 * changes is computed anew, in plain arrays: a hidden unit's input moves by its weight times the feature's
 * change. So nothing depends on the backend or on the windows beside one, and a feature that does not
 * change, or has no weight, changes no bit.
 *
 * @param relativeColumns Features that also speak as what sets the symbol apart, in the order of theirs.
 */
export function featureSwaps(
  { scale, scalers, select }: Pick<PriorModel, 'scale' | 'scalers' | 'select'>,
  relativeColumns: readonly number[],
  judged: readonly JudgedRows[],
): Pick<ImportanceTask, 'untouched' | 'logits'> {
  const untouched = Float64Array.from(judged.flatMap(({ logits }) => [...logits]));
  const values = standardised(scale.scaler, judged, 'features');
  const apart = standardised(scalers.relative, judged, 'relative');
  const network = networkOf(scale);
  const inputs = unitInputs(network, values);
  const outputs = unitOutputs(network, inputs);
  // How steep the logit is in the scale.
  const steepness = (select.weights[relativeColumns.length] ?? NaN) / (scalers.scale.deviation[0] ?? NaN);
  const logits = (feature: number, source: Int32Array): Float64Array => {
    const change = changes(values, feature, source);
    const moved = movedOutputs(network, inputs, outputs, feature, change);
    const straight = scale.linear[feature] ?? NaN;
    const swapped = untouched.map(
      (logit, row) => logit + steepness * (straight * (change[row] ?? NaN) + (moved[row] ?? NaN)),
    );
    const place = relativeColumns.indexOf(feature);
    if (place === -1) return swapped;
    const weight = select.weights[place] ?? NaN;
    const apartness = changes(apart, place, source);
    return swapped.map((logit, row) => logit + weight * (apartness[row] ?? NaN));
  };
  return { untouched, logits };
}

/** Standardised features of rows, row-major. */
interface StandardisedRows {
  readonly values: Float32Array;
  readonly width: number;
}

function standardised(
  scaler: Scaler,
  judged: readonly JudgedRows[],
  matrix: 'features' | 'relative',
): StandardisedRows {
  const width = scaler.mean.length;
  const values = new Float32Array(judged.reduce((sum, { rows }) => sum + rows.length, 0) * width);
  let at = 0;
  for (const { table, rows } of judged) {
    standardiseRows(scaler, { matrix: table[matrix], rows }, values, at, width);
    at += rows.length * width;
  }
  return { values, width };
}

/** By how much a column of each row changes when it is taken from another row. */
function changes({ values, width }: StandardisedRows, column: number, source: Int32Array): Float64Array {
  const change = new Float64Array(source.length);
  for (let row = 0; row < change.length; row += 1) {
    const from = (source[row] ?? -1) * width + column;
    change[row] = (values[from] ?? NaN) - (values[row * width + column] ?? NaN);
  }
  return change;
}

/** The networks of a scale fit as one of their mean: see `meanWeights`. */
interface MeanNetwork {
  /** Hidden units of all members. */
  readonly units: number;
  /** Row-major [(F + 1) × units], the biases in the last row. */
  readonly first: Float32Array;
  /** What each unit adds to the scale. */
  readonly last: Float32Array;
}

function networkOf({ ensemble: { shape, parameters } }: ScaleFit): MeanNetwork {
  const units = shape.members * shape.hidden;
  const end = (shape.features + 1) * units;
  return {
    units,
    first: parameters.subarray(0, end),
    last: parameters.slice(end, end + units).map((weight) => weight / shape.members),
  };
}

/** Input of every hidden unit, row-major [rows × units]. */
function unitInputs({ units, first }: MeanNetwork, { values, width }: StandardisedRows): Float64Array {
  const rows = values.length / width;
  const inputs = new Float64Array(rows * units);
  for (let row = 0; row < rows; row += 1) {
    const own = inputs.subarray(row * units, (row + 1) * units);
    own.set(first.subarray(width * units));
    for (let column = 0; column < width; column += 1) {
      const value = values[row * width + column] ?? NaN;
      const start = column * units;
      for (let unit = 0; unit < units; unit += 1)
        own[unit] = (own[unit] ?? NaN) + value * (first[start + unit] ?? NaN);
    }
  }
  return inputs;
}

/** What the hidden units add to the scale of each row. */
function unitOutputs({ units, last }: MeanNetwork, inputs: Float64Array): Float64Array {
  const outputs = new Float64Array(inputs.length / units);
  for (let row = 0; row < outputs.length; row += 1) {
    let sum = 0;
    const start = row * units;
    for (let unit = 0; unit < units; unit += 1)
      sum += (last[unit] ?? NaN) * fastTanh(inputs[start + unit] ?? NaN);
    outputs[row] = sum;
  }
  return outputs;
}

/** By how much the hidden units add more to the scale of each row when a feature changes. */
function movedOutputs(
  { units, first, last }: MeanNetwork,
  inputs: Float64Array,
  outputs: Float64Array,
  feature: number,
  change: Float64Array,
): Float64Array {
  const weights = first.subarray(feature * units, (feature + 1) * units);
  const moved = new Float64Array(outputs.length);
  for (let row = 0; row < moved.length; row += 1) {
    const by = change[row] ?? NaN;
    if (by === 0) continue;
    let sum = 0;
    const start = row * units;
    for (let unit = 0; unit < units; unit += 1)
      sum += (last[unit] ?? NaN) * fastTanh((inputs[start + unit] ?? NaN) + by * (weights[unit] ?? NaN));
    moved[row] = sum - (outputs[row] ?? NaN);
  }
  return moved;
}
