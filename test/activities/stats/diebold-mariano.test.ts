import { expect } from 'chai';
import fc from 'fast-check';

import { dieboldMariano } from '../../../activities/stats/diebold-mariano.js';

const series = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 12, maxLength: 60 });
const horizons = fc.integer({ min: 1, max: 6 });
const windows = fc.constantFrom('rectangular', 'bartlett');

const NOTHING = { statistic: NaN, pValue: NaN, twoSided: NaN };

describe('the Diebold–Mariano test', () => {
  it('gives what a sheet of paper does', () => {
    // Mean 3, variance (4 + 1 + 0 + 9) / 4 = 3.5; 3 / √(3.5 / 4) times √((4 + 1 − 2) / 4).
    const test = dieboldMariano([1, 2, 3, 6], 1);
    const statistic = (3 / Math.sqrt(0.875)) * Math.sqrt(0.75);
    expect(test).to.deep.include({ dates: 4, mean: 3, window: 'rectangular' });
    expect(test?.statistic).to.be.closeTo(statistic, 1e-14);
    const root = statistic / Math.sqrt(3);
    const tail = 0.5 - (root / (1 + root * root) + Math.atan(root)) / Math.PI;
    expect(test?.pValue).to.be.closeTo(tail, 1e-14);
    expect(test?.twoSided).to.be.closeTo(2 * tail, 1e-14);
  });

  it('is antisymmetric, and knows no unit', () => {
    fc.assert(
      fc.property(
        series,
        horizons,
        windows,
        fc.double({ min: 0.1, max: 50, noNaN: true }),
        (d, h, window, unit) => {
          const test = dieboldMariano(d, h, window);
          const [turned, scaled] = [-1, unit].map((factor) =>
            dieboldMariano(
              d.map((x) => factor * x),
              h,
              window,
            ),
          );
          // Products may be rounded to nothing.
          fc.pre(Math.abs(test?.statistic ?? Infinity) < 1e6 && test?.window === scaled?.window);
          const { statistic, pValue, twoSided } = test ?? NOTHING;
          expect(turned?.statistic).to.equal(-statistic);
          expect(turned?.twoSided).to.equal(twoSided);
          expect((turned?.pValue ?? NaN) + pValue).to.be.closeTo(1, 1e-12);
          expect(scaled?.statistic).to.be.closeTo(statistic, 1e-6 * Math.max(1, Math.abs(statistic)));
        },
      ),
    );
  });

  it('counts the lags of forecasts that overlap: neighbours that agree are worth less', () => {
    const blocks = Array.from({ length: 100 }, (_, at) => Math.sin(Math.floor(at / 5) * 7.3) + 0.3);
    const [single, overlapping] = [1, 5].map((h) => dieboldMariano(blocks, h)?.statistic ?? NaN);
    expect(overlapping).to.be.below(0.6 * (single ?? NaN));
  });

  it('gives nothing where there is nothing to compare', () => {
    expect(dieboldMariano([], 1)).to.equal(null);
    expect(dieboldMariano([0.1], 1)).to.equal(null);
    expect(dieboldMariano([0.1, 0.2, 0.3], 3)).to.equal(null);
    expect(dieboldMariano([0.25, 0.25, 0.25, 0.25], 1)).to.equal(null);
    expect(dieboldMariano([0, 0, 0, 0], 2)).to.equal(null);
  });
});
