import type { StudentInput } from '../../inference/student-network.js';
import { STUDENT_INPUTS } from '../../inference/student-network.js';
import type { Kernel, WeighedColumns } from '../export/layers.js';
import {
  denseLayer,
  inputLayer,
  joinedColumns,
  multipliedColumns,
  selectedColumns,
  weighedSum,
} from '../export/layers.js';
import { bothParts, standardisedLayers } from '../export/standardised-layers.js';
import { tf } from '../tensorflow.js';
import type { StudentWeights } from './fit-student.js';
import type { StudentScalers } from './student-design.js';
import type { StudentUnits } from './student-units.js';

/** What a layers model of a student is made from. */
export interface StudentNetwork {
  readonly units: StudentUnits;
  readonly scalers: StudentScalers;
  readonly weights: StudentWeights;
}

/**
 * A student as one TensorFlow.js layers model of built-in layers, with its preprocessing inside: inputs are the columns
 * of the feature table as they are; outputs `probability` and `score`. An input without columns is left out. The caller
 * disposes of it.
 */
export function studentLayers({ units, scalers, weights }: StudentNetwork): tf.LayersModel {
  const { widths } = units;
  const inputs = new Map(
    STUDENT_INPUTS.filter((name) => widths[name] > 0).map((name) => [name, inputLayer(name, widths[name])]),
  );
  return tf.model({
    name: 'student',
    inputs: [...inputs.values()],
    outputs: [
      probabilitySum(inputs, units, scalers, weights.probability),
      scoreSum(inputs, units, weights.score),
    ],
  });
}

type Inputs = ReadonlyMap<StudentInput, tf.SymbolicTensor>;

function probabilitySum(
  inputs: Inputs,
  { widths, features: tanh }: StudentUnits,
  scalers: StudentScalers,
  weights: Float32Array,
): tf.SymbolicTensor {
  const parts: WeighedColumns[] = [];
  const own: { readonly columns: tf.SymbolicTensor; readonly width: number }[] = [];
  let taken = 0;
  for (const name of ['features', 'relative'] as const) {
    const input = inputs.get(name);
    if (input === undefined) continue;
    const columns = standardisedLayers(name, input, scalers[name]);
    parts.push({ columns, weights: bothParts(weights.subarray(taken, taken + widths[name])) });
    own.push({ columns, width: widths[name] });
    taken += widths[name];
  }
  const number = tanh.length / (taken + 1);
  const places = own.flatMap(({ width }, part) => {
    const before = own.slice(0, part).reduce((sum, other) => sum + other.width, 0);
    const columns = Array.from({ length: width }, (_, column) => before + column);
    return [...columns.map((row) => ({ row, sign: 1 })), ...columns.map((row) => ({ row, sign: -1 }))];
  });
  const kernel: Kernel = (from, to) => {
    const { row, sign } = places[from] ?? { row: -1, sign: NaN };
    return sign * (tanh[row * number + to] ?? NaN);
  };
  const joined = joinedColumns(
    'standardised',
    own.map(({ columns }) => columns),
  );
  parts.push({
    columns: denseLayer('feature_units', joined, Array.from(tanh.subarray(taken * number)), kernel, 'tanh'),
    weights: Array.from(weights.subarray(taken, taken + number)),
  });
  return weighedSum('probability', parts, weights.at(-1) ?? NaN, 'sigmoid');
}

function scoreSum(
  inputs: Inputs,
  { widths, ranks: tanh, hinges, products }: StudentUnits,
  weights: Float32Array,
): tf.SymbolicTensor {
  const ranks = inputs.get('ranks');
  if (ranks === undefined) throw new RangeError('a student needs ranks');
  const state = inputs.get('state');
  const parts: WeighedColumns[] = [];
  let taken = 0;
  const add = (columns: tf.SymbolicTensor, count: number): void => {
    parts.push({ columns, weights: Array.from(weights.subarray(taken, taken + count)) });
    taken += count;
  };
  add(ranks, widths.ranks);
  if (hinges.length > 0)
    add(
      denseLayer(
        'rank_hinges',
        ranks,
        hinges.map(({ threshold }) => -threshold),
        (from, to) => {
          const hinge = hinges[to];
          return hinge?.rank === from ? hinge.sign : 0;
        },
        'relu',
      ),
      hinges.length,
    );
  if (products.length > 0) {
    const columns = joinedColumns('ranks_and_state', state === undefined ? [ranks] : [ranks, state]);
    const select = (name: string, key: 'rank' | 'by'): tf.SymbolicTensor =>
      selectedColumns(
        name,
        columns,
        products.map((product) => product[key]),
      );
    add(
      multipliedColumns('products', select('product_ranks', 'rank'), select('product_conditions', 'by')),
      products.length,
    );
  }
  const number = tanh.length / (widths.ranks + 1);
  add(
    denseLayer(
      'rank_units',
      ranks,
      Array.from(tanh.subarray(widths.ranks * number)),
      (from, to) => tanh[from * number + to] ?? NaN,
      'tanh',
    ),
    number,
  );
  return weighedSum('score', parts, weights.at(-1) ?? NaN);
}
