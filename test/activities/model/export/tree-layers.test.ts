import { expect } from 'chai';

import { inputLayer, weighedSum } from '../../../../activities/model/export/layers.js';
import { treeLayers } from '../../../../activities/model/export/tree-layers.js';
import { tf } from '../../../../activities/model/tensorflow.js';
import { treeScores } from '../../../../activities/model/trees/tree-scores.js';
import type { Trees } from '../../../../activities/model/trees/trees.js';
import { emptyTrees } from '../../../../activities/model/trees/trees.js';
import { randomStream } from '../../../../data/random.js';
import { initBackend } from '../../../../workers/tensor/backend.js';
import { randomTrees } from './random-trees.js';

const [RANKS, STATE] = [6, 2];

/** Sums of trees of some rows [n × 8] by layers. */
function layerScores(trees: Trees, rows: Float32Array): Float32Array {
  const columns = inputLayer('columns', RANKS + STATE);
  const { leaves, constant } = treeLayers(columns, trees);
  const model = tf.model({
    inputs: columns,
    outputs: weighedSum(
      'sum',
      leaves === undefined ? [{ columns, weights: new Array<number>(RANKS + STATE).fill(0) }] : [leaves],
      constant,
    ),
  });
  try {
    const count = rows.length / (RANKS + STATE);
    return tf.tidy(() => {
      const output = model.predict(tf.tensor2d(rows, [count, RANKS + STATE]));
      return Float32Array.from((Array.isArray(output) ? output[0] : output)?.dataSync() ?? []);
    });
  } finally {
    model.dispose();
  }
}

function scoresOf(trees: Trees, rows: Float32Array): Float64Array {
  const count = rows.length / (RANKS + STATE);
  const part = { ranks: new Float32Array(count * RANKS), state: new Float32Array(count * STATE) };
  for (let row = 0; row < count; row += 1) {
    const own = rows.subarray(row * (RANKS + STATE), (row + 1) * (RANKS + STATE));
    part.ranks.set(own.subarray(0, RANKS), row * RANKS);
    part.state.set(own.subarray(RANKS), row * STATE);
  }
  return treeScores(trees, [{ ...part, rows: Array.from({ length: count }, (_, row) => row) }]);
}

describe('trees as layers', () => {
  before(() => initBackend());

  it('give what the trees give, also of rows on a threshold and one float beside it', () => {
    const random = randomStream(['tree layers']);
    for (let seed = 0; seed < 5; seed += 1) {
      const trees = randomTrees(random, RANKS, STATE);
      const rows = Float32Array.from({ length: 2000 * (RANKS + STATE) }, () => {
        const rank = Math.fround((Math.floor(random.uniform() * 15) - 7) / 16);
        return random.uniform() < 0.5 ? rank : rank + (random.uniform() < 0.5 ? 1e-7 : -1e-7);
      });
      const expected = scoresOf(trees, rows);
      expect(new Set(expected).size).to.be.above(1000);
      layerScores(trees, rows).forEach((score, row) =>
        expect(score, `row ${row}`).to.be.closeTo(expected[row] ?? NaN, 1e-7),
      );
    }
  });

  it('take no side of a threshold but the trees’ own, for neighbouring float32 numbers', () => {
    const trees: Trees = { ...emptyTrees(1, RANKS, STATE) };
    for (const threshold of [0.25, -0.25, 1 / 62, 3.0000002, -0.5]) {
      const exact = Math.fround(threshold);
      trees.thresholds[0] = exact;
      trees.values.set([0, 1, 2, 1, 1, 2, 2, 1, 1, 1, 1, 2, 2, 2, 2]);
      const rows = new Float32Array(3 * (RANKS + STATE));
      const bits = new Int32Array(Float32Array.of(exact).buffer);
      const [own = 0] = bits;
      const near = (step: number): number => new Float32Array(Int32Array.of(own + step).buffer)[0] ?? NaN;
      [near(-1), exact, near(1)].forEach((value, row) => (rows[row * (RANKS + STATE)] = value));
      expect([...layerScores(trees, rows)]).to.deep.equal(threshold > 0 ? [1, 2, 2] : [2, 2, 1]);
    }
  });

  it('are a constant where no tree splits', () => {
    const trees = emptyTrees(3, RANKS, STATE);
    trees.values.fill(0.5);
    expect([...layerScores(trees, new Float32Array(RANKS + STATE))]).to.deep.equal([1.5]);
  });
});
