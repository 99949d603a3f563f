import { expect } from 'chai';
import fc from 'fast-check';

import { fillBasis } from '../../../../activities/model/ranking/basis.js';
import { rankContributions } from '../../../../activities/model/ranking/contributions.js';
import { rankBasis } from '../../../../activities/model/ranking/rank-basis.js';
import { arraysToRankModel, rankModelToArrays } from '../../../../activities/model/ranking/rank-file.js';
import type {
  RankModel,
  RankTable,
  RankWeights,
  WeighedTrees,
} from '../../../../activities/model/ranking/rank-model.js';
import type { RankedSpan } from '../../../../activities/model/ranking/rank-scores.js';
import { onFloat32Grid } from '../../../../activities/model/trees/exact-sums.js';
import { treeScores } from '../../../../activities/model/trees/tree-scores.js';
import { TREE_NODES, emptyTrees } from '../../../../activities/model/trees/trees.js';
import { packArrays, unpackArrays } from '../../../../activities/model/units/named-arrays.js';
import { randomStream } from '../../../../data/random.js';
import { initBackend } from '../../../../workers/tensor/backend.js';
import { madeRankTable } from './made-table.js';
import { rankScores } from './score-rows.js';

/** Trees with a split at every node. */
function madeTrees({ rankNames, stateNames }: RankTable): WeighedTrees {
  const random = randomStream(['made trees']);
  const trees = emptyTrees(5, rankNames.length, stateNames.length);
  trees.columns.forEach(
    (_, at) => (trees.columns[at] = random.integer(0, rankNames.length + stateNames.length - 1)),
  );
  trees.thresholds.forEach((_, at) => (trees.thresholds[at] = random.uniform() - 0.5));
  trees.values.forEach(
    (_, at) => (trees.values[at] = at % TREE_NODES === 0 ? 0 : onFloat32Grid(random.normal())),
  );
  return { trees, factor: 0.25 };
}

