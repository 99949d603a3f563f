import { expect } from 'chai';
import fc from 'fast-check';

import type { OrderedLabels } from '../../../activities/stats/auc.js';
import {
  aucReplicates,
  areaUnderRoc,
  orderLabels,
  orderScores,
  stratifiedAuc,
} from '../../../activities/stats/auc.js';
import { randomStream } from '../../../data/random.js';
import { zScore } from '../../support/z-score.js';

interface Rows {
  readonly score: number[];
  readonly label: number[];
}

const ordered = ({ score, label }: Rows) => ({
  order: orderScores(Float64Array.from(score)),
  label: Uint8Array.from(label),
});

const pooled = (parts: readonly Rows[]): number => {
  const { order, label } = ordered({
    score: parts.flatMap(({ score }) => score),
    label: parts.flatMap(({ label: own }) => own),
  });
  return areaUnderRoc(order, label) ?? NaN;
};

const stratum = (rows: Rows): OrderedLabels => {
  const { order, label } = ordered(rows);
  return orderLabels(order, label);
};

const stratified = (parts: readonly Rows[]): number => stratifiedAuc(parts.map(stratum)) ?? NaN;

/**
 * Coins of 8 symbols, forecast tile by tile: a symbol's share of heads in all earlier tiles, shrunk towards the share
 * of all symbols. There is nothing to learn.
 */
function coinForecasts(seed: number): Rows[] {
  const random = randomStream([seed, 'coins']);
  const heads = new Array<number>(8).fill(0);
  const tiles: Rows[] = [];
  for (let tile = 0; tile < 7; tile += 1) {
    const all = heads.reduce((sum, count) => sum + count, 0);
    const share = all / (8 * 25 * tile);
    const score: number[] = [];
    const label: number[] = [];
    heads.forEach((count, symbol) => {
      for (let toss = 0; toss < 25; toss += 1) {
        score.push((count + 100 * share) / (25 * tile + 100));
        label.push(random.uniform() < 0.3 ? 1 : 0);
      }
      heads[symbol] = count + label.slice(-25).reduce((sum, side) => sum + side, 0);
    });
    if (tile > 0) tiles.push({ score, label });
  }
  return tiles;
}

describe('stratifiedAuc', () => {
  it('compares rows of the same stratum only, every pair counted once', () => {
    const high = { score: [0.9, 0.8, 0.7], label: [1, 0, 0] };
    const low = { score: [0.2, 0.1], label: [0, 1] };
    // 2 of 2 pairs and 0 of 1 pair.
    expect(stratified([high, low])).to.equal(2 / 3);
    expect(stratified([high])).to.equal(pooled([high]));
    expect(stratified([high, { score: [0.5], label: [1] }])).to.equal(1);
    expect(stratifiedAuc([])).to.equal(null);
    expect(stratifiedAuc([{ score: [0.5, 0.4], label: [1, 1] }].map(stratum))).to.equal(null);
  });

  it('counts the rows of a group by its weight', () => {
    const parts = [
      { score: [0.9, 0.2, 0.6], label: [1, 1, 0] },
      { score: [0.3, 0.4], label: [1, 0] },
    ].map(ordered);
    const grouped = parts.map(({ order, label }) => orderLabels(order, label, Int32Array.from(label.keys())));
    // The first part wins 3 of its 3 + 2 pairs; the second none of its 3.
    expect(stratifiedAuc(grouped, Int32Array.from([3, 1, 1]))).to.equal(3 / (4 + 3));
  });

  it('is chance for worthless forecasts made tile by tile, where the pooled AUC is below it', () => {
    const runs = Array.from({ length: 400 }, (_, seed) => coinForecasts(seed));
    expect(zScore(runs.map(pooled), 0.5)).to.be.below(-4);
    expect(zScore(runs.map(stratified), 0.5)).to.be.within(-3, 3);
  });
});

describe('aucReplicates', () => {
  const row = fc.record({
    score: fc.integer({ min: 0, max: 12 }),
    label: fc.integer({ min: 0, max: 1 }),
    group: fc.integer({ min: 0, max: 6 }),
  });
  const weights = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 7, maxLength: 7 });

  it('is the AUC of each list of weights, bit for bit', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(row, { maxLength: 40 }), { maxLength: 4 }),
        fc.array(weights, { maxLength: 150 }),
        (strata, lists) => {
          const ordered = strata.map((rows) =>
            orderLabels(
              orderScores(Float64Array.from(rows, ({ score }) => score)),
              Uint8Array.from(rows, ({ label }) => label),
              Int32Array.from(rows, ({ group }) => group),
            ),
          );
          const draws = lists.map((list) => Int32Array.from(list));
          expect(aucReplicates(ordered, draws)).to.deep.equal(
            draws.map((weight) => stratifiedAuc(ordered, weight)),
          );
        },
      ),
    );
  });
});
