import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { expect } from 'chai';

import type { PlannedRun } from '../../../activities/plan/activities.js';
import { createIngestActivities } from '../../../activities/ingest/index.js';
import { createPlanActivities } from '../../../activities/plan/index.js';
import { inputChanges } from '../../../activities/plan/input-changes.js';
import type { RunInputs } from '../../../activities/plan/run-inputs.js';
import { runInputsSchema } from '../../../activities/plan/run-inputs.js';
import { seriesText } from '../../../data/bars/series-text.js';
import type { BarSeries } from '../../../data/bars/series.js';
import { lowerBound, sliceBars } from '../../../data/bars/series.js';
import type { RunInputDraft } from '../../../data/schemas/run-input.js';
import { readJson } from '../../../data/store/files.js';
import type { Home } from '../../../data/store/home.js';
import { packageRoot } from '../../../data/store/package-root.js';
import { dayOfMinutes, isoDate, startOfDate } from '../../../data/time/dates.js';
import { dailyBars } from '../../support/bars.js';
import { newHome } from '../model/job-rig.js';
import { inActivity } from '../validate/in-activity.js';

const SYMBOLS = ['TCS', 'INFY', 'SBIN'];

/** Bars of a symbol from the start of 2022 up to a given day. */
function barsUntil(symbol: string, until: string, from = '2022-01-01'): BarSeries {
  const beat = [...SYMBOLS, 'ITC'].indexOf(symbol) + 1;
  const series = dailyBars(700, { symbol, from, beat: beat * 1.7 });
  return sliceBars(series, 0, lowerBound(series.time, startOfDate(until)));
}

