import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';
import { z } from 'zod';

import { seriesText } from '../../../data/bars/series-text.js';
import { Home } from '../../../data/store/home.js';
import { isoDate } from '../../../data/time/dates.js';
import { dailyBars, splitFrom } from '../../support/bars.js';
import { gurukulHere } from '../support/gurukul-here.js';
import type { Ended } from '../support/gurukul-process.js';

const listedSchema = z.object({
  actions: z.array(
    z.object({
      symbol: z.string(),
      exDate: z.string(),
      priceFactor: z.number(),
      kind: z.string(),
      origin: z.string(),
      evidence: z.string().nullable(),
    }),
  ),
  withoutFactor: z.array(z.object({ symbol: z.string(), exDate: z.string(), purpose: z.string() })),
  checked: z.array(z.object({ symbol: z.string(), from: z.string().nullable(), basis: z.string() })),
});

const NSE = '"SYMBOL","COMPANY NAME","SERIES","PURPOSE","FACE VALUE","EX-DATE"';

describe('gurukul actions', () => {
  let folder: string;
  let home: Home;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'gurukul-actions-'));
    home = new Home(path.join(folder, 'home'));
    mkdirSync(path.join(folder, 'bars'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const actions = async (...args: readonly string[]): Promise<Ended> =>
    gurukulHere(['actions', ...args], { home, address: '127.0.0.1:1', cwd: folder });
  const list = async (...args: readonly string[]): Promise<z.output<typeof listedSchema>> => {
    const { status, stdout, stderr } = await actions('list', '--json', ...args);
    expect(status, stderr).to.equal(0);
    return listedSchema.parse(JSON.parse(stdout));
  };
  const own = (): string => readFileSync(home.corporateActions(), 'utf8');
  const put = (name: string, lines: readonly string[]): void =>
    writeFileSync(path.join(folder, name), `${lines.join('\n')}\n`);

  it('list shows where each row comes from, and by what it is known', async () => {
    put('bars/corporate_actions.csv', ['symbol,ex_date,price_factor,kind', 'BEL,2022-09-15,3.1,bonus']);
    await actions('add', 'RELIANCE', '2024-10-28', '2.5', '--kind', 'bonus 3:2', '--evidence', 'a letter');
    const found = await list('RELIANCE', 'bel', 'ABB', '--bars', 'bars');
    expect(
      found.actions.map((one) => [one.symbol, one.exDate, one.priceFactor, one.origin, one.evidence]),
    ).to.deep.equal([
      ['BEL', '2022-09-15', 3.1, 'bars', null],
      [
        'RELIANCE',
        '2023-07-20',
        1.1015,
        'project',
        'NSE special pre-open 2580 vs 2841.85; Yahoo uses 1.0935',
      ],
      ['RELIANCE', '2024-10-28', 2.5, 'home', 'a letter'],
    ]);
    expect(found.checked.map(({ symbol, from, basis }) => [symbol, from, basis])).to.deep.equal([
      ['RELIANCE', '2020-01-01', 'official bars: steps of about 20 % and more'],
      ['BEL', '2020-01-01', 'official bars: steps of about 20 % and more'],
      ['ABB', null, 'unverified'],
    ]);
    const text = await actions('list', 'MOTHERSUMI');
    expect(text.stdout).to.match(/^MOTHERSON +2022-10-03 +1\.5 +bonus 1:2 +project +official bars/m);
    expect(text.stdout).to.contain('MOTHERSON: checked from 2022-01-17 until 2026-04-01 by official bars');
    expect((await actions('list', 'ABB')).stdout).to.equal(
      'no corporate actions are listed\nABB: unverified: nobody has checked that the list is complete\n',
    );
    expect((await actions('list', '--bars', 'nowhere')).status).to.equal(2);
  });

  it('add writes the list of the home, once, sorted, under the newest symbol', async () => {
    const first = await actions('add', 'wipro', '15-Jun-2017', '4/3', '--kind', 'bonus 1:3');
    expect(first.status, first.stderr).to.equal(0);
    expect(first.stdout).to.equal(
      `added WIPRO 2017-06-15 factor 1.333333 (bonus 1:3)\nyour list: ${home.corporateActions()}\n`,
    );
    await actions(
      'add',
      'MOTHERSUMI',
      '2022-01-14',
      '1.25',
      '--kind',
      'demerger, wiring',
      '--evidence',
      'bars',
    );
    const expected = [
      'symbol,ex_date,price_factor,kind,evidence',
      'MOTHERSON,2022-01-14,1.25,"demerger, wiring",bars',
      `WIPRO,2017-06-15,${4 / 3},bonus 1:3,`,
      '',
    ].join('\n');
    expect(own()).to.equal(expected);
    const again = await actions('add', 'WIPRO', '2017-06-15', '1.3333', '--kind', 'bonus 1:3');
    expect(again.stdout).to.equal('1 action listed already\n');
    expect(own()).to.equal(expected);
    expect((await actions('add', 'WIPRO', '2024-12-03', '2', '--kind', 'bonus 1:1')).stdout).to.equal(
      '1 action listed already\n',
    );
    expect(own(), "the project's list has it").to.equal(expected);
  });

  it('add wins over the project, takes an action away, and says so', async () => {
    const { stdout } = await actions('add', 'RELIANCE', '2024-10-28', '--kind', 'none');
    expect(stdout).to.contain('added RELIANCE 2024-10-28: no action on that day\n');
    expect(stdout).to.contain("it wins over the factor 2 of RELIANCE 2024-10-28 in the project's list");
    expect((await list('RELIANCE')).actions.map(({ exDate }) => exDate)).to.deep.equal(['2023-07-20']);
  });

  it('add refuses what contradicts your own list, unless it is to replace it', async () => {
    await actions('add', 'TCS', '2018-05-31', '2', '--kind', 'bonus 1:1');
    const before = own();
    const refused = await actions('add', 'TCS', '2018-05-31', '5', '--kind', 'split 5:1');
    expect(refused.status).to.equal(2);
    expect(refused.stderr).to.contain(
      `this action: TCS 2018-05-31 has the factor 5, but 2 at ${home.corporateActions()}:2. Add it with --replace, or leave it out`,
    );
    expect(own()).to.equal(before);
    expect(
      (await actions('add', 'TCS', '2018-05-31', '5', '--kind', 'split 5:1', '--replace')).status,
    ).to.equal(0);
    expect(own()).to.contain('TCS,2018-05-31,5,split 5:1,');
  });

  it('add names everything that is wrong, and writes nothing', async () => {
    const { status, stderr } = await actions('add', 'TCS LTD', '2024-02-30', '-2');
    expect(status).to.equal(2);
    for (const message of [
      /symbol: "TCS LTD" must be an NSE symbol/,
      /ex_date: "2024-02-30" must be a date/,
      /factor: "-2" must be a number above 0/,
      /--kind: is required/,
    ])
      expect(stderr).to.match(message);
    expect((await actions('add')).stderr).to.contain('symbol: is required');
    expect((await actions('add', 'TCS', '2024-01-26', '2', '--kind', 'bonus 1:1')).stderr).to.contain(
      'ex_date: 2024-01-26 is no session of the NSE',
    );
    expect((await actions('add', 'TCS', '--file', 'nowhere.csv')).stderr)
      .to.contain('TCS: give either one action or --file, not both')
      .and.to.contain('--file: cannot read nowhere.csv (ENOENT)');
    expect(existsSync(home.root)).to.equal(false);
  });

  it('add says which symbol is not known', async () => {
    const { status, stderr } = await actions('add', 'RELIANCEE', '2018-05-31', '2', '--kind', 'bonus 1:1');
    expect(status).to.equal(0);
    expect(stderr).to.match(/note: RELIANCEE is not in the list of symbols \(did you mean RELIANCE/);
  });

  it("add reads the NSE's download as it is, and asks for the factors that it lacks", async () => {
    put('nse.csv', [
      NSE,
      '"SBIN","Made Up","EQ","Face Value Split (Sub-Division) - From Rs 10/- Per Share To Rs 5/- Per Share/Bonus 4:1","10","16-Jun-2023"',
      '"ITC","ITC","EQ","Demerger","1","06-Jan-2025"',
      '"VEDL","Vedanta","EQ","Demerger","1","07-Jan-2025"',
      '"M&M","Mahindra","EQ","Scheme Of Arrangement","1","08-Jan-2025"',
      '"ITC","ITC","EQ","Interim Dividend - Rs 6 Per Share","1","08-Feb-2024"',
      '"WIPRO","Wipro","EQ","Bonus 1:1","2","03-Dec-2024"',
    ]);
    const { status, stdout, stderr } = await actions('add', '--file', 'nse.csv');
    expect(status, stderr).to.equal(0);
    expect(stdout.split('\n')).to.deep.equal([
      'added SBIN 2023-06-16 factor 10 (split 10:5 + bonus 4:1)',
      '1 action listed already',
      '1 row without a step in prices ignored',
      '2 actions without a factor in the file, to be added by hand:',
      '  gurukul actions add VEDL 2025-01-07 FACTOR --kind Demerger',
      "  gurukul actions add 'M&M' 2025-01-08 FACTOR --kind 'Scheme Of Arrangement'",
      `your list: ${home.corporateActions()}`,
      '',
    ]);
    expect(own()).to.contain('SBIN,2023-06-16,10,split 10:5 + bonus 4:1,NSE: Face Value Split');
    await actions('add', 'VEDL', '2025-01-07', '--kind', 'none');
    expect((await actions('add', '--file', 'nse.csv')).stdout)
      .to.contain('2 actions listed already\n')
      .and.to.contain('1 action without a factor in the file');
  });

  describe('check', () => {
    const split = dailyBars(120, { symbol: 'TCS', spoil: (columns) => splitFrom(columns, 60, 4) });
    const day = isoDate((split.time[60] ?? 0) / 1440);
    const check = async (...args: readonly string[]): Promise<Ended> =>
      actions('check', '--source', 'csv', '--bars', 'bars', '--symbols', 'TCS', ...args);

    it('prints the missing row as a command, which makes the check pass', async () => {
      writeFileSync(path.join(folder, 'bars', 'TCS.csv'), seriesText(split));
      const missing = await check();
      expect(missing.status, missing.stderr).to.equal(1);
      const command = /^ +gurukul actions (add TCS .*)$/m.exec(missing.stdout)?.[1] ?? '';
      expect(command).to.match(
        new RegExp(
          `^add TCS ${day} 4 --kind 'bonus 3:1 or split' --evidence 'bars: −7\\d\\.\\d % over night'$`,
        ),
      );
      expect(missing.stdout).to.match(
        /1 symbol compared: 0 listed actions, 1 missing, 0 without a factor\n$/,
      );

      const words = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(
        ([, quoted, plain]) => quoted ?? plain ?? '',
      );
      expect((await actions(...words)).status).to.equal(0);
      const done = await check();
      expect(done.status, done.stdout).to.equal(0);
      expect(done.stdout).to.match(
        new RegExp(`^TCS +${day} +4 +bonus 3:1 or split +−7\\d\\.\\d % +shown$`, 'm'),
      );
    });

    it('has the same as JSON, with the reason of what it cannot read', async () => {
      writeFileSync(path.join(folder, 'bars', 'TCS.csv'), seriesText(split));
      writeFileSync(path.join(folder, 'bars', 'INFY.csv'), 'nothing\n');
      const { stdout } = await check('--json', '--symbols', 'TCS,INFY');
      const found = z
        .object({
          symbols: z.array(
            z.object({
              symbol: z.string(),
              missing: z.array(z.object({ date: z.string(), command: z.string() })),
            }),
          ),
          unread: z.array(z.object({ symbol: z.string(), reason: z.string() })),
        })
        .parse(JSON.parse(stdout));
      expect(found.symbols.map(({ symbol, missing }) => [symbol, missing[0]?.date])).to.deep.equal([
        ['TCS', day],
      ]);
      expect(found.unread.map(({ symbol }) => symbol)).to.deep.equal(['INFY']);
    });

    it('fails for a listed action that bars as traded do not show', async () => {
      writeFileSync(path.join(folder, 'bars', 'TCS.csv'), seriesText(split));
      const wrong = isoDate((split.time[30] ?? 0) / 1440);
      await actions('add', 'TCS', day, '4', '--kind', 'split 4:1');
      await actions('add', 'TCS', wrong, '2', '--kind', 'bonus 1:1');
      const { status, stdout } = await check();
      expect(status).to.equal(1);
      expect(stdout).to.contain(
        `TCS ${wrong}: the bars do not show the bonus 1:1, but they show other actions: is its date or factor wrong?`,
      );
    });

    it('has nothing to say of bars that are adjusted already', async () => {
      writeFileSync(path.join(folder, 'bars', 'TCS.csv'), seriesText(dailyBars(120, { symbol: 'TCS' })));
      await actions('add', 'TCS', day, '4', '--kind', 'split 4:1');
      const { status, stdout } = await check();
      expect(status).to.equal(0);
      expect(stdout).to.match(/not shown$/m);
    });

    it('takes the flags of a run, and refuses wrong ones all at once', async () => {
      const { status, stderr } = await check('--interval', '2day', '--symbols', 'TCSS');
      expect(status).to.equal(2);
      expect(stderr)
        .to.match(/--interval: /)
        .and.to.match(/--symbols: /);
    });
  });

  it('add refuses a file that contradicts itself or cannot be read, and names every place', async () => {
    put('two.csv', [
      'symbol,ex_date,price_factor,kind',
      'TCS,2018-05-31,2,bonus',
      'TCS,2018-05-31,3,bonus',
      'ITC,2016-07-01,1.5,bonus',
      'ITC,2016-07-01,2,bonus',
    ]);
    const { status, stderr } = await actions('add', '--file', 'two.csv');
    expect(status).to.equal(2);
    expect(stderr)
      .to.contain('two.csv:3: TCS 2018-05-31 has the factor 3, but 2 at two.csv:2')
      .and.to.contain('two.csv:5: ITC 2016-07-01 has the factor 2, but 1.5 at two.csv:4');
    put('bars.csv', ['date,open', '2022-01-03,1']);
    expect((await actions('add', '--file', 'bars.csv')).stderr).to.contain(
      'bars.csv:1: missing columns in the header: symbol, ex_date, price_factor, kind',
    );
  });
});
