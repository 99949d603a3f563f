import { expect } from 'chai';
import fc from 'fast-check';

import { binEdges, binRows } from '../../../../activities/model/trees/bins.js';
import { fitTrees } from '../../../../activities/model/trees/fit-trees.js';
import { TREE_SETTINGS } from '../../../../activities/model/trees/settings.js';
import { treeScores } from '../../../../activities/model/trees/tree-scores.js';
import type { Trees } from '../../../../activities/model/trees/trees.js';
import { TREE_NODES, TREE_SPLITS } from '../../../../activities/model/trees/trees.js';
import { openCheckpoint } from '../../../../activities/model/units/checkpoint.js';
import { randomStream } from '../../../../data/random.js';
import { cancellingCheckpoint, resumingCheckpoint, steadyPace, stoppingPace } from '../paces.js';
import { temporaryFile } from '../temporary-file.js';
import type { RandomRows } from './random-rows.js';
import { noisyTargets, randomRows, SMALL, taskOf } from './random-rows.js';
import { slowTrees } from './slow-trees.js';

const SIZES = { dates: 12, symbols: 20, rankWidth: 5, stateWidth: 2 };

/** A tree as nested nodes; nodes without a split end it. */
function nested(
  { columns, thresholds, values }: Pick<Trees, 'columns' | 'thresholds' | 'values'>,
  tree: number,
  node = 0,
): unknown {
  const value = values[tree * TREE_NODES + node];
  const threshold = thresholds[tree * TREE_SPLITS + node];
  if (node >= TREE_SPLITS || threshold === Infinity) return { value };
  const [left, right] = [2 * node + 1, 2 * node + 2].map((child) =>
    nested({ columns, thresholds, values }, tree, child),
  );
  return { value, split: { column: columns[tree * TREE_SPLITS + node], threshold, left, right } };
}

/** Correlation of two columns. */
function correlation(one: ArrayLike<number>, other: ArrayLike<number>): number {
  const mean = (values: ArrayLike<number>): number =>
    Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
  const [a, b] = [mean(one), mean(other)];
  let [product, square, otherSquare] = [0, 0, 0];
  for (let row = 0; row < one.length; row += 1) {
    const [x, y] = [(one[row] ?? NaN) - a, (other[row] ?? NaN) - b];
    product += x * y;
    square += x * x;
    otherSquare += y * y;
  }
  return product / Math.sqrt(square * otherSquare);
}

/** Correlation of the scores of new rows with their target, of which only `signal` can be known. */
async function skill(signal: (rows: RandomRows, row: number) => number): Promise<number> {
  const sizes = { dates: 120, symbols: 50, rankWidth: 6, stateWidth: 1 };
  const [old, next] = [randomRows('old', sizes), randomRows('new', sizes)];
  const targets = (name: string, rows: RandomRows): Float32Array =>
    noisyTargets(name, rows.times.length, (row) => signal(rows, row));
  const trees = await fitTrees(taskOf(old, targets('old', old), TREE_SETTINGS));
  return correlation(treeScores(trees, [next.part]), targets('new', next));
}

