import { expect } from 'chai';
import fc from 'fast-check';

import type { ActionRow } from '../../../data/actions/action-file.js';
import type { ActionOrigin } from '../../../data/actions/merge-actions.js';
import { mergeActions } from '../../../data/actions/merge-actions.js';
import { InvalidInputError } from '../../../data/errors.js';
import { addDays } from '../../../data/time/dates.js';

const same = (symbol: string): string => symbol;
const newest = (symbol: string): string => (symbol === 'MOTHERSUMI' ? 'MOTHERSON' : symbol);

function row(symbol: string, exDate: string, priceFactor: number, kind = 'split'): ActionRow {
  return { symbol, exDate, priceFactor, kind, evidence: null, place: `${symbol} ${exDate} ${priceFactor}` };
}

describe('merged lists of corporate actions', () => {
  it('have the rows of all lists, the last list first, and none that a factor of 1 takes away', () => {
    const merged = mergeActions(
      [
        {
          origin: 'project',
          rows: [row('B', '2022-01-03', 2), row('A', '2023-01-02', 5), row('A', '2022-01-03', 10)],
        },
        { origin: 'home', rows: [row('A', '2022-01-03', 4), row('B', '2022-01-03', 1, 'none')] },
        { origin: 'bars', rows: [row('A', '2022-01-03', 3), row('C', '2021-01-04', 1.5, 'bonus 1:2')] },
      ],
      same,
    );
    expect(
      merged.map(({ symbol, exDate, priceFactor, origin }) => [symbol, exDate, priceFactor, origin]),
    ).to.deep.equal([
      ['A', '2022-01-03', 3, 'bars'],
      ['A', '2023-01-02', 5, 'project'],
      ['C', '2021-01-04', 1.5, 'bars'],
    ]);
  });

  it('count rows under former symbols for the newest one', () => {
    const merged = mergeActions(
      [
        { origin: 'project', rows: [row('MOTHERSON', '2022-10-03', 1.5)] },
        {
          origin: 'home',
          rows: [row('MOTHERSUMI', '2022-10-03', 1.6), row('MOTHERSUMI', '2022-01-14', 1.2)],
        },
      ],
      newest,
    );
    expect(merged.map(({ symbol, exDate, priceFactor }) => [symbol, exDate, priceFactor])).to.deep.equal([
      ['MOTHERSON', '2022-01-14', 1.2],
      ['MOTHERSON', '2022-10-03', 1.6],
    ]);
  });

  it('multiply a split and a bonus of one day, and count equal rows once', () => {
    const rows = [
      row('A', '2022-09-13', 5, 'split 5:1'),
      row('A', '2022-09-13', 2, 'bonus 1:1'),
      row('A', '2022-09-13', 5, 'Split'),
    ];
    const [action] = mergeActions([{ origin: 'home', rows }], same);
    expect(action).to.deep.include({ priceFactor: 10, kind: 'split 5:1 + bonus 1:1' });
  });

  it('are refused where one list contradicts itself, with every contradiction', () => {
    const rows = [
      row('A', '2022-01-03', 2),
      row('A', '2022-01-03', 5),
      row('MOTHERSON', '2022-10-03', 1.5),
      row('MOTHERSUMI', '2022-10-03', 1, 'none'),
      row('C', '2022-01-03', 1.333333, 'bonus 1:3'),
      row('C', '2022-01-03', 4 / 3, 'bonus 1:3'),
    ];
    expect(() => mergeActions([{ origin: 'home', rows }], newest))
      .to.throw(InvalidInputError)
      .with.property('problems')
      .that.deep.equals([
        'A 2022-01-03 5: A 2022-01-03 has the factor 5, but 2 at A 2022-01-03 2. Keep the right one',
        'MOTHERSON 2022-10-03 1.5: MOTHERSON 2022-10-03 has the factor 1.5, but 1 at MOTHERSUMI 2022-10-03 1. Keep the right one',
      ]);
  });

  it('give each company and day the action of the last list that names it', () => {
    const days = fc.integer({ min: 0, max: 3 }).map((days) => addDays('2022-01-03', days));
    const list = fc
      .uniqueArray(
        fc.record({
          symbol: fc.constantFrom('A', 'MOTHERSUMI', 'MOTHERSON'),
          exDate: days,
          priceFactor: fc.constantFrom(1, 1.5, 2, 5),
        }),
        { selector: ({ symbol, exDate }) => `${newest(symbol)} ${exDate}` },
      )
      .map((rows) => rows.map(({ symbol, exDate, priceFactor }) => row(symbol, exDate, priceFactor)));
    fc.assert(
      fc.property(fc.tuple(list, list, list), ([project, home, bars]) => {
        const lists = (
          [
            ['project', project],
            ['home', home],
            ['bars', bars],
          ] satisfies [ActionOrigin, ActionRow[]][]
        ).map(([origin, rows]) => ({ origin, rows }));
        const merged = mergeActions(lists, newest);
        const expected = new Map<string, number>();
        for (const { rows } of lists)
          for (const { symbol, exDate, priceFactor } of rows)
            expected.set(`${newest(symbol)} ${exDate}`, priceFactor);
        const keys = [...expected].filter(([, factor]) => factor !== 1).sort(([a], [b]) => (a < b ? -1 : 1));
        expect(
          merged.map(({ symbol, exDate, priceFactor }) => [`${symbol} ${exDate}`, priceFactor]),
        ).to.deep.equal(keys);
      }),
    );
  });
});
