import type { NamedArray } from '../units/named-arrays.js';
import { arrayNamed } from '../units/named-arrays.js';
import type { Trees } from './trees.js';
import { TREE_NODES, TREE_SPLITS } from './trees.js';

/**
 * The trees as arrays for a weights file or a checkpoint: `columns` and `thresholds` [trees × 7], `values`
 * [trees × 15]. They are read with the row of a node, not as layers of a network: a step from one column has no
 * exact counterpart among dense layers.
 *
 * @param prefix Put before the names, for a file that holds more.
 */
export function treeArrays({ count, columns, thresholds, values }: Trees, prefix = ''): NamedArray[] {
  return [
    { name: `${prefix}columns`, shape: [count, TREE_SPLITS], data: Float32Array.from(columns) },
    { name: `${prefix}thresholds`, shape: [count, TREE_SPLITS], data: thresholds.slice() },
    { name: `${prefix}values`, shape: [count, TREE_NODES], data: values.slice() },
  ];
}

/**
 * The trees of `treeArrays`.
 *
 * @throws RangeError when an array is missing, or they are not trees on so many columns.
 */
export function treesFrom(
  arrays: readonly NamedArray[],
  { rankWidth, stateWidth }: Pick<Trees, 'rankWidth' | 'stateWidth'>,
  prefix = '',
): Trees {
  const array = (name: string): NamedArray => arrayNamed(arrays, `${prefix}${name}`);
  const [columns, thresholds, values] = [array('columns'), array('thresholds'), array('values')];
  const [count = 0] = columns.shape;
  const whole =
    columns.data.length === count * TREE_SPLITS &&
    thresholds.data.length === count * TREE_SPLITS &&
    values.data.length === count * TREE_NODES;
  const known = columns.data.every(
    (column) => Number.isInteger(column) && column >= 0 && column < rankWidth + stateWidth,
  );
  if (!whole || !known || thresholds.data.some(Number.isNaN) || !values.data.every(Number.isFinite))
    throw new RangeError(`the arrays ${prefix}* are not trees on ${rankWidth} + ${stateWidth} columns`);
  return {
    count,
    rankWidth,
    stateWidth,
    columns: Int32Array.from(columns.data),
    thresholds: thresholds.data,
    values: values.data,
  };
}
