import { expect } from 'chai';

import { fitTrees } from '../../../../activities/model/trees/fit-trees.js';
import { treeContributions, treeScores } from '../../../../activities/model/trees/tree-scores.js';
import type { Trees } from '../../../../activities/model/trees/trees.js';
import { treeArrays, treesFrom } from '../../../../activities/model/trees/trees-file.js';
import { packArrays, unpackArrays } from '../../../../activities/model/units/named-arrays.js';
import { noisyTargets, randomRows, SMALL, taskOf } from './random-rows.js';

const SIZES = { dates: 10, symbols: 30, rankWidth: 4, stateWidth: 2 };
const ROWS = randomRows('scores', SIZES);
const WIDTH = SIZES.rankWidth + SIZES.stateWidth;

/** One tree on a rank and a state: the state counts only on the right of the rank. */
const BY_HAND: Trees = {
  count: 1,
  rankWidth: 2,
  stateWidth: 1,
  columns: Int32Array.of(1, 0, 2, 0, 0, 0, 0),
  thresholds: Float32Array.of(0.25, Infinity, 3, Infinity, Infinity, Infinity, Infinity),
  values: Float32Array.of(0, 1, 2, 1, 1, 4, 8, 1, 1, 1, 1, 4, 4, 8, 8),
};
const PART = {
  ranks: Float32Array.of(0.5, 0.2, 0, 0.25, 0.1, 0.4),
  state: Float32Array.of(9, 2.9, 3),
  rows: [0, 1, 2],
};

describe('scores of trees', () => {
  let trees: Trees;
  before(async () => {
    trees = await fitTrees(
      taskOf(
        ROWS,
        noisyTargets('scores', ROWS.times.length, (row) => ROWS.rank(row, 1)),
      ),
    );
  });

  it('are the values of the leaves that rows reach', () => {
    expect(Array.from(treeScores(BY_HAND, [PART]))).to.deep.equal([1, 4, 8]);
  });

  it('split into what each column changes on the path', () => {
    expect(Array.from(treeContributions(BY_HAND, [PART]))).to.deep.equal([0, 1, 0, 0, 2, 2, 0, 2, 6]);
  });

  it('equal the sums of their contributions, exactly', () => {
    const scores = treeScores(trees, [ROWS.part]);
    const contributions = treeContributions(trees, [ROWS.part]);
    const sums = scores.map((_, row) =>
      contributions.subarray(row * WIDTH, (row + 1) * WIDTH).reduce((sum, part) => sum + part, 0),
    );
    expect(sums).to.deep.equal(scores);
    expect(new Set(scores).size).to.be.above(50);
  });

  it('of a row do not depend on the rows beside it', () => {
    const scores = treeScores(trees, [ROWS.part]);
    const parts = Array.from(scores, (_, row) => ({ ...ROWS.part, rows: [row] })).reverse();
    expect(treeScores(trees, parts).reverse()).to.deep.equal(scores);
  });

  it('come back from a file', () => {
    const { specs, bytes } = packArrays(treeArrays(trees, 'fit/'));
    const read = treesFrom(unpackArrays(specs, bytes), SIZES, 'fit/');
    expect(read).to.deep.equal(trees);
    expect(specs.map(({ name, shape }) => [name, shape])).to.deep.equal([
      ['fit/columns', [SMALL.rounds, 7]],
      ['fit/thresholds', [SMALL.rounds, 7]],
      ['fit/values', [SMALL.rounds, 15]],
    ]);
  });

  it('are refused from a file of other columns or without an array', () => {
    const arrays = treeArrays(BY_HAND);
    expect(() => treesFrom(arrays, { rankWidth: 2, stateWidth: 0 })).to.throw(RangeError, '2 + 0 columns');
    expect(() => treesFrom(arrays.slice(1), BY_HAND)).to.throw(RangeError, 'columns');
    const broken = arrays.map(({ name, shape, data }) => ({
      name,
      shape,
      data: name === 'values' ? data.map((value, at) => (at === 8 ? NaN : value)) : data,
    }));
    expect(() => treesFrom(broken, BY_HAND)).to.throw(RangeError);
  });
});
