import { expect } from 'chai';
import fc from 'fast-check';

import { buildFeatureTable } from '../../../activities/market/features/build-feature-table.js';
import { cohortSplit, windowRows } from '../../../activities/market/splits/splits.js';
import { driftBetween } from '../../../activities/figures/drift.js';
import { measureDrift } from '../../../activities/figures/measure-drift.js';
import { randomStream } from '../../../data/random.js';
import { syntheticMarket } from '../market/synthetic-market.js';

const count = (length: number, from = 0): Float32Array => Float32Array.from({ length }, (_, i) => from + i);

function normals(seed: number, rows: number, centre = 0, spread = 1): Float32Array {
  const random = randomStream([seed, 'drift']);
  return Float32Array.from({ length: rows }, () => centre + spread * random.normal());
}

describe('drift between two samples', () => {
  it('equals values computed by hand', () => {
    // Ten bins of 0 … 99 against twice 0 … 49: five bins hold a fifth of the other sample each, five hold nothing.
    const { psi, ks } = driftBetween(count(100), Float32Array.from([...count(50), ...count(50)]));
    const [t, full, none] = [10.5 / 105, 20.5 / 105, 0.5 / 105];
    const expected = 5 * ((full - t) * Math.log(full / t) + (none - t) * Math.log(none / t));
    expect(psi).to.be.closeTo(expected, 1e-12);
    expect(ks).to.be.closeTo(0.5, 1e-12);
  });

  it('is 0 for the same sample in any order, and for constants', () => {
    const sample = normals(1, 500);
    expect(driftBetween(sample.slice(), sample.slice().reverse())).to.deep.equal({ psi: 0, ks: 0 });
    expect(driftBetween(new Float32Array(40).fill(3), new Float32Array(90).fill(3)).ks).to.equal(0);
  });

  it('distinguishes a shift and a larger variance from chance', () => {
    const reference = (): Float32Array => normals(1, 5000);
    const chance = driftBetween(reference(), normals(2, 5000));
    expect(chance.psi).to.be.below(0.02);
    expect(chance.ks).to.be.below(0.04);
    // Two normal distributions one standard deviation apart: D = 2Φ(1/2) − 1, Jeffreys' divergence 1.
    const shift = driftBetween(reference(), normals(2, 5000, 1));
    expect(shift.psi).to.be.within(0.8, 1.05);
    expect(shift.ks).to.be.closeTo(0.383, 0.02);
    expect(driftBetween(reference(), normals(2, 5000, 0, 2)).psi).to.be.above(0.25);
  });

  it('does not depend on order or unit; KS is symmetric and bounded', () => {
    const sample = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        const drift = driftBetween(Float32Array.from(a), Float32Array.from(b));
        expect(driftBetween(Float32Array.from(a).reverse(), Float32Array.from(b))).to.deep.equal(drift);
        const scaled = (values: number[]): Float32Array =>
          Float32Array.from(values, (value) => 4 * value + 8);
        expect(driftBetween(scaled(a), scaled(b))).to.deep.equal(drift);
        expect(drift.psi).to.be.at.least(0);
        expect(drift.ks).to.be.within(0, 1);
        expect(driftBetween(Float32Array.from(b), Float32Array.from(a)).ks).to.equal(drift.ks);
        const gaps = [...a, ...b].map((value) => {
          const share = (values: number[]): number =>
            values.filter((other) => other <= value).length / values.length;
          return Math.abs(share(a) - share(b));
        });
        expect(drift.ks).to.be.closeTo(Math.max(...gaps), 1e-12);
      }),
    );
  });
});

describe('drift of a run’s features', () => {
  const table = buildFeatureTable(syntheticMarket(), { horizon: 5, threshold: 0.02 });
  const symbols = table.symbols.map(({ symbol }) => symbol);
  const cohort = { id: 'first', start: '2021-03-20', end: '2021-07-18' };
  const options = { validationShare: 0.25, forwardDays: 120, to: '2021-11-20' };
  const split = cohortSplit(table, cohort, options);

  it('compares fit rows with forward rows, cohort by cohort', () => {
    const late = { id: 'last', start: '2021-07-18', end: '2021-11-20' };
    const short = { id: 'short', start: '2021-06-01', end: '2021-11-05' };
    const taught = symbols.filter((symbol) => symbol !== 'ZETA');
    const { features, cohorts } = measureDrift(table, [
      { id: 'first', symbols: taught, split },
      { id: 'short', symbols, split: cohortSplit(table, short, options) },
      { id: 'last', symbols, split: cohortSplit(table, late, options) },
    ]);
    expect(features).to.deep.equal(table.names);
    expect(
      cohorts.map(({ cohort: id }) => id),
      'little or nothing comes after the others',
    ).to.deep.equal(['first']);
    const rows = (part: 'fit' | 'forward'): number =>
      table.symbols
        .filter(({ symbol }) => symbol !== 'ZETA')
        .reduce((sum, symbol) => sum + windowRows(symbol, split)[part].length, 0);
    expect(cohorts[0]).to.include({ trainRows: rows('fit'), forwardRows: rows('forward') });
    expect(cohorts[0]?.psi).to.have.length(table.names.length);
  });

  it('finds the feature that is shifted after the window, and no other', () => {
    const before = measureDrift(table, [{ id: 'first', symbols, split }]).cohorts[0];
    const gap = table.names.indexOf('gap');
    const shifted = {
      ...table,
      symbols: table.symbols.map((symbol) => {
        const features = symbol.features.slice();
        for (const row of windowRows(symbol, split).forward) {
          const cell = row * table.names.length + gap;
          features[cell] = (features[cell] ?? NaN) + 0.01;
        }
        return { ...symbol, features };
      }),
    };
    const after = measureDrift(shifted, [{ id: 'first', symbols, split }]).cohorts[0];
    expect(before?.psi[gap]).to.be.below(0.1);
    expect(after?.psi[gap]).to.be.above(1);
    expect(after?.ks[gap]).to.be.above(0.4);
    expect(after?.psi.filter((_, feature) => feature !== gap)).to.deep.equal(
      before?.psi.filter((_, feature) => feature !== gap),
    );
  });
});