describe('scores of the rank head', () => {
  before(() => initBackend());

  const table = madeRankTable({ bars: 700, symbols: 40 });
  const basis = rankBasis(table);
  const random = randomStream(['weights']);
  const weights = (): RankWeights => ({
    weights: Float32Array.from(basis.terms, () => random.normal()),
    unit: Math.fround(0.05),
  });
  const model: RankModel = {
    basis,
    trained: { blend: '1+5', select: weights(), fit: weights() },
    permuted: { blend: '1+5+10+20', select: weights(), fit: weights() },
  };
  const withTrees: RankModel = {
    ...model,
    trained: { ...model.trained, fit: { ...weights(), trees: madeTrees(table) } },
  };
  const spanOf = (symbol: number, first = 5 * symbol, length = 300): RankedSpan => ({
    table: table.symbols[symbol] ?? { ranks: new Float32Array(0), state: new Float32Array(0) },
    rows: Int32Array.from({ length }, (_, at) => first + at),
  });
  const spans = table.symbols.map((_, symbol) => spanOf(symbol));

  it('are unit · Σ weight · term', () => {
    for (const [arm, phase] of [
      ['trained', 'select'],
      ['trained', 'fit'],
      ['permuted', 'fit'],
    ] as const) {
      const scores = rankScores(model, phase, spans, arm);
      const own = model[arm][phase];
      spans.forEach((span, at) => {
        expect(scores[at]?.length).to.equal(300);
        for (const place of [0, 255, 256, 299]) {
          const terms = new Float32Array(basis.terms.length);
          fillBasis(basis, span.table, span.rows.subarray(place, place + 1), terms);
          const sum = terms.reduce((total, term, index) => total + term * (own.weights[index] ?? NaN), 0);
          expect(scores[at]?.[place]).to.be.closeTo(own.unit * sum, 1e-7);
        }
      });
    }
  });

  it('have the same bits whatever they are computed with, in any order', () => {
    const alone = spans.map((span) => rankScores(model, 'fit', [span])[0]);
    expect(rankScores(model, 'fit', spans)).to.deep.equal(alone);
    fc.assert(
      fc.property(fc.shuffledSubarray([...spans.keys()], { minLength: 1 }), (picked) => {
        const scores = rankScores(
          model,
          'fit',
          picked.map((symbol) => spans[symbol] ?? spanOf(symbol)),
        );
        expect(scores).to.deep.equal(picked.map((symbol) => alone[symbol]));
      }),
      { numRuns: 25 },
    );
  });

  it('have the same bits in a longer span of rows', () => {
    for (const symbol of [0, 3]) {
      const [long, short] = rankScores(model, 'fit', [spanOf(symbol, 0, 700), spanOf(symbol, 17, 40)]);
      expect(short).to.deep.equal(long?.slice(17, 57));
    }
  });

  it('are none for no rows', () => {
    expect(rankScores(model, 'fit', [])).to.deep.equal([]);
    expect(rankScores(model, 'fit', [spanOf(0, 0, 0), spanOf(1)]).map(({ length }) => length)).to.deep.equal([
      0, 300,
    ]);
  });

  it('are the sum of what every feature adds', () => {
    const scores = rankScores(model, 'fit', spans);
    spans.slice(0, 5).forEach((span, at) => {
      const parts = rankContributions(basis, model.trained.fit, span.table, span.rows[20] ?? 0);
      expect([...parts.keys()]).to.deep.equal([...table.rankNames, ...table.stateNames]);
      const sum = [...parts.values()].reduce((total, part) => total + part, 0);
      expect(sum).to.be.closeTo(scores[at]?.[20] ?? NaN, 1e-7);
    });
  });

  it('add trees, with their factor, as contributions do', () => {
    const own = withTrees.trained.fit;
    const { trees, factor } = own.trees ?? madeTrees(table);
    const select = { weights: own.weights, unit: own.unit };
    const linear = rankScores({ ...model, trained: { ...model.trained, select } }, 'select', spans);
    const scores = rankScores(withTrees, 'fit', spans);
    const sums = treeScores(
      trees,
      spans.map(({ table: inputs, rows }) => ({ ...inputs, rows })),
    );
    expect(new Set(sums).size).to.be.above(10);
    spans.forEach((span, at) => {
      for (const place of [0, 299]) {
        const sum = sums[300 * at + place] ?? NaN;
        const expected = (linear[at]?.[place] ?? NaN) + own.unit * factor * sum;
        expect(scores[at]?.[place]).to.be.closeTo(expected, 1e-8);
        const parts = rankContributions(basis, own, span.table, span.rows[place] ?? 0);
        const total = [...parts.values()].reduce((all, part) => all + part, 0);
        expect(total).to.be.closeTo(scores[at]?.[place] ?? NaN, 1e-7);
      }
    });
    const alone = spans.map((span) => rankScores(withTrees, 'fit', [span])[0]);
    expect(alone).to.deep.equal(scores);
  });

  it('give a product half to each factor', () => {
    const small = {
      rankNames: ['a', 'b'],
      stateNames: ['s'],
      terms: [
        { kind: 'rank', feature: 'a' },
        { kind: 'product', feature: 'a', by: 'b' },
        { kind: 'state', feature: 'b', by: 's' },
      ],
    } as const;
    const own = { weights: Float32Array.of(1, 2, 4), unit: 0.5 };
    const inputs = { ranks: Float32Array.of(0.5, 0.25), state: Float32Array.of(-0.5) };
    const product = 0.5 * 2 * Math.sqrt(12) * 0.125;
    const parts = rankContributions(small, own, inputs, 0);
    expect(parts.get('a')).to.be.closeTo(0.25 + product / 2, 1e-7);
    expect(parts.get('b')).to.be.closeTo(product / 2 - 0.125, 1e-7);
    expect(parts.get('s')).to.be.closeTo(-0.125, 1e-7);
  });

  it('are the same after a round trip through the model file', () => {
    const roundTrip = (some: RankModel): RankModel => {
      const file = rankModelToArrays(some);
      const { specs, bytes } = packArrays(file.arrays);
      return arraysToRankModel(unpackArrays(specs, bytes), JSON.parse(JSON.stringify(file.metadata)));
    };
    expect(roundTrip(model)).to.deep.equal(model);
    expect(roundTrip(withTrees)).to.deep.equal(withTrees);
    const { arrays, metadata } = rankModelToArrays(model);
    expect(() => arraysToRankModel(arrays, { ...metadata, terms: metadata.terms.slice(1) })).to.throw(
      RangeError,
      'rank/trained/select has',
    );
  });
});
