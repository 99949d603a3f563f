import { expect } from 'chai';

import type { ScoredRows } from '../../../../activities/model/ranking/exposed-scores.js';
import { exposedScores, partsOfRows } from '../../../../activities/model/ranking/exposed-scores.js';
import type { RankModel, RankTable } from '../../../../activities/model/ranking/rank-model.js';
import { rankParts } from '../../../../activities/model/ranking/rank-scores.js';
import { initBackend } from '../../../../workers/tensor/backend.js';
import { rankPrior } from '../rank-prior.js';
import { madeRankTable, timeOfBar } from './made-table.js';

const TABLE = madeRankTable({ symbols: 30, bars: 40, member: (symbol, bar) => symbol !== 4 || bar < 20 });
const SPAN = { arm: 'trained', phase: 'fit', from: timeOfBar(10), until: timeOfBar(35) } as const;

/** Scores of a model that nobody has asked before. */
function fresh(table: RankTable, wanted: readonly string[]): ReadonlyMap<string, ScoredRows> {
  return exposedScores(table, rankPrior(table), SPAN, new Set(wanted));
}

function valuesOf(scored: ReadonlyMap<string, ScoredRows>): unknown {
  return [...scored].map(([symbol, { first, values, parts }]) => [symbol, first, values, parts]);
}

describe('scores of the shards of a cohort', () => {
  let model: RankModel;
  before(async () => {
    await initBackend();
    model = rankPrior(TABLE);
  });

  it('are those that each shard has alone, members and others alike', () => {
    for (const shard of [['S000', 'S004'], ['S001'], ['S004', 'S029']]) {
      const shared = exposedScores(TABLE, model, SPAN, new Set(shard));
      expect(valuesOf(shared)).to.deep.equal(valuesOf(fresh(TABLE, shard)));
      expect([...shared.keys()]).to.deep.equal(shard);
      for (const [symbol, { values }] of shared)
        expect(
          Array.from(values).every((value) => value !== 0 && Number.isFinite(value)),
          symbol,
        ).to.equal(true);
    }
  });

  it('are computed again for another table of the same model', () => {
    const other = madeRankTable({ symbols: 30, bars: 40, seed: 2 });
    expect(valuesOf(exposedScores(other, model, SPAN, new Set(['S001'])))).to.deep.equal(
      valuesOf(fresh(other, ['S001'])),
    );
  });

  it('are taken where they are known, and computed for rows and tables that were not scored', () => {
    const [one, two] = TABLE.symbols;
    if (one === undefined || two === undefined) throw new RangeError('there are too few symbols');
    const scored = exposedScores(TABLE, model, SPAN, new Set([one.symbol, two.symbol]));
    const changed = { ...two, ranks: two.ranks.map((rank) => -rank) };
    const spans = [
      { table: one, rows: Int32Array.of(12, 20, 34) },
      { table: changed, rows: Int32Array.of(12, 20, 34) },
      { table: two, rows: Int32Array.of(9, 12) },
    ];
    expect(partsOfRows(model, 'fit', spans, scored)).to.deep.equal(rankParts(model, 'fit', spans));
    // What is known is not computed: made-up parts come back.
    const own = scored.get(one.symbol);
    if (own === undefined) throw new RangeError('the symbol was not scored');
    const made = new Map([[one.symbol, { ...own, parts: own.parts.map(() => 7) }]]);
    const [taken, computed] = partsOfRows(model, 'fit', spans, made);
    expect(Array.from(taken ?? [])).to.deep.equal(new Array(9).fill(7));
    expect(computed).to.deep.equal(rankParts(model, 'fit', spans)[1]);
  });
});
