import { expect } from 'chai';

import { parseActionFile } from '../../../data/actions/action-file.js';
import { InvalidInputError } from '../../../data/errors.js';

const HEADER = 'symbol,ex_date,price_factor,kind';
const NSE =
  '"SYMBOL","COMPANY NAME","SERIES","PURPOSE","FACE VALUE","EX-DATE","RECORD DATE","BOOK CLOSURE START DATE","BOOK CLOSURE END DATE"';

describe('a list of corporate actions', () => {
  it('has a row an action, evidence where it is known, dates in either form, and rows that take away', () => {
    const text = `${HEADER},evidence,seen by\nTCS,2024-01-01,2,split,circular 12,me\nITC,15-Sep-2022,1.5,bonus 1:2,,\nINFY,2023-01-02,,none,,\n`;
    expect(parseActionFile(text, 'a.csv')).to.deep.equal({
      rows: [
        {
          symbol: 'TCS',
          exDate: '2024-01-01',
          priceFactor: 2,
          kind: 'split',
          evidence: 'circular 12',
          place: 'a.csv:2',
        },
        {
          symbol: 'ITC',
          exDate: '2022-09-15',
          priceFactor: 1.5,
          kind: 'bonus 1:2',
          evidence: null,
          place: 'a.csv:3',
        },
        {
          symbol: 'INFY',
          exDate: '2023-01-02',
          priceFactor: 1,
          kind: 'none',
          evidence: null,
          place: 'a.csv:4',
        },
      ],
      withoutFactor: [],
      ignored: 0,
    });
  });

  it('is refused with a message that names every wrong line', () => {
    const text = `${HEADER}\nTCS,2024-13-01,2,split\nTCS,2024-01-01,zero,split\n,2024-01-01,2,split\ntcs,31-Feb-2024,-1,\n`;
    expect(() => parseActionFile(text, 'a.csv'))
      .to.throw(InvalidInputError)
      .with.property('problems')
      .that.deep.equals([
        'a.csv:2: ex_date: must be an existing date, as YYYY-MM-DD or 15-Sep-2022',
        'a.csv:3: price_factor: must be a number above 0, such as 5 or 1.5',
        'a.csv:4: symbol: must not be empty',
        'a.csv:5: ex_date: must be an existing date, as YYYY-MM-DD or 15-Sep-2022',
        'a.csv:5: price_factor: must be a number above 0, such as 5 or 1.5',
        'a.csv:5: kind: must not be empty',
        'a.csv:5: symbol: must be an NSE symbol, such as RELIANCE',
      ]);
    expect(() => parseActionFile('symbol,date\n', 'a.csv')).to.throw(
      "a.csv:1: missing columns in the header: ex_date, price_factor, kind. Expected symbol,ex_date,price_factor,kind, or the NSE's download of corporate actions as it is",
    );
  });

  it("may be the NSE's download as it is", () => {
    const row = (symbol: string, series: string, purpose: string, exDate: string): string =>
      `"${symbol}","${symbol} Limited","${series}","${purpose}","10","${exDate}","-","-","-"`;
    const text = [
      `\uFEFF${NSE}`,
      row('BEL', 'EQ', ' Bonus 2:1', '15-Sep-2022'),
      row('ITC', 'EQ', 'Interim Dividend - Rs 6 Per Share', '08-Feb-2024'),
      row('ITC', 'EQ', 'Demerger', '06-Jan-2025'),
      row(
        'TCS',
        'N1',
        'Face Value Split (Sub-Division) - From Rs 10/- Per Share To Re 1/- Per Share',
        '01-Feb-2024',
      ),
      row('TCS', 'EQ', 'Bonus 1:1', '-'),
      row(
        'NAUKRI',
        'BE',
        'Face Value Split (Sub-Division) - From Rs 10/- Per Share To Rs 2/- Per Share',
        '07-May-2025',
      ),
    ].join('\r\n');
    expect(parseActionFile(text, 'nse.csv')).to.deep.equal({
      rows: [
        {
          symbol: 'BEL',
          exDate: '2022-09-15',
          priceFactor: 3,
          kind: 'bonus 2:1',
          evidence: 'NSE: Bonus 2:1',
          place: 'nse.csv:2',
        },
        {
          symbol: 'NAUKRI',
          exDate: '2025-05-07',
          priceFactor: 5,
          kind: 'split 10:2',
          evidence: 'NSE: Face Value Split (Sub-Division) - From Rs 10/- Per Share To Rs 2/- Per Share',
          place: 'nse.csv:7',
        },
      ],
      withoutFactor: [{ symbol: 'ITC', exDate: '2025-01-06', purpose: 'Demerger', place: 'nse.csv:4' }],
      ignored: 3,
    });
    expect(() => parseActionFile(`${NSE}\n${row('TCS', 'EQ', 'Bonus 1:1', '1/2/24')}\n`, 'nse.csv')).to.throw(
      'nse.csv:2: ex-date: "1/2/24" must be a date such as 15-Sep-2022 or 2022-09-15',
    );
    // What is read here is written into a list that must be readable again.
    expect(() =>
      parseActionFile(`${NSE}\n${row('TCS LTD', 'EQ', 'Bonus 1:1', '01-Feb-2024')}\n`, 'nse.csv'),
    ).to.throw('nse.csv:2: symbol: "TCS LTD" must be an NSE symbol, such as RELIANCE');
  });

  it("is read with the columns of the NSE's API too", () => {
    const { rows } = parseActionFile(
      'symbol,series,subject,exDate\nBEL,EQ,Bonus 2:1,15-Sep-2022\n',
      'api.csv',
    );
    expect(rows).to.have.length(1);
    expect(rows[0]).to.include({ symbol: 'BEL', exDate: '2022-09-15', priceFactor: 3 });
  });
});
