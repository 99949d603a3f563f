import { expect } from 'chai';

import { permutationImportance } from '../../../../activities/model/teachers/importance.js';
import { logit } from '../../../../activities/stats/logistic.js';
import { randomStream } from '../../../../data/random.js';

const FEATURES = 4;

interface Made {
  readonly label: string;
  readonly labels: Uint8Array;
  readonly values: Float64Array;
}

/** Windows whose labels depend on the first feature; the second is noise, the third is constant. */
function made(names: readonly string[], rows: number): Made[] {
  return names.map((label) => {
    const random = randomStream([1, 'made', label]);
    const values = Float64Array.from({ length: rows * FEATURES }, (_, cell) =>
      cell % FEATURES === 2 ? 0.5 : random.normal(),
    );
    const labels = Uint8Array.from({ length: rows }, (_, row) =>
      random.uniform() < 1 / (1 + Math.exp(-2 * (values[row * FEATURES] ?? 0))) ? 1 : 0,
    );
    return { label, labels, values };
  });
}

/** A logistic model of the windows' rows: logit = Σ weight · feature. */
function importanceOf(windows: readonly Made[], weights: readonly number[], seed = 7): Float64Array[] {
  const values = Float64Array.from(windows.flatMap((window) => [...window.values]));
  const rows = values.length / FEATURES;
  const logits = (swapped: number, source: ArrayLike<number>): Float64Array =>
    Float64Array.from({ length: rows }, (_, row) =>
      weights.reduce((sum, weight, feature) => {
        const from = feature === swapped ? (source[row] ?? -1) : row;
        return sum + weight * (values[from * FEATURES + feature] ?? NaN);
      }, 0),
    );
  const untouched = logits(-1, []);
  return permutationImportance({ windows, features: FEATURES, logits, untouched, seed });
}

const names = Array.from({ length: 40 }, (_, i) => `W${i}`);

describe('permutation importance', () => {
  const windows = made(names, 30);
  const risen = importanceOf(windows, [2, 0, 3, 0.01]);
  const meanOf = (feature: number): number =>
    risen.reduce((sum, own) => sum + (own[feature] ?? NaN), 0) / risen.length;

  it('is high for the feature that labels depend on, and 0 for an unused or constant one', () => {
    expect(meanOf(0)).to.be.above(0.5);
    for (const own of risen) {
      expect(own[1], 'not used').to.equal(0);
      expect(own[2], 'constant').to.equal(0);
    }
    expect(Math.abs(meanOf(3)), 'noise with a small weight').to.be.below(0.002);
  });

  it('is negative when a feature misleads', () => {
    const misled = importanceOf(windows, [-2, 0, 0, 0]);
    expect(misled.reduce((sum, own) => sum + (own[0] ?? NaN), 0)).to.be.below(-1);
  });

  it('equals the rise of the mean log-loss, computed by hand', () => {
    // Two rows either keep or swap their values; both happen over the seeds.
    const two: Made[] = [
      { label: 'W', labels: Uint8Array.of(1, 0), values: Float64Array.of(1, 0, 0, 0, -1, 0, 0, 0) },
    ];
    const weight = logit(0.8);
    const rises = Array.from({ length: 12 }, (_, seed) => importanceOf(two, [weight, 0, 0, 0], seed)[0]?.[0]);
    const changed = -Math.log(0.2) + Math.log(0.8);
    for (const rise of rises) if (rise !== 0) expect(rise).to.be.closeTo(changed, 1e-12);
    expect(rises).to.include(0);
    expect(rises.some((rise) => rise !== 0)).to.equal(true);
  });

  it('does not depend on other windows, and changes with the seed', () => {
    const [own] = windows.slice(11, 12);
    if (own === undefined) throw new Error('no window');
    expect(importanceOf([own], [2, 0, 3, 0.01])[0]).to.deep.equal(risen[11]);
    const backwards = importanceOf([...windows].reverse(), [2, 0, 3, 0.01]);
    expect(backwards.reverse()).to.deep.equal(risen);
    expect(importanceOf(windows, [2, 0, 3, 0.01], 8)).to.not.deep.equal(risen);
  });

  it('shuffles each window by a permutation of its own', () => {
    const [first] = windows;
    if (first === undefined) throw new Error('no window');
    const [own, twin] = importanceOf([first, { ...first, label: 'twin' }], [2, 0, 3, 0.01]);
    expect(own?.[0]).to.not.equal(twin?.[0]);
  });

  it('is NaN for a window without rows', () => {
    const [first] = windows;
    if (first === undefined) throw new Error('no window');
    const empty: Made = { label: 'E', labels: new Uint8Array(0), values: new Float64Array(0) };
    const [none, some] = importanceOf([empty, first], [2, 0, 3, 0.01]);
    expect(none?.every((rise) => Number.isNaN(rise))).to.equal(true);
    expect(some).to.deep.equal(risen[0]);
  });
});
