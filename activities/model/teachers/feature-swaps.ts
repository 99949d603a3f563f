import { cellsOf, joinInto } from '../../../data/math/fill-columns.js';
import { tf, download } from '../tensorflow.js';
import type { SymbolTable } from '../../market/feature-table.js';
import type { Design } from '../rows/design.js';
import { columnOf, designOf } from '../rows/design.js';
import type { ImportanceTask } from './importance.js';
import { meanWeights } from '../network/network.js';
import type { PriorModel } from '../prior/fit-prior.js';
import type { MatrixRows } from '../rows/scaler.js';
import type { ScaleFit } from '../prior/fit-scale.js';

/** Some rows of a window, and its teacher's logits of them. */
export interface ExplainedRows {
  readonly table: SymbolTable;
  readonly rows: Int32Array;
  readonly logits: Float64Array;
  /** Factors by which the teacher's slopes differ from the prior's: in the scale, and in the relative features. */
  readonly slopes: { readonly scale: number; readonly relative: number };
}

/** Result of {@link featureSwaps}; it holds tensors. */
export interface FeatureSwaps extends Pick<ImportanceTask, 'untouched' | 'logits'> {
  readonly dispose: () => void;
}

/**
 * Computes the teachers' logits with one feature of each row taken from another row. A feature enters the
 * model twice, as it is and as a relative feature; both are replaced. Only the change is computed: a hidden
 * unit's input changes by its weight times the change of the feature. Rows are never summed together, so a
 * window's result does not depend on other windows, and a feature that does not change, or has zero weight,
 * changes no bit.
 *
 * @param relativeColumns Features that also enter as relative features, in the order of the relative columns.
 * @returns A result that the caller disposes of.
 */
export function featureSwaps(
  { scale, scalers, select }: Pick<PriorModel, 'scale' | 'scalers' | 'select'>,
  relativeColumns: readonly number[],
  explained: readonly ExplainedRows[],
): FeatureSwaps {
  const untouched = joined(explained.map(({ logits }) => logits));
  const partsOf = (matrix: 'features' | 'relative'): MatrixRows[] =>
    explained.map(({ table, rows }) => ({ matrix: table[matrix], rows }));
  const values = designOf(scale.scaler, partsOf('features'));
  const relative = designOf(scalers.relative, partsOf('relative'));
  const network = swappableNetwork(scale, values);
  // Slope of the logit in the scale.
  const slope = (select.weights[relativeColumns.length] ?? NaN) / (scalers.scale.deviation[0] ?? NaN);
  const factors = {
    scale: rowFactors(explained, ({ slopes }) => slopes.scale),
    relative: rowFactors(explained, ({ slopes }) => slopes.relative),
  };
  const logits = (feature: number, source: Int32Array): Float64Array => {
    const change = changes(values, feature, source);
    const residual = network.outputChange(feature, change);
    const linear = scale.linear[feature] ?? NaN;
    const swapped = untouched.map(
      (logit, row) =>
        logit +
        (factors.scale[row] ?? NaN) * slope * (linear * (change[row] ?? NaN) + (residual[row] ?? NaN)),
    );
    const place = relativeColumns.indexOf(feature);
    if (place === -1) return swapped;
    const weight = select.weights[place] ?? NaN;
    const relativeChange = changes(relative, place, source);
    return swapped.map(
      (logit, row) => logit + (factors.relative[row] ?? NaN) * weight * (relativeChange[row] ?? NaN),
    );
  };
  return { untouched, logits, dispose: () => network.dispose() };
}

/** A factor of each window for each of its rows. */
function rowFactors(
  explained: readonly ExplainedRows[],
  factor: (window: ExplainedRows) => number,
): Float64Array {
  return joined(explained.map((window) => new Float64Array(window.rows.length).fill(factor(window))));
}

function joined(parts: readonly Float64Array[]): Float64Array {
  return joinInto(new Float64Array(cellsOf(parts)), parts);
}

/** Change of a column of each row when it is taken from another row. */
function changes({ values, width }: Design, column: number, source: Int32Array): Float32Array {
  const change = new Float32Array(source.length);
  for (let row = 0; row < change.length; row += 1) {
    const from = (source[row] ?? -1) * width + column;
    change[row] = (values[from] ?? NaN) - (values[row * width + column] ?? NaN);
  }
  return change;
}

/** The mean network of a scale model, evaluated at some rows. */
interface SwappableNetwork {
  /** Change of the output of each row when a feature changes by the given amounts. */
  outputChange(feature: number, change: Float32Array): Float32Array;
  readonly dispose: () => void;
}

/**
 * Rows per batched product, a constant number: see `windowScales`. Each row is a product of its own, so its
 * position does not matter. Everything else is element-wise.
 */
const ROWS_AT_ONCE = 512;

function swappableNetwork({ ensemble }: ScaleFit, rows: Design): SwappableNetwork {
  const { first, second } = meanWeights(ensemble.shape, ensemble.parameters);
  const inputs = unitInputs(first, rows);
  const units = second.reshape<tf.Tensor2D>([1, second.size]);
  const outputs = (unitInputs: () => tf.Tensor2D): Float32Array => {
    let values: Float32Array = new Float32Array(0);
    // Do not return the array from tidy: it would search every element for tensors.
    tf.tidy(() => {
      values = download(tf.sum(tf.mul(tf.tanh(unitInputs()), units), 1));
    });
    return values;
  };
  const before = outputs(() => inputs);
  return {
    outputChange(feature, change) {
      const after = outputs(() => {
        const weights = tf.slice2d(first, [feature, 0], [1, inputs.shape[1]]);
        return tf.add(inputs, tf.mul(columnOf(change), weights));
      });
      return after.map((now, row) => now - (before[row] ?? NaN));
    },
    dispose: () => tf.dispose([first, second, inputs, units]),
  };
}

/** Input of every hidden unit [n, units]. @param first Weights of features, then the biases [F + 1, units]. */
function unitInputs(first: tf.Tensor2D, { values, count, width }: Design): tf.Tensor2D {
  return tf.tidy(() => {
    const weights = first.expandDims<tf.Tensor3D>(0);
    const blocks: tf.Tensor3D[] = [];
    for (let from = 0; from < count; from += ROWS_AT_ONCE) {
      const block = new Float32Array(ROWS_AT_ONCE * width);
      block.set(values.subarray(from * width, (from + ROWS_AT_ONCE) * width));
      blocks.push(tf.matMul(tf.tensor3d(block, [ROWS_AT_ONCE, 1, width]), weights));
    }
    return tf.slice2d(tf.concat(blocks).squeeze<tf.Tensor2D>([1]), [0, 0], [count, first.shape[1]]);
  });
}
