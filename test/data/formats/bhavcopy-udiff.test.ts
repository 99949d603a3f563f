import { expect } from 'chai';

import { readFile, readSummary } from '../../support/read-bars.js';

const HEADER =
  'TradDt,BizDt,Sgmt,Src,FinInstrmTp,FinInstrmId,ISIN,TckrSymb,SctySrs,XpryDt,FininstrmActlXpryDt,StrkPric,OptnTp,FinInstrmNm,OpnPric,HghPric,LwPric,ClsPric,LastPric,PrvsClsgPric,UndrlygPric,SttlmPric,OpnIntrst,ChngInOpnIntrst,TtlTradgVol,TtlTrfVal,TtlNbOfTxsExctd,SsnId,NewBrdLotQty,Rmks,Rsvd1,Rsvd2,Rsvd3,Rsvd4\n';
const row = (segment: string, exchange: string, close: number): string =>
  `2024-07-08,2024-07-08,${segment},${exchange},STK,2885,INE002A01018,TEST,EQ,,,,,TEST LTD,100,105,99,${close},104,98,,104,,,1000,104000,400,F1,1,,,,,\n`;

describe('the format bhavcopy-udiff', () => {
  it('has rows of other segments and exchanges, which are left out', async () => {
    const text = HEADER + row('FO', 'NSE', 101) + row('CM', 'BSE', 102) + row('CM', 'NSE', 103);
    const bar = '2024-07-08 100 105 99 103 1000';
    expect(await readSummary(text)).to.deep.equal(['bhavcopy-udiff', 1, bar, bar]);
    expect((await readFile(text)).tables[0]?.rows.otherSegment).to.equal(2);
  });
});
