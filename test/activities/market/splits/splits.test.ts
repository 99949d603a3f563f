import { expect } from 'chai';
import fc from 'fast-check';

import type { FeatureTable, SymbolTable } from '../../../../activities/market/feature-table.js';
import { buildFeatureTable } from '../../../../activities/market/features/build-feature-table.js';
import { countOverlaps, labelIntervals } from '../../../../activities/market/splits/purge.js';
import {
  byResolution,
  cohortSplit,
  priorRows,
  rowSpacing,
  spacedRows,
  windowRows,
} from '../../../../activities/market/splits/splits.js';
import { addDays, dayOfMinutes, isoDate, startOfDate } from '../../../../data/time/dates.js';
import { syntheticMarket, syntheticSeries } from '../synthetic-market.js';

const table = buildFeatureTable(syntheticMarket(), { horizon: 5, threshold: 0.02 });
const cohort = { id: 'x', start: '2021-03-20', end: '2021-06-28' };
const options = { validationShare: 0.2, forwardDays: 60, to: '2021-11-01' };

function dates(symbol: SymbolTable, rows: Int32Array): string[] {
  return Array.from(rows, (row) => isoDate(dayOfMinutes(symbol.time[row] ?? 0)));
}

function symbolTable(from: FeatureTable, name: string): SymbolTable {
  const found = from.symbols.find(({ symbol }) => symbol === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}

describe('cohortSplit', () => {
  it('validates on the last fifth of the sessions and predicts what follows', () => {
    const split = cohortSplit(table, cohort, options);
    // 100 sessions, one a day: the last 20 start on day 80.
    expect(split).to.deep.equal({
      start: startOfDate('2021-03-20'),
      validationStart: startOfDate(addDays('2021-03-20', 80)),
      end: startOfDate('2021-06-28'),
      forwardEnd: startOfDate('2021-08-27'),
      to: startOfDate('2021-11-01'),
    });
  });

  it('never extends past the end of the run', () => {
    const split = cohortSplit(table, cohort, { ...options, to: '2021-07-10' });
    expect(split.forwardEnd).to.equal(startOfDate('2021-07-10'));
  });

  it('counts sessions of the whole table, not days', () => {
    const weekdays = buildFeatureTable(
      [syntheticSeries('A', 320, (day) => day % 7 < 5), syntheticSeries('B', 320, (day) => day % 7 === 0)],
      { horizon: 5, threshold: 0.02 },
    );
    const split = cohortSplit(weekdays, cohort, options);
    const sessions = (from: number, to: number): number =>
      symbolTable(weekdays, 'A').time.filter((minutes) => minutes >= from && minutes < to).length;
    const all = sessions(split.start, split.end);
    expect(sessions(split.validationStart, split.end)).to.equal(Math.round(all / 5));
  });

  it('has no validation part when there are too few sessions', () => {
    const nothing = cohortSplit(
      table,
      { id: 'y', start: '2030-01-01', end: '2030-06-01' },
      { ...options, to: '2031-01-01' },
    );
    expect(nothing.validationStart).to.equal(nothing.end);
  });
});

describe('windowRows', () => {
  it('selects the rows of each part and purges by the time labels are resolved', () => {
    const alpha = symbolTable(table, 'ALPHA');
    const rows = windowRows(alpha, cohortSplit(table, cohort, options));
    const ends = (part: Int32Array): (string | undefined)[] => {
      const all = dates(alpha, part);
      return [all[0], all.at(-1)];
    };
    // The horizon is 5 bars, a bar a day: five days are purged before each boundary.
    expect(ends(rows.select)).to.deep.equal(['2021-03-20', '2021-06-02']);
    expect(ends(rows.validation)).to.deep.equal(['2021-06-08', '2021-06-22']);
    expect(ends(rows.fit)).to.deep.equal(['2021-03-20', '2021-06-22']);
    expect(ends(rows.forward)).to.deep.equal(['2021-06-28', '2021-08-26']);
  });

  it('uses no label that is resolved at or after the end of the run', () => {
    const alpha = symbolTable(table, 'ALPHA');
    const rows = windowRows(alpha, cohortSplit(table, cohort, { ...options, to: '2021-07-10' }));
    expect(dates(alpha, rows.forward).at(-1)).to.equal('2021-07-04');
  });

  it('holds its rules for any dates, symbols and shares', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...table.symbols),
        fc.integer({ min: 0, max: 280 }),
        fc.integer({ min: 7, max: 150 }),
        fc.integer({ min: 0, max: 200 }),
        fc.double({ min: 0.05, max: 0.9, noNaN: true }),
        (symbol, first, days, more, validationShare) => {
          const start = addDays('2021-01-04', first);
          const end = addDays(start, days);
          const to = addDays(end, more);
          const split = cohortSplit(table, { id: 'z', start, end }, { validationShare, forwardDays: 60, to });
          const rows = windowRows(symbol, split);
          const time = (row: number): number => symbol.time[row] ?? NaN;
          const resolved = (row: number): number => symbol.resolvedAt[row] ?? NaN;

          for (const part of [rows.select, rows.validation, rows.fit, rows.forward])
            expect(part.every((row) => symbol.complete[row] === 1 && resolved(row) < split.to)).to.equal(
              true,
            );
          expect(rows.select.every((row) => time(row) >= split.start)).to.equal(true);
          expect(rows.select.every((row) => resolved(row) < split.validationStart)).to.equal(true);
          expect(rows.validation.every((row) => time(row) >= split.validationStart)).to.equal(true);
          expect(rows.fit.every((row) => resolved(row) < split.end)).to.equal(true);
          expect(
            rows.forward.every((row) => time(row) >= split.end && time(row) < split.forwardEnd),
          ).to.equal(true);
          const fitted = new Set(rows.fit);
          expect([...rows.select, ...rows.validation].every((row) => fitted.has(row))).to.equal(true);

          // No training label overlaps a label that it is tested on.
          for (const [train, test] of [
            [rows.select, rows.validation],
            [rows.fit, rows.forward],
            [priorRows(symbol, split.end), rows.forward],
          ] as const)
            expect(countOverlaps(labelIntervals(symbol, train), labelIntervals(symbol, test))).to.equal(0);

          // And no row is dropped without need.
          const complete = Array.from(symbol.complete.keys()).filter((row) => symbol.complete[row] === 1);
          expect([...rows.fit]).to.deep.equal(
            complete.filter((row) => time(row) >= split.start && resolved(row) < split.end),
          );
          expect([...priorRows(symbol, split.end)]).to.deep.equal(
            complete.filter((row) => resolved(row) < split.end),
          );
        },
      ),
    );
  });
});

