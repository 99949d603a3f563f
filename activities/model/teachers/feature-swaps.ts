import { tf } from '../tensorflow.js';
import type { SymbolTable } from '../../market/feature-table.js';
import type { Design } from '../rows/design.js';
import { columnOf, designOf } from '../rows/design.js';
import { download } from '../tensorflow.js';
import type { ImportanceTask } from './importance.js';
import { meanWeights } from '../network/network.js';
import type { PriorModel } from '../prior/fit-prior.js';
import type { MatrixRows } from '../rows/scaler.js';
import type { ScaleFit } from '../prior/fit-scale.js';

/** Some rows of a window, and its teacher's logits of them. */
export interface JudgedRows {
  readonly table: SymbolTable;
  readonly rows: Int32Array;
  readonly logits: Float64Array;
}

/** What {@link featureSwaps} answers, and tensors behind it. */
export interface FeatureSwaps extends Pick<ImportanceTask, 'untouched' | 'logits'> {
  readonly dispose: () => void;
}

/**
 * Answers what teachers would say of rows if one feature of each row were another row's. A feature speaks
 * in two places, as it is and as what sets the symbol apart on its day; both move. Only what a feature
 * changes is computed anew: a hidden unit's input moves by its weight times the feature's change. Rows are
 * never added up with one another, so nothing depends on the windows beside one, and a feature that does
 * not change, or has no weight, changes no bit.
 *
 * @param relativeColumns Features that also speak as what sets the symbol apart, in the order of theirs.
 * @returns What the caller disposes of.
 */
export function featureSwaps(
  { scale, scalers, select }: Pick<PriorModel, 'scale' | 'scalers' | 'select'>,
  relativeColumns: readonly number[],
  judged: readonly JudgedRows[],
): FeatureSwaps {
  const untouched = joined(judged.map(({ logits }) => logits));
  const partsOf = (matrix: 'features' | 'relative'): MatrixRows[] =>
    judged.map(({ table, rows }) => ({ matrix: table[matrix], rows }));
  const values = designOf(scale.scaler, partsOf('features'));
  const apart = designOf(scalers.relative, partsOf('relative'));
  const network = swappableNetwork(scale, values);
  // How steep the logit is in the scale.
  const steepness = (select.weights[relativeColumns.length] ?? NaN) / (scalers.scale.deviation[0] ?? NaN);
  const logits = (feature: number, source: Int32Array): Float64Array => {
    const change = changes(values, feature, source);
    const moved = network.moved(feature, change);
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
  return { untouched, logits, dispose: () => network.dispose() };
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** By how much a column of each row changes when it is taken from another row. */
function changes({ values, width }: Design, column: number, source: Int32Array): Float32Array {
  const change = new Float32Array(source.length);
  for (let row = 0; row < change.length; row += 1) {
    const from = (source[row] ?? -1) * width + column;
    change[row] = (values[from] ?? NaN) - (values[row * width + column] ?? NaN);
  }
  return change;
}

/** The networks of a scale fit as one of their mean, at some rows. */
interface SwappableNetwork {
  /** By how much its word of each row moves when a feature changes by so much. */
  moved(feature: number, change: Float32Array): Float32Array;
  readonly dispose: () => void;
}

/**
 * Rows of one product, always as many: see `windowScales`. Each row is a product of its own, so that it does
 * not matter where among them it stands. All else is done number by number.
 */
const ROWS_AT_ONCE = 512;

function swappableNetwork({ ensemble }: ScaleFit, rows: Design): SwappableNetwork {
  const { first, second } = meanWeights(ensemble.shape, ensemble.parameters);
  const inputs = unitInputs(first, rows);
  const units = second.reshape<tf.Tensor2D>([1, second.size]);
  const word = (moved: () => tf.Tensor2D): Float32Array => {
    let said: Float32Array = new Float32Array(0);
    // Nothing is returned from inside: tidy would look for tensors in every number of it.
    tf.tidy(() => {
      said = download(tf.sum(tf.mul(tf.tanh(moved()), units), 1));
    });
    return said;
  };
  const before = word(() => inputs);
  return {
    moved(feature, change) {
      const after = word(() => {
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
