import { appendFileSync, existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { expect } from 'chai';
import { z } from 'zod';

import { numbers, readTable, texts } from '../../../data/parquet/read-table.js';
import { scoreRowSchema } from '../../../data/schemas/score-log.js';
import { scoreOutcomesSchema } from '../../../data/schemas/score-outcomes.js';
import { initBackend } from '../../../workers/tensor/backend.js';
import type { SealedRun } from '../../activities/score/sealed-run.js';
import { LAST, approveSealed, sealedRun } from '../../activities/score/sealed-run.js';
import { compareWithBundle } from '../support/compare-with-bundle.js';
import { gurukulHere } from '../support/gurukul-here.js';
import type { Ended } from '../support/gurukul-process.js';

const printedSchema = z.strictObject({
  role: z.string(),
  run: z.string(),
  bundleDigest: z.string(),
  decision: z.number().nullable(),
  cohort: z.string(),
  source: z.string(),
  interval: z.string(),
  rule: z.looseObject({ entry: z.string() }),
  date: z.string(),
  newestSession: z.string(),
  log: z.strictObject({
    file: z.string(),
    number: z.number(),
    replaces: z.looseObject({ why: z.string() }).nullable(),
    created: z.boolean(),
  }),
  rows: z.array(scoreRowSchema),
  remarks: z.array(z.string()),
  outcomes: z.array(z.looseObject({ role: z.string(), sessions: z.number() })).nullable(),
});
type Printed = z.output<typeof printedSchema>;

/** The newest bars of the folder. */
const NEWEST = ['--as-of', '2022-06-29'];

describe('gurukul score', function () {
  this.timeout(600_000);
  let run: SealedRun;
  before(async () => {
    await initBackend();
    run = await sealedRun();
  });
  after(() => rmSync(run.home.root, { recursive: true }));
  afterEach(() => {
    for (const symbol of run.symbols) run.putBars(symbol, LAST);
    rmSync(path.join(run.home.root, 'scores'), { recursive: true, force: true });
  });

  const command = (args: readonly string[]): Promise<Ended> =>
    gurukulHere(['score', ...args], { home: run.home, address: '127.0.0.1:1' });
  const ofRun = (...args: readonly string[]): Promise<Ended> => command(['--run', run.run, ...args]);
  async function scored(...args: readonly string[]): Promise<Printed> {
    const { status, stdout, stderr } = await ofRun('--json', ...args);
    expect(status, stderr).to.equal(0);
    return printedSchema.parse(JSON.parse(stdout));
  }
  const refusal = async (args: readonly string[], status = 2): Promise<string> => {
    const ended = await command(args);
    expect(ended.status, ended.stderr).to.equal(status);
    expect(ended.stderr).to.not.match(/\n +at /);
    return ended.stderr;
  };
  const logs = (): string[] => readdirSync(run.home.scores(run.digest)).sort();

  describe('of a day that the run predicted', () => {
    it('gives the numbers of its bundle', async () => {
      // The first, the last, and some between, of all three students.
      const compared = await compareWithBundle(run.predictions, 40, async (date) => scored('--as-of', date));
      expect(compared).to.be.above(50);
    });

    it('never uses a student that had learnt from that day', async () => {
      expect((await scored('--as-of', '2021-08-27')).cohort).to.equal('2021-01-01_to_2021-05-01');
      expect((await scored('--as-of', '2021-08-30')).cohort).to.equal('2021-05-01_to_2021-08-29');
      expect(await refusal(['--run', run.run, '--as-of', '2021-04-30'])).to.match(
        /--as-of: every student of run sealed learnt from bars of 2021-04-30 or later: .* from 2021-05-01/,
      );
    });
  });

  describe('of the newest bars', () => {
    it('has a rank for everyone, and the day after it as entry', async () => {
      const printed = await scored(...NEWEST);
      expect(printed).to.include({
        role: 'run',
        decision: null,
        date: '2022-06-29',
        newestSession: '2022-06-29',
      });
      expect(printed.cohort).to.equal('2021-08-29_to_2021-12-27');
      expect(printed.rows.map(({ symbol }) => symbol)).to.not.include(run.former);
      expect(printed.rows.map(({ rank }) => rank)).to.deep.equal(printed.rows.map((_, at) => at + 1));
      for (const row of printed.rows) {
        expect(row).to.include({ date: '2022-06-29', entry: '2022-06-30' });
        // More than 120 days after the student's window.
        expect(row.flags).to.include('old_model');
        expect(row.interval?.low).to.be.below(row.interval?.high ?? NaN);
      }
    });

    it('is flagged as stale by the clock: the folder ends years ago', async () => {
      const { rows, date, newestSession } = await scored();
      expect(date).to.equal('2022-06-29');
      expect(newestSession > date).to.equal(true);
      for (const row of rows) expect(row.flags).to.include('stale');
      const { stderr } = await ofRun();
      expect(stderr).to.match(
        /the bars end before .*: add newer ones to the folder, or name the day with --as-of 2022-06-29/,
      );
    });

    it('has no number for a symbol that is older, and flags it', async () => {
      const [late = ''] = run.symbols;
      run.putBars(late, '2022-06-24');
      const row = (await scored(...NEWEST)).rows.find(({ symbol }) => symbol === late);
      expect(row).to.deep.include({ date: '2022-06-23', score: null, rank: null });
      expect(row?.flags).to.include('stale');
    });

    it('has no number for a symbol with a short history or without bars', async () => {
      const [young = '', gone = ''] = run.symbols;
      run.putBars(young, LAST, (bars) => ({
        ...bars,
        ...Object.fromEntries(
          (['time', 'open', 'high', 'low', 'close', 'volume'] as const).map((key) => [
            key,
            bars[key].slice(-30),
          ]),
        ),
      }));
      rmSync(path.join(run.bars, `${gone}.csv`));
      const { rows } = await scored(...NEWEST);
      expect(rows.find(({ symbol }) => symbol === young)?.flags).to.include('short_history');
      expect(rows.find(({ symbol }) => symbol === gone)?.flags).to.deep.equal(['no_bars']);
      expect(rows.filter(({ score }) => score !== null)).to.have.length(run.symbols.length - 3);
    });

    it('has no number for who is no member, or not in the universe at all', async () => {
      const [known = ''] = run.symbols;
      const { status, stdout, stderr } = await ofRun(
        '--json',
        ...NEWEST,
        '--symbols',
        `${known},${run.former},RELIANCE`,
      );
      expect(status).to.equal(0);
      const { rows } = printedSchema.parse(JSON.parse(stdout));
      expect(rows.map(({ symbol }) => symbol)).to.have.members([known, run.former, 'RELIANCE']);
      expect(rows[0]).to.include({ symbol: known });
      for (const row of rows.slice(1)) expect(row).to.deep.include({ score: null, flags: ['unlisted'] });
      expect(stderr).to.contain(`${run.former} is no member of the run's universe on 2022-06-29`);
      expect(stderr).to.contain('RELIANCE is not in the universe of run sealed');
    });

    it('gives a symbol the same numbers whoever else is shown', async () => {
      const [known = ''] = run.symbols;
      const all = await scored(...NEWEST);
      const one = await scored(...NEWEST, '--symbols', known.toLowerCase());
      expect(one.rows).to.deep.equal(all.rows.filter(({ symbol }) => symbol === known));
      expect(logs()).to.have.length(1);
    });

    it('fails where no symbol that is shown could be scored', async () => {
      expect(await refusal(['--run', run.run, ...NEWEST, '--symbols', 'RELIANCE'], 1)).to.match(
        /1 symbol unlisted/,
      );
    });
  });

  describe('in other forms', () => {
    it('is CSV without formulas, and Parquet', async () => {
      const csv = await ofRun('--format', 'csv', ...NEWEST);
      const lines = csv.stdout.trimEnd().split('\n');
      expect(lines[0]).to.equal(
        'symbol,date,entry,probability,score,rank,interval_low,interval_high,base_rate,flags,drifted',
      );
      expect(lines).to.have.length(run.symbols.length);
      const file = path.join(run.home.root, 'scores.parquet');
      const { status, stdout } = await ofRun('--format', 'parquet', '--out', file, ...NEWEST);
      expect([status, stdout]).to.deep.equal([0, '']);
      const table = await readTable(readFileSync(file), 'scores', { isNullable: () => true });
      expect(texts(table, 'symbol')).to.deep.equal(lines.slice(1).map((line) => line.split(',')[0]));
      expect(numbers(table, 'score').map(String)).to.deep.equal(
        lines.slice(1).map((line) => line.split(',')[4]),
      );
    });

    it('is a table that says what its flags mean', async () => {
      const { stdout } = await ofRun(...NEWEST);
      expect(stdout).to.match(/^run sealed, student of 2021-08-29_to_2021-12-27\n/);
      expect(stdout).to.match(/\nrank +symbol +date +probability +base rate +score +returned before/);
      expect(stdout).to.match(/\nold_model: the period that followed the student's training has ended/);
      expect(stdout).to.contain(run.home.scoreLog(run.digest, '2022-06-29', 1));
    });
  });

  describe('records what it said', () => {
    it('once: the same bars are the same file', async () => {
      const first = await scored(...NEWEST);
      expect(first.log).to.include({ number: 1, created: true });
      const content = readFileSync(first.log.file, 'utf8');
      expect((await scored(...NEWEST)).log).to.include({ number: 1, created: false });
      expect(readFileSync(first.log.file, 'utf8')).to.equal(content);
      expect(logs()).to.deep.equal(['2022-06-29.001.json']);
    });

    it('again with the reason where bars were corrected', async () => {
      await scored(...NEWEST);
      const [corrected = ''] = run.symbols;
      run.putBars(corrected, LAST, (bars) => ({
        ...bars,
        close: bars.close.map((price, at) => (at === bars.close.length - 2 ? 1.001 * price : price)),
        high: bars.high.map((price) => 1.01 * price),
      }));
      const { log } = await scored(...NEWEST);
      expect(log).to.include({ number: 2, created: true });
      expect(log.replaces?.why).to.equal(`bars were corrected: ${corrected}`);
    });

    it('does not go on with a log that was edited', async () => {
      const { log } = await scored(...NEWEST);
      writeFileSync(log.file, readFileSync(log.file, 'utf8').replace('"rank": 1,', '"rank": 9,'));
      expect(await refusal(['--run', run.run, ...NEWEST], 1)).to.match(
        /the log of scores is broken: .*was changed/,
      );
    });
  });

  describe('joins it with what came', () => {
    it('for dates that the run did not have', async () => {
      for (const date of ['2021-12-28', '2022-03-02', '2022-03-03', '2022-06-29'])
        await scored('--as-of', date);
      const { status, stdout, stderr } = await ofRun('--outcomes', '--json');
      expect(status, stderr).to.equal(0);
      const outcomes = scoreOutcomesSchema.parse(JSON.parse(stdout));
      expect(outcomes).to.include({ champion: null, sessions: 0 });
      expect(existsSync(run.home.scoreOutcomes()), 'the file of champions').to.equal(false);
      const [model] = outcomes.models;
      expect(model).to.include({ role: 'run', run: run.run, sessions: 2, waiting: 1 });
      expect(model?.days.map(({ date, inRun }) => [date, inRun])).to.deep.equal([
        ['2021-12-28', true],
        ['2022-03-02', false],
        ['2022-03-03', false],
      ]);
      for (const day of model?.days ?? []) expect(day.rankIc).to.be.a('number');
    });

    it('in a table', async () => {
      await scored('--as-of', '2022-03-02');
      const { stdout } = await ofRun('--outcomes');
      expect(stdout).to.match(/^run, run sealed: 1 session with a known outcome/);
      expect(stdout).to.match(/\n2022-03-02 +11 /);
    });
  });

  describe('of the champion', () => {
    afterEach(() => {
      for (const folder of ['champions', 'keys/decisions'])
        rmSync(path.join(run.home.root, folder), { recursive: true, force: true });
    });

    it('says how to get one where there is none', async () => {
      expect(await refusal([])).to.match(
        /there is no champion yet: approve .* or score a run with --run RUN/,
      );
      expect(existsSync(path.join(run.home.root, 'scores'))).to.equal(false);
    });

    it('names the decision, and puts its outcomes at the top of the file', async () => {
      await approveSealed(run);
      for (const date of ['2022-03-02', '2022-06-29'])
        expect((await command(['--as-of', date])).status).to.equal(0);
      const { stdout } = await command(['--json']);
      expect(printedSchema.parse(JSON.parse(stdout))).to.include({ role: 'champion', decision: 1 });
      const outcomes = scoreOutcomesSchema.parse(JSON.parse(readFileSync(run.home.scoreOutcomes(), 'utf8')));
      expect(outcomes).to.include({ champion: 1, sessions: 1, psi: null, shadow: null });
      expect(outcomes.ece).to.be.a('number');
      expect(outcomes.neutralIc).to.have.all.keys('mean', 'low', 'high');
      // By its run's name it is the champion, too.
      expect((await scored(...NEWEST)).role).to.equal('champion');
    });

    it('is refused if another bundle lies in its place', async () => {
      await approveSealed(run, 'c'.repeat(64));
      expect(await refusal([])).to.match(
        /is not the one that was decided about: its digest is [0-9a-f]{64}, the decision's c{64}/,
      );
    });
  });

  describe('refuses', () => {
    const damaged = async (name: string): Promise<string> => {
      const file = path.join(run.home.bundle(run.run), name);
      const content = readFileSync(file);
      appendFileSync(file, ' ');
      try {
        return await refusal(['--run', run.run, ...NEWEST]);
      } finally {
        writeFileSync(file, content);
      }
    };
    for (const name of ['model.json', 'weights.bin', 'inputs.parquet'])
      it(`a student whose ${name} was changed after it was sealed`, async () => {
        const file = `models/students/2021-08-29_to_2021-12-27/${name}`;
        expect(await damaged(file)).to.match(
          new RegExp(`the bundle of run sealed does not verify: ${file.replaceAll('.', '\\.')}: expected`),
        );
        expect(existsSync(path.join(run.home.root, 'scores'))).to.equal(false);
      });

    it('a bundle whose manifest, statement or record was changed', async () => {
      for (const name of ['manifest.json', 'provenance/statement.json', 'run.json'])
        expect(await damaged(name)).to.match(/the bundle of run sealed does not verify/);
    });

    const wrong: readonly (readonly [string, readonly string[], RegExp])[] = [
      ['a run that nobody knows', ['--run', 'sealled'], /--run: there is no run sealled.*sealed/],
      ['a name that is no run', ['--run', '../etc'], /--run: \.\.\/etc is not a run id/],
      [
        'synthetic bars for real ones',
        ['--source', 'synthetic'],
        /--source: the run learnt from real bars and can say nothing about synthetic ones/,
      ],
      [
        'a folder for a provider',
        ['--source', 'yahoo', '--bars', '.'],
        /--bars: only the csv source reads a folder/,
      ],
      [
        'a provider whose bars nobody has fetched',
        ['--source', 'yahoo'],
        /no bars of yahoo are in this home yet/,
      ],
      ['a day that does not exist', ['--as-of', '2022-02-30'], /--as-of: must be an existing date/],
      [
        'a day before the run',
        ['--as-of', '2019-01-01'],
        /--as-of: 2019-01-01 is before the bars of the run/,
      ],
      ['a form that there is not', ['--format', 'xml'], /--format: must be one of table, csv, json, parquet/],
      ['two forms', ['--json', '--format', 'csv'], /--json: the form is csv by --format/],
      ['Parquet without a file', ['--format', 'parquet'], /--out: is required for parquet/],
      ['a symbol that is none', ['--symbols', '=1+1'], /--symbols: "=1\+1": not NSE symbols/],
      ['a universe that is not there', ['--universe', 'none.csv'], /--universe: .* is neither/],
      [
        'flags that score nothing',
        ['--outcomes', '--symbols', 'TCS', '--out', 'x'],
        /--symbols: --outcomes scores nothing.*\n.*--out: --outcomes/,
      ],
    ];
    for (const [what, args, message] of wrong)
      it(what, async () => {
        const given = args.includes('--run') ? args : ['--run', run.run, ...args];
        expect(await refusal(given)).to.match(message);
      });

    it('a folder without bars', async () => {
      const text = await refusal(['--run', run.run, '--bars', path.join(run.home.root, 'keys'), ...NEWEST]);
      expect(text).to.match(/bars/);
    });
  });
});
