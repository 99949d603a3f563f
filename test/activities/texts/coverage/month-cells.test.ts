import { expect } from 'chai';

import { monthCells, monthNames } from '../../../../activities/texts/coverage/month-cells.js';

describe('monthCells', () => {
  it('are months while there is room, then quarters and years of the calendar', () => {
    const months = monthCells('2023-11', 3);
    expect(months).to.deep.include({ unit: 'month', names: ['2023-11', '2023-12', '2024-01'] });
    const quarters = monthCells('2019-12', 80);
    expect(quarters.unit).to.equal('quarter');
    expect(quarters.names.slice(0, 3)).to.deep.equal(['2019 Q4', '2020 Q1', '2020 Q2']);
    expect(quarters.names.at(-1)).to.equal('2026 Q3');
    const years = monthCells('1994-11', 400);
    expect(years).to.deep.include({ unit: 'year' });
    expect([years.names[0], years.names.at(-1)]).to.deep.equal(['1994', '2028']);
  });

  it('have the mean of their months, and nothing where none has sessions', () => {
    const { shares } = monthCells('2019-12', 80);
    const months = Array.from({ length: 80 }, (_, month): number | null =>
      month < 4 ? 1 - month / 10 : null,
    );
    expect(shares(months).slice(0, 3)).to.deep.equal([1, (0.9 + 0.8 + 0.7) / 3, null]);
  });

  it('are none without months, and need no date', () => {
    expect(monthCells(null, 0).names).to.deep.equal([]);
    expect(monthNames('<b>', 2)).to.deep.equal(['0000-01', '0000-02']);
  });
});
