import { expect } from 'chai';
import fc from 'fast-check';

import { NeutralSections } from '../../../activities/stats/neutral-sections.js';
import { Regression } from '../../../activities/stats/regression.js';
import { randomStream } from '../../../data/random.js';

describe('neutral sections', () => {
  it('take out of every column what a regression of its own takes out', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 0, max: 1_000_000 }),
        (sizes, width, seed) => {
          const random = randomStream([seed, 'neutral sections']);
          const starts = Int32Array.from([0, ...sizes], (_, at) =>
            sizes.slice(0, at).reduce((sum, size) => sum + size, 0),
          );
          const columns = sizes.map((count) => ({
            exposures: [0, 1, 2].map((place) =>
              // Unknown values, and an exposure that is the same as another.
              Float64Array.from({ length: count }, (_, at) =>
                seed % 3 === 0 && place === 2 ? at : random.uniform() < 0.1 ? NaN : random.normal(),
              ),
            ),
            sector: Int32Array.from({ length: count }, () => Math.floor(5 * random.uniform())),
            count,
          }));
          const sections = new NeutralSections(starts, (section) => columns[section] ?? fail());
          sizes.forEach((count, section) => {
            const values = Float32Array.from({ length: count * width }, () => random.normal());
            const expected = Array.from({ length: width }, (_, column) => {
              const own = Float64Array.from(
                { length: count },
                (_row, at) => values[at * width + column] ?? NaN,
              );
              if (count < 25) {
                const mean = own.reduce((sum, value) => sum + value, 0) / count;
                return own.map((value) => value - mean);
              }
              const regression = new Regression(count);
              regression.fit(columns[section] ?? fail());
              regression.takeOut(own);
              return own;
            });
            sections.takeOut(section, values, width);
            values.forEach((value, cell) =>
              expect(value).to.be.closeTo(expected[cell % width]?.[Math.floor(cell / width)] ?? NaN, 1e-5),
            );
          });
        },
      ),
    );
  });
});

function fail(): never {
  throw new RangeError('there is no such section');
}
