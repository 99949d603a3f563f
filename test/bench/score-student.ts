import {
  clippedLayer,
  denseLayer,
  inputLayer,
  multipliedColumns,
  selectedColumns,
  joinedColumns,
  weighedSum,
} from '../../activities/model/export/layers.js';
import { tf } from '../../activities/model/tensorflow.js';
import type { LayersModelFiles } from '../../activities/model/units/layers-model-files.js';
import { layersModelFiles } from '../../activities/model/units/layers-model-files.js';
import { randomStream } from '../../data/random.js';

/** Columns of each input. */
export interface StudentWidths {
  readonly features: number;
  readonly relative: number;
  readonly ranks: number;
  readonly state: number;
}

const [UNITS, HINGES, PRODUCTS] = [64, 30, 35];

/** A student of the size that runs train, with random weights. */
export async function benchStudent(widths: StudentWidths): Promise<LayersModelFiles> {
  // Turns off the banner that TensorFlow.js prints under Node.js.
  tf.enableProdMode();
  const random = randomStream(['bench student']);
  const draws = (count: number, scale: number): number[] =>
    Array.from({ length: count }, () => scale * random.normal());
  const inputs = {
    features: inputLayer('features', widths.features),
    relative: inputLayer('relative', widths.relative),
    ranks: inputLayer('ranks', widths.ranks),
    state: inputLayer('state', widths.state),
  };
  const own = joinedColumns('own', [inputs.features, inputs.relative]);
  const width = widths.features + widths.relative;
  const weights = draws(2 * width * UNITS, 0.05);
  const scaled = denseLayer('scaled', own, draws(2 * width, 0.1), (from, to) =>
    to % width === from ? (to < width ? 1 : -1) : 0,
  );
  const clipped = clippedLayer('clipped', scaled, 5);
  const units = denseLayer(
    'units',
    clipped,
    draws(UNITS, 0.1),
    (from, to) => weights[from * UNITS + to] ?? NaN,
    'tanh',
  );
  const ranked = joinedColumns('ranked', [inputs.ranks, inputs.state]);
  const any = (): number => random.integer(0, widths.ranks - 1);
  const picked = Array.from({ length: HINGES }, any);
  const hinges = denseLayer(
    'hinges',
    inputs.ranks,
    draws(HINGES, 0.1),
    (from, to) => (picked[to] === from ? 1 : 0),
    'relu',
  );
  const products = multipliedColumns(
    'products',
    selectedColumns('product_one', ranked, Array.from({ length: PRODUCTS }, any)),
    selectedColumns('product_other', ranked, Array.from({ length: PRODUCTS }, any)),
  );
  const model = tf.model({
    name: 'student',
    inputs: Object.values(inputs),
    outputs: [
      weighedSum('probability', [{ columns: units, weights: draws(UNITS, 0.1) }], -0.5, 'sigmoid'),
      weighedSum(
        'score',
        [
          { columns: inputs.ranks, weights: draws(widths.ranks, 0.01) },
          { columns: hinges, weights: draws(HINGES, 0.01) },
          { columns: products, weights: draws(PRODUCTS, 0.01) },
        ],
        0,
      ),
    ],
  });
  try {
    return await layersModelFiles(model, { format: 'student/2' });
  } finally {
    model.dispose();
  }
}
