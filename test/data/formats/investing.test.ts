import { expect } from 'chai';

import { readSummary } from '../../support/read-bars.js';

describe('the format investing', () => {
  const row = (date: string, volume: string): string =>
    `"${date}","1,276.55","1,275.00","1,278.20","1,274.85","${volume}","0.12%"\n`;
  const read = (...rows: string[]): ReturnType<typeof readSummary> =>
    readSummary(`\uFEFF"Date","Price","Open","High","Low","Vol.","Change %"\n${rows.join('')}`);
  const bar = (date: string, volume: number): string => `${date} 1275 1278.2 1274.85 1276.55 ${volume}`;

  it('has the price as close, and volumes in thousands, millions and billions', async () => {
    expect(await read(row('12/29/2023', '4.72M'), row('12/28/2023', '812.5K'))).to.deep.equal([
      'investing',
      2,
      bar('2023-12-28', 812_500),
      bar('2023-12-29', 4_720_000),
    ]);
    expect((await read(row('12/29/2023', '1.2B')))[2]).to.equal(bar('2023-12-29', 1_200_000_000));
  });

  it('has dates by the language of the site', async () => {
    const expected = ['investing', 2, bar('2023-12-28', 1e6), bar('2023-12-29', 1e6)];
    expect(await read(row('29-12-2023', '1M'), row('28-12-2023', '1M'))).to.deep.equal(expected);
    expect(await read(row('Dec 29, 2023', '1M'), row('Dec 28, 2023', '1M'))).to.deep.equal(expected);
  });

  it('has points for thousands and decimal commas on some of its sites, inside of quotes', async () => {
    const european = '"29.12.2023","1.276,55","1.275,00","1.278,20","1.274,85","4,72M","0,12%"\n';
    expect((await read(european)).slice(2)).to.deep.equal([
      bar('2023-12-29', 4_720_000),
      bar('2023-12-29', 4_720_000),
    ]);
    const grouped = '"12/29/2023","900.5","900","901","899","1,234.56K","0.12%"\n';
    expect((await read(grouped))[2]).to.equal('2023-12-29 900 901 899 900.5 1234560');
    const odd = '"12/29/2023","1,276","1,275","1,278","1,274","12,34","0.12%"\n';
    expect((await read(odd))[0]).to.match(/^bad_row f\.csv:2: volume is 12,34, not a number/);
  });
});
