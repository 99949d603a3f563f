import { expect } from 'chai';
import fc from 'fast-check';

import { decodeStudentInputs, encodeStudentInputs } from '../../../data/predictions/student-inputs.js';
import { SAMPLED_ROWS, sampledRows } from '../../../data/predictions/student-sample.js';
import { sha256 } from '../../../data/store/digests.js';
import { isoDate } from '../../../data/time/dates.js';

const COHORT = '2022-01-01_to_2022-06-30';

describe('the sample of a student’s rows', () => {
  it('is that of the smallest digests, whatever the order and number of rows', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 0, max: 9_000 }), { maxLength: 3_000, size: 'max' }),
        (days) => {
          const rows = {
            symbol: days.map((day) => `S${day % 7}`),
            date: days.map((day) => isoDate(18_000 + day)),
            split: days.map(() => 'forward' as const),
          };
          const digest = (row: number): string =>
            sha256(`${COHORT}|${rows.symbol[row] ?? ''}|${rows.date[row] ?? ''}|forward`);
          const all = [...days.keys()].sort((a, b) => (digest(a) < digest(b) ? -1 : 1));
          expect(sampledRows(COHORT, rows, [...days.keys()].reverse())).to.deep.equal(
            all.slice(0, SAMPLED_ROWS),
          );
        },
      ),
      { numRuns: 20 },
    );
  });

  it('is another one for another cohort, and takes only the given rows', () => {
    const rows = {
      symbol: new Array<string>(600).fill('TCS'),
      date: Array.from({ length: 600 }, (_, i) => isoDate(18_000 + i)),
      split: new Array<'forward'>(600).fill('forward'),
    };
    const one = sampledRows(COHORT, rows, rows.symbol.keys());
    expect(sampledRows('2022-06-30_to_2022-12-27', rows, rows.symbol.keys())).to.not.deep.equal(one);
    expect(sampledRows(COHORT, rows, [3, 1, 2]).sort()).to.deep.equal([1, 2, 3]);
  });
});

describe('inputs.parquet of a student', () => {
  const features = Array.from({ length: 34 }, (_, i) => `feature_${i}`);
  const inputsOf = (date: readonly string[]) => ({
    symbol: date.map(() => 'M&M'),
    date,
    split: date.map(() => 'forward'),
    features,
    values: Float32Array.from({ length: date.length * 34 }, (_, i) => Math.fround(i / 3)),
  });

  for (const [what, dates] of [
    ['of daily bars', ['2022-01-03', '2022-01-04']],
    ['of 5-minute bars', ['2022-01-03T09:15']],
    ['without rows', []],
  ] as const)
    it(`comes back as it was written: ${what}`, async () => {
      const bytes = encodeStudentInputs(inputsOf(dates));
      expect(await decodeStudentInputs(bytes)).to.deep.equal(inputsOf(dates));
      expect(Buffer.compare(bytes, encodeStudentInputs(inputsOf(dates)))).to.equal(0);
    });

  it('has no more rows than a sample', async () => {
    const dates = Array.from({ length: SAMPLED_ROWS + 1 }, (_, i) => isoDate(18_000 + i));
    const error: unknown = await decodeStudentInputs(encodeStudentInputs(inputsOf(dates))).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).to.have.property('message').that.contains('257 rows; at most 256');
  });
});
