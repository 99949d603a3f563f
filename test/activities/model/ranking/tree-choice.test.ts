import { expect } from 'chai';

import type { RankFit } from '../../../../activities/model/ranking/fit-rank-model.js';
import { outOfFoldScores } from '../../../../activities/model/prior/out-of-fold-scores.js';
import { exposedAt, exposedScores } from '../../../../activities/model/ranking/exposed-scores.js';
import { fitRankModel } from '../../../../activities/model/ranking/fit-rank-model.js';
import { TREE_SHARES } from '../../../../activities/model/ranking/rank-grid.js';
import { correlation } from '../../../../activities/stats/correlation.js';
import { neutraliser } from '../../../../activities/stats/neutral.js';
import { TREE_SETTINGS } from '../../../../activities/model/trees/settings.js';
import type { Checkpoint } from '../../../../activities/model/units/checkpoint.js';
import { openCheckpoint } from '../../../../activities/model/units/checkpoint.js';
import { initBackend } from '../../../../workers/tensor/backend.js';
import { steadyPace, stoppingPace } from '../paces.js';
import { temporaryFile } from '../temporary-file.js';
import { madeRankTable, madeTask, timeOfBar } from './made-table.js';
import { scoreRows } from './score-rows.js';

const BARS = 260;
const TABLE = madeRankTable({ bars: BARS, symbols: 25, signal: ([, , momentum = 0]) => momentum });

describe('the choice of trees', () => {
  let found: RankFit;
  before(async () => {
    await initBackend();
    found = await fitRankModel(TABLE, madeTask(BARS));
  });

  it('takes an average with trees unless the linear part alone is clearly better', () => {
    const { grid, chosen, reason, dates } = found.treeChoices.trained;
    expect(grid.map(({ config }) => config)).to.deep.equal([{ trees: 0 }, { trees: 0.5 }]);
    expect(grid.every(({ figure }) => typeof figure === 'number')).to.equal(true);
    expect([reason, dates]).to.deep.equal(['validated', 100]);
    for (const phase of ['select', 'fit'] as const)
      expect(found.model.trained[phase].trees === undefined).to.equal(TREE_SHARES[chosen] === 0);
    expect(chosen).to.equal(1);
    expect(grid[1]?.figure).to.be.within(0.1, 0.25);
  });

  it('gives permuted targets the declared share, in forward rows of real bars alone', async () => {
    const { chosen, reason, rows } = found.treeChoices.permuted;
    expect([TREE_SHARES[chosen], reason, rows]).to.deep.equal([0.5, 'default', 0]);
    expect(found.model.permuted.fit.trees?.trees.count).to.equal(TREE_SETTINGS.rounds);
    expect(found.model.permuted.select.trees).to.equal(undefined);
    const placebo = await fitRankModel(TABLE, { ...madeTask(BARS), permute: false });
    expect(placebo.model.permuted.fit.trees).to.equal(undefined);
    expect(placebo.model.trained).to.deep.equal(found.model.trained);
  });

  it('gives both parts the same size over the trained rows', () => {
    const { weights, unit, trees } = found.model.trained.select;
    const rows = TABLE.symbols.flatMap((_, symbol) =>
      Array.from({ length: BARS - 60 - 20 }, (_row, row) => ({ symbol, row })),
    );
    const some = {
      symbol: Int32Array.from(rows, ({ symbol }) => symbol),
      row: Int32Array.from(rows, ({ row }) => row),
    };
    // The exposures of a made table are the same on every day.
    const exposure = (name: 'volatility' | 'beta' | 'tradedValue'): number[] =>
      TABLE.symbols.map(({ exposures }) => exposures[name][0] ?? NaN);
    const residual = neutraliser({
      volatility: exposure('volatility'),
      beta: exposure('beta'),
      tradedValue: exposure('tradedValue'),
      sector: TABLE.symbols.map(({ sector }) => sector),
    });
    const spread = (own: typeof found.model.trained.select, neutral: boolean): number => {
      const scores = scoreRows(found.model.basis, own, TABLE.symbols, some);
      let squares = 0;
      for (let row = 0; row < BARS - 60 - 20; row += 1) {
        const section = scores.filter((_, at) => some.row[at] === row);
        for (const score of neutral ? residual(section) : section) squares += score * score;
      }
      return Math.sqrt(squares / rows.length);
    };
    const linear = spread({ weights, unit }, true);
    const added = spread({ weights: new Float32Array(weights.length), unit, ...(trees && { trees }) }, false);
    // The trees know rows whose longer targets resolve later.
    expect(added / linear).to.be.closeTo(1, 0.01);
  });

  it('scores test blocks as a model that was fitted before them scores a window', async () => {
    // The last block: its weights are those of a cohort whose validation part starts with it.
    const { tested } = found;
    const last = tested.row.at(-1) ?? -1;
    const first = BARS - 60 - 50;
    expect(last).to.equal(BARS - 60 - 1);
    const earlier = await fitRankModel(TABLE, { ...madeTask(BARS), validationStart: timeOfBar(first) });
    const symbols = new Set(TABLE.symbols.map(({ symbol }) => symbol));
    const span = { phase: 'select', from: timeOfBar(first), until: timeOfBar(last + 1) } as const;
    const parts = exposedScores(TABLE, earlier.model, { arm: 'trained', ...span }, symbols);
    const some = {
      symbol: tested.symbol.filter((_, at) => (tested.row[at] ?? -1) >= first),
      row: tested.row.filter((row) => row >= first),
    };
    const neutral = Array.from(
      scoreRows(earlier.model.basis, earlier.model.trained.select, TABLE.symbols, some),
      (score, at) => {
        const { symbol } = TABLE.symbols[some.symbol[at] ?? -1] ?? {};
        return score - exposedAt(parts.get(symbol ?? ''), some.row[at] ?? -1);
      },
    );
    expect(neutral.length).to.equal(50 * 25);
    // Trees that are fitted with other draws, a block earlier, are all that differs.
    expect(
      correlation(Float64Array.from(neutral), Float64Array.from(tested.score.slice(-neutral.length))),
    ).to.be.above(0.9);
    const untested = {
      symbol: Int32Array.of(some.symbol[0] ?? -1, 0),
      row: Int32Array.of(some.row[0] ?? -1, 0),
    };
    const scores = outOfFoldScores(TABLE, { ...untested, logit: new Float32Array(2).fill(0.25) }, tested);
    expect(scores[0]).to.equal(tested.score[tested.score.length - neutral.length]);
    expect(scores[1]).to.be.NaN;
  });

  it('continues bit for bit from a checkpoint in any fit of trees', async () => {
    const file = temporaryFile();
    const task = (checkpoint: Checkpoint): Parameters<typeof fitRankModel>[1] => ({
      ...madeTask(BARS),
      phase: (name) => checkpoint.phase(name),
    });
    for (const stopAt of [10, 25, 15]) {
      const error: unknown = await fitRankModel(
        TABLE,
        task(await openCheckpoint(file, 'key', stoppingPace(stopAt))),
      ).catch((reason: unknown) => reason);
      expect(error).to.have.property('type', 'Cancelled');
    }
    const rounds: number[] = [];
    const resumed = await fitRankModel(TABLE, {
      ...task(await openCheckpoint(file, 'key', steadyPace())),
      onRound: (round) => rounds.push(round),
    });
    expect(resumed).to.deep.equal(found);
    // Two test blocks share their trees; then both phases, and the permuted forward rows.
    const fits = 1 + 2 + 1;
    expect(rounds.length).to.equal(fits * TREE_SETTINGS.rounds - 10 - 25 - 15);
  });
});