describe('the changes since an earlier run', function () {
  this.timeout(20_000);
  let home: Home;
  let bars: string;
  const write = (series: BarSeries): void =>
    writeFileSync(path.join(bars, `${series.symbol}.csv`), seriesText(series));

  beforeEach(() => {
    home = newHome();
    bars = path.join(home.root, 'given');
    mkdirSync(bars);
    for (const symbol of SYMBOLS) write(barsUntil(symbol, '2023-10-02'));
  });
  afterEach(() => rmSync(home.root, { recursive: true }));

  async function plan(runId: string, change: RunInputDraft = {}): Promise<PlannedRun> {
    const input = { symbols: SYMBOLS, source: 'csv', bars, to: '2024-06-01', ...change };
    const planning = createPlanActivities({
      home,
      packageRoot,
      pollers: () => Promise.resolve(0),
      now: Date.now,
    });
    const ingesting = createIngestActivities({ home, packageRoot });
    return inActivity(async () => {
      const { config, symbols, batches } = await planning.settleRun({ input, runId });
      for (let batch = 0; batch < batches; batch += 1)
        await ingesting.ingestSymbols({ config, symbols, batch, batches });
      const { ref } = await ingesting.sealIngest({ config, batches });
      return planning.planRun({ config, ingest: ref });
    });
  }
  const changes = async (runId: string, change: RunInputDraft = {}): Promise<string> =>
    ((await plan(runId, change)).changes ?? []).join('\n');

  it('are empty for the first run of a home, for a restart, and for another run of the same input', async () => {
    expect(await changes('one')).to.equal('');
    expect(await changes('one')).to.equal('');
    expect(await changes('two')).to.equal('');
  });

  it('report a new day, with the affected cohorts', async () => {
    await plan('monday');
    for (const symbol of SYMBOLS) write(barsUntil(symbol, '2023-10-04'));
    expect(await changes('tuesday')).to.equal(
      [
        'since run monday:',
        'new bars since 2023-09-29: INFY, SBIN, TCS',
        'affected: 2 of 4 cohorts',
        '2023-06-25_to_2023-10-04: new cohort',
        '2022-12-27_to_2023-06-25: teachers and student are retrained for the forward part; the prior is reused',
      ].join('\n'),
    );
  });

  it('report a restated bar from its day on, also in the same run', async () => {
    await plan('run');
    const series = barsUntil('TCS', '2023-10-02');
    const close = series.close.slice();
    const bar = lowerBound(series.time, startOfDate('2023-03-01'));
    close[bar] = (close[bar] ?? NaN) + 0.05;
    write({ ...series, close });
    const lines = await changes('run');
    expect(lines).to.match(/^since the previous start of this run:\nchanged bars: TCS from 2023-03-01 on\n/);
    expect(lines).to.contain('affected: 3 of 4 cohorts').and.to.not.contain('2022-01-01');
    // The inputs are unchanged since the last start.
    expect(await changes('run')).to.equal('');
  });

  it('report a restated volume and a series that ends earlier', async () => {
    await plan('run');
    const series = barsUntil('TCS', '2023-10-02');
    const volume = series.volume.slice();
    volume[400] = (volume[400] ?? NaN) + 1;
    write({ ...series, volume });
    write(barsUntil('INFY', '2023-09-15'));
    expect(await changes('next')).to.contain(
      `INFY (last bar on 2023-09-14, previously on 2023-09-29), TCS from ${isoDate(dayOfMinutes(series.time[400] ?? 0))} on`,
    );
  });

  it('report new bars since the earliest last day of any symbol', async () => {
    write(barsUntil('SBIN', '2023-09-15'));
    await plan('monday');
    for (const symbol of SYMBOLS) write(barsUntil(symbol, '2023-10-04'));
    expect(await changes('tuesday')).to.contain('new bars since 2023-09-14: INFY, SBIN, TCS');
  });

  it('report a changed program', async () => {
    await plan('old');
    const text = readFileSync(home.inputs('old'), 'utf8');
    writeFileSync(home.inputs('old'), text.replace(/"code":"[0-9a-f]{64}"/, `"code":"${'0'.repeat(64)}"`));
    expect(await changes('old')).to.equal(
      'since the previous start of this run:\nthe program changed: everything is retrained',
    );
  });

  it('report added and removed symbols', async () => {
    await plan('three');
    write(barsUntil('ITC', '2023-10-02', '2023-07-03'));
    const four = await changes('four', { symbols: [...SYMBOLS, 'ITC'] });
    expect(four).to.match(
      /^since run three:\nadded symbols: ITC \(bars from 2023-07-03\); market features and priors combine all symbols/,
    );
    // Nothing changes before its first bar: only the last two cohorts can use it.
    expect(four).to.contain('affected: 2 of 4 cohorts');
    const two = await changes('two', { symbols: ['TCS', 'INFY', 'ITC'] });
    expect(two).to.match(/^since run four:\nremoved symbols: SBIN; /);
    expect(two).to.contain('affected: 4 of 4 cohorts');
  });

  it('report only a run from which something could have been reused', async () => {
    await plan('five');
    for (const symbol of SYMBOLS) write(barsUntil(symbol, '2023-10-04'));
    // Nothing could: other settings, other dates.
    expect(await changes('ten', { horizon: 10 })).to.equal('');
    expect(await changes('windows', { windowDays: 90 })).to.equal('');
    // Compared with the run that has the same settings, not with the latest.
    const same = await changes('same', { maxFailureRate: 0.5, shardWindows: 2 });
    expect(same).to.match(/^since run five:\nnew bars since 2023-09-29/);
    // Nor where no other run is wanted, or the program is another.
    expect(await changes('alone', { reuse: 'own' })).to.equal('');
    const file = home.inputs('five');
    for (const run of ['five', 'same', 'alone'])
      writeFileSync(
        home.inputs(run),
        readFileSync(file, 'utf8').replace(/"code":"[0-9a-f]{64}"/, `"code":"${'0'.repeat(64)}"`),
      );
    expect(await changes('newer')).to.equal('');
  });

  it('report another corporate action, which adjusts earlier bars', async () => {
    await plan('before', { adjust: 'splits' });
    writeFileSync(
      path.join(bars, 'corporate_actions.csv'),
      'symbol,ex_date,price_factor,kind\nTCS,2023-03-01,0.98,split\n',
    );
    expect(await changes('after', { adjust: 'splits' })).to.contain(
      'changed bars: TCS (its corporate actions changed, which adjusts earlier bars)',
    );
  });

  it('report a later end of a forward part, which does not affect the prior', async () => {
    await plan('run');
    const before = await readJson(home.inputs('run'), runInputsSchema);
    if (before === undefined) throw new Error('the run has no inputs');
    const cohort = '2022-12-27_to_2023-06-25';
    const of = before.cohorts[cohort];
    if (of === undefined) throw new Error('the cohort is missing');
    const cohorts = { ...before.cohorts, [cohort]: { ...of, forwardEnd: '2024-01-01' } };
    // Without symbols: all are removed, which in itself affects no cohort.
    const now = { ...before, symbols: {}, cohorts };
    const lines = await inputChanges(home, 'next', { run: 'run', inputs: before }, now, new Map());
    expect(lines.slice(-2)).to.deep.equal([
      'affected: 1 of 4 cohorts',
      `${cohort}: teachers and student are retrained for the forward part; the prior is reused`,
    ]);
  });

  it('are limited to the size of a workflow payload', async () => {
    const of = (value: number): RunInputs => ({
      code: 'same',
      until: '2024-01-01',
      config: Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`setting${n}`, value])),
      symbols: {},
      cohorts: {},
    });
    const lines = await inputChanges(home, 'b', { run: 'a', inputs: of(1) }, of(2), new Map());
    expect(lines[0]).to.equal('since run a:');
    expect(lines.length).to.be.greaterThan(5).and.below(60);
    expect(Buffer.byteLength(lines.join(''))).to.be.at.most(900);
  });
});