describe('byResolution', () => {
  it('divides rows by whether their label is resolved before a test', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...table.symbols),
        fc.integer({ min: -10, max: 330 }),
        fc.integer({ min: 1, max: 7 }),
        (symbol, day, spacing) => {
          const testStart = startOfDate(addDays('2021-01-04', day));
          const rows = priorRows(symbol, Infinity).filter((row) => row % spacing === 0);
          const { before, after } = byResolution(symbol, rows, testStart);
          const isResolved = (row: number): boolean => (symbol.resolvedAt[row] ?? NaN) < testStart;
          expect([...before]).to.deep.equal([...rows].filter(isResolved));
          expect([...after]).to.deep.equal([...rows].filter((row) => !isResolved(row)));
        },
      ),
    );
  });
});

describe('priorRows', () => {
  it('selects all complete rows with labels resolved before, from the start of the series', () => {
    const alpha = symbolTable(table, 'ALPHA');
    const before = startOfDate('2021-06-28');
    const rows = priorRows(alpha, before);
    expect(rows[0]).to.equal(alpha.complete.indexOf(1));
    expect(dates(alpha, rows).at(-1)).to.equal('2021-06-22');
    expect(priorRows(alpha, 0)).to.have.length(0);
  });
});

describe('rowSpacing', () => {
  it('keeps all of few rows, and at least one label per horizon of many', () => {
    expect([0, 1, 20_000, 39_999].map((rows) => rowSpacing(rows, 5))).to.deep.equal([1, 1, 1, 1]);
    expect([40_000, 60_000, 99_999, 1e7].map((rows) => rowSpacing(rows, 5))).to.deep.equal([2, 3, 4, 5]);
    expect(rowSpacing(1e7, 1)).to.equal(1);
  });
});

describe('spacedRows', () => {
  const alpha = symbolTable(table, 'ALPHA');
  const all = priorRows(alpha, Infinity);

  it('keeps as many given rows as possible whose labels do not overlap', () => {
    fc.assert(
      fc.property(fc.constantFrom(...table.symbols), fc.integer({ min: 1, max: 12 }), (symbol, bars) => {
        const rows = priorRows(symbol, Infinity);
        const kept = spacedRows(symbol, rows, bars);
        expect(kept.every((row) => rows.includes(row))).to.equal(true);
        for (let place = 1; place < kept.length; place += 1)
          expect((kept[place] ?? NaN) - (kept[place - 1] ?? NaN)).to.be.at.least(bars);
        expect(kept.length).to.be.within(Math.floor(rows.length / bars) - 1, Math.ceil(rows.length / bars));
      }),
    );
    const kept = spacedRows(alpha, all, 5);
    for (let place = 1; place < kept.length; place += 1)
      expect(alpha.resolvedAt[kept[place - 1] ?? -1]).to.be.at.most(alpha.time[kept[place] ?? -1] ?? NaN);
  });

  it('does not depend on where the list starts or ends; spacing 1 keeps all rows', () => {
    const kept = spacedRows(alpha, all, 5);
    expect([...spacedRows(alpha, all.subarray(17, 90), 5)]).to.deep.equal(
      [...kept].filter((row) => row >= (all[17] ?? NaN) && row < (all[90] ?? NaN)),
    );
    expect(spacedRows(alpha, all, 1)).to.deep.equal(all);
  });

  it('staggers symbols: every bar keeps about the same number', () => {
    const taken = new Float64Array(5);
    for (let n = 0; n < 500; n += 1) {
      const [first = NaN] = spacedRows({ symbol: `SYM${n}` }, Int32Array.of(0, 1, 2, 3, 4), 5);
      taken[first] = (taken[first] ?? 0) + 1;
    }
    taken.forEach((symbols) => expect(symbols).to.be.within(70, 130));
  });
});
