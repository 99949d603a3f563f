import { expect } from 'chai';
import fc from 'fast-check';

import { GurukulError } from '../../../data/errors.js';
import type { ChoiceReturns } from '../../../data/predictions/choice-returns.js';
import { decodeChoiceReturns, encodeChoiceReturns } from '../../../data/predictions/choice-returns.js';
import { choiceTables, joinChoiceReturns } from '../../../data/predictions/join-choice-returns.js';
import { rejection } from '../../support/rejection.js';

const rows: ChoiceReturns = {
  choice: ['scale', 'scale', 'rank'],
  config: [0, 1, 0],
  date: ['2021-03-01', '2021-03-01', '2021-03-02'],
  figure: [-0.5, NaN, 0.04],
};

describe('figures by date of what a cohort chose from', () => {
  it('are the same after a file', async () => {
    expect(await decodeChoiceReturns(encodeChoiceReturns(rows))).to.deep.equal(rows);
    const empty = { choice: [], config: [], date: [], figure: [] };
    expect(await decodeChoiceReturns(encodeChoiceReturns(empty))).to.deep.equal(empty);
  });

  it('are refused with values that no program writes', async () => {
    for (const [edited, text] of [
      [
        { ...rows, config: [0, -1, 0] },
        'choice returns: row 1: config -1 is not a whole number from 0 to 255',
      ],
      [{ ...rows, config: [0, 1, 256] }, 'row 2: config 256'],
      [{ ...rows, figure: [0, 0, Infinity] }, 'row 2: figure Infinity is not a number'],
    ] satisfies readonly (readonly [ChoiceReturns, string])[])
      expect(
        (await rejection(decodeChoiceReturns(encodeChoiceReturns(edited)), GurukulError)).message,
      ).to.contain(text);
    expect((await rejection(decodeChoiceReturns(new Uint8Array(8)), GurukulError)).message).to.contain(
      'whole Parquet file',
    );
  });

  it('of cohorts are joined by their mean, whatever the order of the cohorts', () => {
    const other: ChoiceReturns = {
      choice: ['scale', 'scale', 'scale'],
      config: [1, 0, 0],
      date: ['2021-03-01', '2021-03-01', '2021-03-04'],
      figure: [2, 0.5, 7],
    };
    expect(joinChoiceReturns([rows, other])).to.deep.equal({
      choice: ['rank', 'scale', 'scale', 'scale', 'scale'],
      config: [0, 0, 0, 1, 1],
      date: ['2021-03-02', '2021-03-01', '2021-03-04', '2021-03-01', '2021-03-04'],
      figure: [0.04, 0, 7, 2, NaN],
    });
    const cell = fc.record({
      config: fc.nat(2),
      day: fc.nat(3),
      figure: fc.double({ noNaN: true, min: -1, max: 1 }),
    });
    fc.assert(
      fc.property(fc.array(fc.array(cell, { maxLength: 8 }), { maxLength: 4 }), fc.nat(), (cohorts, turn) => {
        const parts = cohorts.map((cells): ChoiceReturns => ({
          choice: cells.map(() => 'one'),
          config: cells.map(({ config }) => config),
          date: cells.map(({ day }) => `2021-03-0${day + 1}`),
          figure: cells.map(({ figure }) => figure),
        }));
        const at = turn % (parts.length + 1);
        const joined = joinChoiceReturns([...parts.slice(at), ...parts.slice(0, at)]);
        expect(joined).to.deep.equal(joinChoiceReturns(parts));
        // A joined table is joined already.
        expect(joinChoiceReturns([joined])).to.deep.equal(joined);
        const [table] = choiceTables(parts);
        expect(joined.figure).to.have.length((table?.candidates ?? 0) * (table?.dates.length ?? 0));
      }),
    );
  });
});