describe('boosted trees', () => {
  it('equal those of an exhaustive search, exactly', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat().map(String),
        fc.record({
          dates: fc.integer({ min: 1, max: 8 }),
          symbols: fc.integer({ min: 1, max: 16 }),
          rankWidth: fc.integer({ min: 1, max: 3 }),
          stateWidth: fc.integer({ min: 0, max: 2 }),
        }),
        fc.record({
          minRows: fc.constantFrom(1, 3, 20),
          ridge: fc.constantFrom(0.5, 10),
          dateShare: fc.constantFrom(0.5, 1),
        }),
        async (seed, sizes, chosen) => {
          const rows = randomRows(seed, sizes);
          const targets = noisyTargets(seed, rows.times.length, (row) => rows.rank(row, 0) / 2);
          const task = taskOf(rows, targets, { ...SMALL, rounds: 3, ...chosen });
          const trees = await fitTrees(task);
          const slow = slowTrees({ ...task, edges: task.rows.edges, part: rows.part });
          expect(slow.map((_, tree) => nested(trees, tree))).to.deep.equal(slow);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('find what columns do together that none does alone', async () => {
    const together = await skill((rows, row) =>
      rows.rank(row, 1) > 0 === rows.rank(row, 4) > 0 ? 0.1 : -0.1,
    );
    // A perfect model has 0.1 / √(1/12 + 0.01) = 0.33.
    expect(together).to.be.within(0.25, 0.36);
  });

  it('find nothing in noise', async () => {
    // The standard error of a correlation of 6,000 rows is 0.013.
    expect(await skill(() => 0)).to.be.within(-0.04, 0.04);
  });

  it('do not depend on the order of the rows', async () => {
    const rows = randomRows('order', SIZES);
    const targets = noisyTargets('order', rows.times.length, (row) => rows.rank(row, 2));
    const expected = await fitTrees(taskOf(rows, targets));
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (key) => {
        const order = randomStream(['order', key]).shuffle(Int32Array.from(targets, (_, row) => row));
        const cut = order.length >> 1;
        const parts = [order.subarray(0, cut), order.subarray(cut)].map((some) => ({
          ...rows.part,
          rows: some,
        }));
        const trees = await fitTrees({
          ...taskOf(rows, targets),
          rows: binRows(binEdges(SIZES.rankWidth, SIZES.stateWidth, parts), parts),
          targets: Float32Array.from(order, (row) => targets[row] ?? NaN),
          times: order.map((row) => rows.times[row] ?? NaN),
        });
        expect(trees).to.deep.equal(expected);
      }),
      { numRuns: 5 },
    );
  });

  it('continue bit for bit from a checkpoint', async () => {
    const rows = randomRows('resume', SIZES);
    const targets = noisyTargets('resume', rows.times.length, (row) => rows.rank(row, 1));
    const task = taskOf(rows, targets);
    const expected = await fitTrees(task);
    for (const at of [1, 5, SMALL.rounds]) {
      const interrupted = cancellingCheckpoint(at);
      await fitTrees({ ...task, checkpoint: interrupted }).then(
        () => expect.fail('it was not interrupted'),
        () => undefined,
      );
      const steps: number[] = [];
      const trees = await fitTrees({
        ...task,
        checkpoint: resumingCheckpoint(interrupted.kept()),
        onStep: (step) => steps.push(step),
      });
      expect(trees, `after round ${at}`).to.deep.equal(expected);
      expect(steps).to.deep.equal(Array.from({ length: SMALL.rounds - at }, (_, step) => at + step + 1));
    }
  });

  it('continue bit for bit from a file', async () => {
    const rows = randomRows('file', SIZES);
    const task = taskOf(
      rows,
      noisyTargets('file', rows.times.length, (row) => rows.rank(row, 1)),
    );
    const file = temporaryFile();
    const killed = await openCheckpoint(file, 'key', stoppingPace(4));
    const error: unknown = await fitTrees({ ...task, checkpoint: killed.phase('trees') }).catch(
      (reason: unknown) => reason,
    );
    expect(error).to.have.property('type', 'Cancelled');
    const next = await openCheckpoint(file, 'key', steadyPace());
    expect(await fitTrees({ ...task, checkpoint: next.phase('trees') })).to.deep.equal(await fitTrees(task));
  });

  it('lower the loss of the rows that they are fitted to', async () => {
    const rows = randomRows('loss', SIZES);
    const losses: number[] = [];
    await fitTrees({
      ...taskOf(
        rows,
        noisyTargets('loss', rows.times.length, (row) => rows.rank(row, 0)),
        {
          ...SMALL,
          dateShare: 1,
        },
      ),
      onStep: (_step, _steps, loss) => losses.push(loss),
    });
    expect(losses).to.have.length(SMALL.rounds);
    expect([...losses].sort((one, other) => other - one)).to.deep.equal(losses);
    expect(losses.at(-1)).to.be.below(0.5 * (losses[0] ?? NaN));
  });

  it('refuse targets that are not finite', async () => {
    const rows = randomRows('finite', SIZES);
    const targets = noisyTargets('finite', rows.times.length);
    const reasonOf = (task: Promise<Trees>): Promise<unknown> => task.catch((error: unknown) => error);
    const broken = targets.map((target, row) => (row === 5 ? NaN : target));
    expect(await reasonOf(fitTrees(taskOf(rows, broken)))).to.be.instanceOf(RangeError);
  });
});
