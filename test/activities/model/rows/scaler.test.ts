import { expect } from 'chai';
import fc from 'fast-check';

import { CLIP, fitScaler, standardiseRows, wholeColumn } from '../../../../activities/model/rows/scaler.js';

describe('the scaler of features', () => {
  it('equals mean and standard deviation in two passes, whatever the level of a column', () => {
    const value = fc.float({ min: -8, max: 8, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 2, maxLength: 60 }),
        fc.constantFrom(0, 1, -1000, 1e5),
        (values, shift) => {
          const column = Float32Array.from(values, (each) => each + shift);
          const { mean, deviation } = fitScaler(1, [wholeColumn(column)]);
          const centre = column.reduce((sum, each) => sum + each, 0) / column.length;
          const spread = Math.sqrt(
            column.reduce((sum, each) => sum + (each - centre) ** 2, 0) / column.length,
          );
          expect(mean[0]).to.be.closeTo(centre, 1e-6 * Math.max(1, Math.abs(centre)));
          const constant = spread <= 1e-7 * Math.max(1, Math.abs(centre));
          expect(deviation[0]).to.be.closeTo(constant ? 1 : spread, 1e-6 * Math.max(1, spread));
        },
      ),
    );
  });

  it('uses the rows of all parts together, column by column', () => {
    const [one, two] = [Float32Array.of(1, 10, 2, 10, 9, 9), Float32Array.of(3, 10)];
    const { mean, deviation } = fitScaler(2, [
      { matrix: one, rows: Int32Array.of(0, 1) },
      { matrix: two, rows: Int32Array.of(0) },
    ]);
    expect([...mean]).to.deep.equal([2, 10]);
    expect(deviation[0]).to.be.closeTo(Math.sqrt(2 / 3), 1e-7);
    expect(deviation[1], 'a constant feature is not scaled').to.equal(1);
  });

  it('writes standardised rows at the given offset, clipped at the bounds', () => {
    const target = new Float32Array(6).fill(7);
    const scaler = { mean: Float32Array.of(1), deviation: Float32Array.of(2), clip: CLIP };
    standardiseRows(scaler, wholeColumn(Float32Array.of(5, -100, 100)), target, 0, 2);
    expect([...target]).to.deep.equal([2, 7, -CLIP, 7, CLIP, 7]);
  });

  it('is the identity without rows', () => {
    const { mean, deviation } = fitScaler(2, []);
    expect([...mean, ...deviation]).to.deep.equal([0, 0, 1, 1]);
  });
});
