import { expect } from 'chai';
import fc from 'fast-check';

import type { SectionExposures } from '../../../activities/stats/neutral.js';
import { centredRanks } from '../../../activities/stats/centred-ranks.js';
import { neutraliser } from '../../../activities/stats/neutral.js';
import { neutralRanks } from './neutral-ranks.js';

const RETURNS = [3, -2, 5, 1, -4, 1, 0, 2, -6];
const EXPOSURES: SectionExposures = {
  volatility: [21, 18, 35, 27, 30, 18, 24, NaN, 40],
  beta: [9, 11, 14, 12, 10, 8, 13, 7, 15],
  tradedValue: [500, 90, 60, 300, 80, 70, 200, 40, 30],
  sector: ['Banks', 'Banks', 'Energy', 'Banks', 'Energy', 'Energy', 'Metals', null, 'Energy'],
};

describe('centred ranks', () => {
  it('are (less − greater) / 2n among the known values, with equal ranks for ties', () => {
    expect([...centredRanks([10, 30, 20, 20])]).to.deep.equal([-3 / 8, 3 / 8, 0, 0]);
    expect([...centredRanks([NaN, 5, 7, NaN])]).to.deep.equal([0, -1 / 4, 1 / 4, 0]);
    expect([...centredRanks([-0, 0])]).to.deep.equal([0, 0]);
    expect([...centredRanks([NaN])]).to.deep.equal([0]);
    expect([...centredRanks([])]).to.deep.equal([]);
  });

  it('agree with counting, for any sample with ties and unknown values', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constant(NaN))), (values) => {
        const known = values.filter((value) => !Number.isNaN(value));
        const counted = values.map((value) =>
          Number.isNaN(value)
            ? 0
            : (known.filter((other) => other < value).length -
                known.filter((other) => other > value).length) /
              (2 * known.length),
        );
        expect([...centredRanks(values)]).to.deep.equal(counted);
      }),
    );
  });
});

describe('neutral ranks', () => {
  it('are the residuals of least squares on ranks of exposures and dummies of sectors', () => {
    // Solved exactly, in fractions, from the normal equations: sectors Banks, Energy and other.
    const expected = [
      0.18448507660836427, -0.17902226635103347, 0.5741429474306187, -0.005462810257330805,
      -0.38579519743903307, 0.07577720933885318, -0.07499326848641917, 0.07499326848641917,
      -0.2641249593304388,
    ];
    neutralRanks(RETURNS, neutraliser(EXPOSURES)).forEach((residual, at) =>
      expect(residual).to.be.closeTo(expected[at] ?? NaN, 1e-15),
    );
  });

  it('leave symbols without a value out, as if they were not there', () => {
    const gone = [0, 7];
    const without = <Value>(values: ArrayLike<Value>): Value[] =>
      Array.from(values).filter((_, at) => !gone.includes(at));
    const residuals = neutralRanks(
      RETURNS.map((value, at) => (gone.includes(at) ? NaN : value)),
      neutraliser(EXPOSURES),
    );
    for (const at of gone) expect(residuals[at]).to.be.NaN;
    expect(without(residuals)).to.deep.equal([
      ...neutralRanks(
        without(RETURNS),
        neutraliser({
          volatility: without(EXPOSURES.volatility),
          beta: without(EXPOSURES.beta),
          tradedValue: without(EXPOSURES.tradedValue),
          sector: without(EXPOSURES.sector),
        }),
      ),
    ]);
  });

  it('drop exposures that are combinations of others', () => {
    const same = { ...EXPOSURES, beta: EXPOSURES.tradedValue };
    const twice = neutralRanks(RETURNS, neutraliser(same));
    const once = neutralRanks(RETURNS, neutraliser({ ...same, beta: RETURNS.map(() => 1) }));
    once.forEach((residual, at) => expect(twice[at]).to.be.closeTo(residual, 1e-15));
  });

  const sections = fc.array(
    fc.record({
      value: fc.integer({ min: -20, max: 20 }),
      volatility: fc.oneof(fc.integer({ min: 0, max: 9 }), fc.constant(NaN)),
      beta: fc.integer({ min: -5, max: 5 }),
      tradedValue: fc.integer({ min: 1, max: 1000 }),
      sector: fc.oneof(fc.constantFrom('A', 'B', 'C'), fc.constant(null)),
    }),
    { minLength: 1, maxLength: 40 },
  );

  it('are orthogonal to every exposure and have the sum 0 in every sector', () => {
    fc.assert(
      fc.property(sections, (symbols) => {
        const exposures = {
          volatility: symbols.map(({ volatility }) => volatility),
          beta: symbols.map(({ beta }) => beta),
          tradedValue: symbols.map(({ tradedValue }) => tradedValue),
          sector: symbols.map(({ sector }) => sector),
        };
        const residuals = neutralRanks(
          symbols.map(({ value }) => value),
          neutraliser(exposures),
        );
        for (const column of [exposures.volatility, exposures.beta, exposures.tradedValue]) {
          const ranks = centredRanks(column);
          const product = residuals.reduce((sum, residual, at) => sum + residual * (ranks[at] ?? NaN), 0);
          expect(product).to.be.closeTo(0, 1e-12);
        }
        for (const sector of ['A', 'B', 'C']) {
          const own = residuals.filter((_, at) => exposures.sector[at] === sector);
          if (own.length >= 3) expect(own.reduce((sum, value) => sum + value, 0)).to.be.closeTo(0, 1e-12);
        }
      }),
    );
  });

  it('do not change with an increasing transform of the values or exposures', () => {
    fc.assert(
      fc.property(sections, (symbols) => {
        const of = (bend: (value: number) => number): Float64Array =>
          neutralRanks(
            symbols.map(({ value }) => bend(value)),
            neutraliser({
              volatility: symbols.map(({ volatility }) => bend(volatility)),
              beta: symbols.map(({ beta }) => bend(beta)),
              tradedValue: symbols.map(({ tradedValue }) => bend(tradedValue)),
              sector: symbols.map(({ sector }) => sector),
            }),
          );
        expect(of((value) => value ** 3 + 7)).to.deep.equal(of((value) => value));
      }),
    );
  });
});
