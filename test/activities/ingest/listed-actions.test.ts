import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import type { IngestManifestWithSeries } from '../../../activities/ingest/ingest-in-memory.js';
import { ingestInMemory } from '../../../activities/ingest/ingest-in-memory.js';
import { seriesText } from '../../../data/bars/series-text.js';
import { runInputSchema } from '../../../data/schemas/run-input.js';
import { Home } from '../../../data/store/home.js';
import { packageRoot } from '../../../data/store/package-root.js';
import { isoDate } from '../../../data/time/dates.js';
import { dailyBars, splitFrom } from '../../support/bars.js';

const HEADER = 'symbol,ex_date,price_factor,kind';

describe('the corporate actions of an ingest', () => {
  let bars: string;
  let home: Home;
  beforeEach(() => {
    const folder = mkdtempSync(path.join(tmpdir(), 'gurukul-actions-'));
    bars = path.join(folder, 'bars');
    home = new Home(path.join(folder, 'home'));
    mkdirSync(bars);
    mkdirSync(path.dirname(home.corporateActions()), { recursive: true });
  });
  afterEach(() => rmSync(path.dirname(bars), { recursive: true }));

  const split = dailyBars(120, { symbol: 'TCS', spoil: (columns) => splitFrom(columns, 60, 4) });
  const exDate = isoDate((split.time[60] ?? 0) / 1440);
  const put = (name: string, text: string): void => writeFileSync(path.join(bars, name), text);
  const ingest = async (symbol = 'TCS', adjust = 'auto'): Promise<IngestManifestWithSeries> =>
    ingestInMemory(runInputSchema.parse({ source: 'csv', bars, symbols: [symbol], adjust }), {
      home,
      packageRoot,
    });
  const factors = ({ series }: IngestManifestWithSeries): string[] =>
    (series[0]?.corporateActions ?? []).map((one) => `${one.exDate} ${one.priceFactor}`);
  const codes = ({ series }: IngestManifestWithSeries): string[] =>
    (series[0]?.findings ?? []).map(({ severity, code }) => `${severity} ${code}`);

  it("come from the home's list and from the folder's, which wins", async () => {
    put('TCS.csv', seriesText(split));
    expect((await ingest()).series[0]?.status).to.equal('refused');
    writeFileSync(home.corporateActions(), `${HEADER}\nTCS,${exDate},2,split\n`);
    put('corporate_actions.csv', `${HEADER}\nTCS,${exDate},4,split\n`);
    const manifest = await ingest();
    expect(factors(manifest)).to.deep.equal([`${exDate} 4`]);
    expect(manifest.series[0]?.status).to.equal('ok');
    expect(factors(await ingest('TCS', 'none'))).to.deep.equal([]);
  });

  it('may be given under a former symbol', async () => {
    put('MOTHERSON.csv', seriesText({ ...split, symbol: 'MOTHERSON' }));
    writeFileSync(home.corporateActions(), `${HEADER}\nMOTHERSUMI,${exDate},4,split\n`);
    expect(factors(await ingest('MOTHERSON'))).to.include(`${exDate} 4`);
  });

  it("may be the NSE's download, whose demergers have no factor", async () => {
    put('TCS.csv', seriesText(split));
    const [year = '', , day = ''] = exDate.split('-');
    const name = new Date(`${exDate}T00:00Z`).toLocaleString('en', { month: 'short', timeZone: 'UTC' });
    const row = (purpose: string, date: string): string => `"TCS","Tata","EQ","${purpose}","10","${date}"`;
    put(
      'corporate_actions.csv',
      [
        '"SYMBOL","COMPANY NAME","SERIES","PURPOSE","FACE VALUE","EX-DATE"',
        row(
          'Face Value Split (Sub-Division) - From Rs 10/- Per Share To Rs 5/- Per Share/Bonus 1:1',
          `${day}-${name}-${year}`,
        ),
        row('Demerger', '20-Jan-2022'),
        row('Demerger', '20-Jan-2020'),
        row('Dividend - Rs 5 Per Share', '21-Jan-2022'),
      ].join('\n'),
    );
    const manifest = await ingest();
    expect(factors(manifest)).to.deep.equal([`${exDate} 4`]);
    expect(codes(manifest)).to.deep.equal(['info action_without_factor']);
    expect(manifest.series[0]?.findings[0]?.message).to.match(
      /corporate_actions\.csv:3: TCS 2022-01-20 "Demerger" needs a factor, and is not applied: gurukul actions add TCS 2022-01-20 FACTOR --kind Demerger$/,
    );
    writeFileSync(home.corporateActions(), `${HEADER}\nTCS,2022-01-20,,none\n`);
    expect(codes(await ingest())).to.deep.equal([]);
  });

  it('are not taken away by a list without rows, which is said', async () => {
    put('TATASTEEL.csv', seriesText(dailyBars(250, { symbol: 'TATASTEEL' })));
    put('corporate_actions.csv', `${HEADER}\n`);
    const { series } = await ingest('TATASTEEL');
    expect(series[0]?.findings.map(({ code }) => code)).to.include('empty_actions_file');
    expect(series[0]?.findings.find(({ code }) => code === 'empty_actions_file')?.message).to.equal(
      'TATASTEEL: corporate_actions.csv has no rows, so the 1 action(s) of the other lists hold. If the bars are adjusted: --adjust none',
    );
  });

  it('are unverified for companies that nobody has checked, which the coverage says', async () => {
    const gate = async (symbol: string, adjust = 'auto'): Promise<string[]> =>
      (await ingest(symbol, adjust)).coverage.gates
        .filter(({ code }) => code === 'actions_unverified')
        .map(({ severity, message }) => `${severity} ${message}`);
    put('ABB.csv', seriesText(dailyBars(30, { symbol: 'ABB' })));
    put('INFY.csv', seriesText(dailyBars(30, { symbol: 'INFY' })));
    expect(await gate('INFY')).to.deep.equal([]);
    expect(await gate('ABB')).to.deep.equal([
      'info corporate actions unverified: for 1 of 1 symbols (ABB) nobody has checked that the list is complete. gurukul actions check compares it with the bars',
    ]);
    expect(await gate('ABB', 'none')).to.deep.equal([]);
  });
});
