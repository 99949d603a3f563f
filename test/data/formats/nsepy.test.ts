import { expect } from 'chai';

import { readBars, readSummary } from '../../support/read-bars.js';

const HEADER =
  'Date,Symbol,Series,Prev Close,Open,High,Low,Last,Close,VWAP,Volume,Turnover,Trades,Deliverable Volume,%Deliverble\n';

describe('the format nsepy', () => {
  it('has empty columns in old rows, and a close beside the last price', async () => {
    const text =
      HEADER +
      '2011-05-31,TEST,EQ,800.0,805.0,810.0,799.0,,805.75,805.26,3717450,76305138500000.0,,,\n' +
      '2021-04-30,TEST,EQ,729.25,720.0,735.0,706.2,729.0,730.05,720.4,9390549,676473040000000.0,157820,1831123,0.195\n';
    expect(await readSummary(text)).to.deep.equal([
      'nsepy',
      2,
      '2011-05-31 805 810 799 805.75 3717450',
      '2021-04-30 720 735 706.2 730.05 9390549',
    ]);
  });

  it('leaves out other series and reports them', async () => {
    const text = `${HEADER}2021-04-29,TEST,N1,7,7,7,7,7,7,7,1,1,,,\n2021-04-30,TEST,EQ,7,8,9,7,8,8,7,10,1,,,\n`;
    const { series, findings } = await readBars(text);
    expect(series?.time).to.have.length(1);
    expect(findings.map(({ code }) => code)).to.deep.equal(['other_series']);
  });
});
