import { expect } from 'chai';

import { UNRESOLVED } from '../../../../activities/market/feature-table.js';
import type { RankTrees, TreeTable } from '../../../../activities/model/ranking/rank-trees.js';
import { fitRankTrees } from '../../../../activities/model/ranking/rank-trees.js';
import { thinnedTimes } from '../../../../activities/model/ranking/thinned-times.js';
import { treeScores } from '../../../../activities/model/trees/tree-scores.js';
import { randomStream } from '../../../../data/random.js';
import { NO_CHECKPOINT } from '../paces.js';

const SYMBOLS = 20;
const BARS = 60;
const WIDTH = 3;
const BEFORE = 1000 + 50;
/** Bars after which the targets resolve. */
const AHEAD = [2, 4] as const;

/** The rows of every bar and symbol, in order of time; targets of two horizons that resolve 2 and 4 bars later. */
function madeRows(
  symbols = SYMBOLS,
  bars = BARS,
): {
  readonly table: TreeTable;
  readonly symbol: Int32Array;
  readonly row: Int32Array;
  readonly resolvedAt: Int32Array;
  readonly targets: Float32Array;
} {
  const random = randomStream(['rank trees']);
  const table: TreeTable = {
    rankNames: ['a', 'b', 'c'],
    stateNames: ['d'],
    symbols: Array.from({ length: symbols }, () => ({
      time: Int32Array.from({ length: bars }, (_, bar) => 1000 + bar),
      ranks: Float32Array.from({ length: bars * WIDTH }, () => random.uniform() - 0.5),
      state: Float32Array.from({ length: bars }, () => random.uniform()),
    })),
  };
  const symbol = Int32Array.from({ length: symbols * bars }, (_, at) => at % symbols);
  const row = symbol.map((_, at) => Math.floor(at / symbols));
  const targets = Float32Array.from({ length: 2 * symbol.length }, (_, cell) => {
    const at = cell >> 1;
    const rank = table.symbols[symbol[at] ?? -1]?.ranks[(row[at] ?? -1) * WIDTH + (cell % 2)] ?? NaN;
    return (rank + random.uniform() - 0.5) / 2;
  });
  const resolvedAt = Int32Array.from(targets, (_, cell) => {
    const last = (row[cell >> 1] ?? NaN) + AHEAD[cell % 2 === 0 ? 0 : 1];
    return last < bars ? 1000 + last : UNRESOLVED;
  });
  return { table, symbol, row, resolvedAt, targets };
}

describe('the trees of a rank model', () => {
  const rows = madeRows();
  const fit = (targets: Float32Array, blend: readonly number[]): Promise<RankTrees> =>
    fitRankTrees(rows.table, {
      rows: { ...rows, horizons: 2 },
      targets,
      blend,
      before: BEFORE,
      seed: [7],
      checkpoint: NO_CHECKPOINT,
      onStep: () => undefined,
    });

  it('know no target that resolves later', async () => {
    const resolved = (cell: number): number => rows.resolvedAt[cell] ?? UNRESOLVED;
    const late = rows.targets.map((target, cell) => (resolved(cell) >= BEFORE ? NaN : target));
    for (const blend of [[0], [1], [0, 1]]) {
      const trees = await fit(rows.targets, blend);
      expect(await fit(late, blend)).to.deep.equal(trees);
      // Each horizon is known as soon as it resolves, whatever the others.
      const last = blend.at(-1) ?? -1;
      const early = rows.targets.map((target, cell) =>
        cell % 2 === last && resolved(cell) === BEFORE - 1 ? -target : target,
      );
      expect(await fit(early, blend)).to.not.deep.equal(trees);
    }
  });

  it('are fitted to the mean of the horizons in the blend', async () => {
    const mean = rows.targets.map((_, cell) => {
      const at = cell & ~1;
      const known = (rows.resolvedAt[at + 1] ?? UNRESOLVED) < BEFORE;
      return known ? ((rows.targets[at] ?? NaN) + (rows.targets[at + 1] ?? NaN)) / 2 : NaN;
    });
    expect((await fit(rows.targets, [0, 1])).trees).to.deep.equal((await fit(mean, [0])).trees);
    const [first, second] = [await fit(rows.targets, [0]), await fit(rows.targets, [1])];
    const columnsOf = ({ trees }: RankTrees): number[] =>
      [0, 1].map(
        (column) =>
          trees.columns.filter((own, at) => own === column && trees.thresholds[at] !== Infinity).length,
      );
    const [byFirst = 0, notFirst = 0] = columnsOf(first);
    const [notSecond = 0, bySecond = 0] = columnsOf(second);
    expect(byFirst).to.be.above(4 * notFirst);
    expect(bySecond).to.be.above(4 * notSecond);
  });

  it('leave out rows with an unknown target', async () => {
    const some = rows.targets.map((target, cell) => (cell === 42 ? NaN : target));
    expect(await fit(some, [1])).to.deep.equal(await fit(rows.targets, [1]));
    expect(await fit(some, [0])).to.not.deep.equal(await fit(rows.targets, [0]));
  });

  it('leave out whole times where there are many rows', async () => {
    const many = madeRows(200, 304);
    const trained = Int32Array.from({ length: 302 }, (_, bar) => 1000 + bar);
    const kept = new Set(
      thinnedTimes(
        many.table.symbols.map(() => trained),
        40_000,
      ),
    );
    expect(kept.size).to.be.within(249, 251);
    const fitTo = (targets: Float32Array): Promise<RankTrees> =>
      fitRankTrees(many.table, {
        rows: { ...many, horizons: 2 },
        targets,
        blend: [0],
        before: 1000 + 304,
        seed: [7],
        checkpoint: NO_CHECKPOINT,
        onStep: () => undefined,
      });
    const flipped = (which: boolean): Float32Array =>
      many.targets.map((target, cell) =>
        kept.has(1000 + (many.row[cell >> 1] ?? NaN)) === which ? -target : target,
      );
    const trees = await fitTo(many.targets);
    expect(await fitTo(flipped(false))).to.deep.equal(trees);
    expect(await fitTo(flipped(true))).to.not.deep.equal(trees);
  });

  it('come with the spread of their sums over the trained rows', async () => {
    const { trees, spread } = await fit(rows.targets, [0]);
    const trained = Int32Array.from({ length: 48 }, (_, bar) => bar);
    const scores = treeScores(
      trees,
      rows.table.symbols.map((symbol) => ({ ...symbol, rows: trained })),
    );
    const squares = scores.reduce((sum, score) => sum + score * score, 0);
    expect(spread).to.equal(Math.sqrt(squares / (48 * SYMBOLS)));
    expect(spread).to.be.above(0.05);
  });
});
