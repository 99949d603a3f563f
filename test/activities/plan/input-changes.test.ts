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

/** Bars of a symbol from the start of 2022 up to a day. */
function barsUntil(symbol: string, until: string, from = '2022-01-01'): BarSeries {
  const beat = [...SYMBOLS, 'ITC'].indexOf(symbol) + 1;
  const series = dailyBars(700, { symbol, from, beat: beat * 1.7 });
  return sliceBars(series, 0, lowerBound(series.time, startOfDate(until)));
}

describe('what has changed since an earlier run', function () {
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
    const planning = createPlanActivities({ home, packageRoot, pollers: () => Promise.resolve(0) });
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

  it('is nothing for the first run of a home, the same again, and another run of the same', async () => {
    expect(await changes('one')).to.equal('');
    expect(await changes('one')).to.equal('');
    expect(await changes('two')).to.equal('');
  });

  it('is a new day, with the cohorts that it touches', async () => {
    await plan('monday');
    for (const symbol of SYMBOLS) write(barsUntil(symbol, '2023-10-04'));
    expect(await changes('tuesday')).to.equal(
      [
        'since run monday:',
        'new bars since 2023-09-29: INFY, SBIN, TCS',
        'this touches 2 of 4 cohorts',
        '2023-06-25_to_2023-10-04: new dates',
        '2022-12-27_to_2023-06-25: teachers, for their forward part alone; the prior is kept',
      ].join('\n'),
    );
  });

  it('is a restated bar, from its day on, in the same run too', async () => {
    await plan('run');
    const series = barsUntil('TCS', '2023-10-02');
    const close = series.close.slice();
    const bar = lowerBound(series.time, startOfDate('2023-03-01'));
    close[bar] = (close[bar] ?? NaN) + 0.05;
    write({ ...series, close });
    const told = await changes('run');
    expect(told).to.match(/^since it was started before:\nother bars than before: TCS from 2023-03-01 on\n/);
    expect(told).to.contain('this touches 3 of 4 cohorts').and.to.not.contain('2022-01-01');
    // What it was computed from before is what it is computed from now.
    expect(await changes('run')).to.equal('');
  });

  it('is a restated volume, and bars that stopped coming', async () => {
    await plan('run');
    const series = barsUntil('TCS', '2023-10-02');
    const volume = series.volume.slice();
    volume[400] = (volume[400] ?? NaN) + 1;
    write({ ...series, volume });
    write(barsUntil('INFY', '2023-09-15'));
    expect(await changes('next')).to.contain(
      `INFY (they end on 2023-09-14, and ended on 2023-09-29), TCS from ${isoDate(dayOfMinutes(series.time[400] ?? 0))} on`,
    );
  });

  it('tells of new bars since the earliest day that a symbol ended on', async () => {
    write(barsUntil('SBIN', '2023-09-15'));
    await plan('monday');
    for (const symbol of SYMBOLS) write(barsUntil(symbol, '2023-10-04'));
    expect(await changes('tuesday')).to.contain('new bars since 2023-09-14: INFY, SBIN, TCS');
  });

  it('is another program', async () => {
    await plan('old');
    const text = readFileSync(home.inputs('old'), 'utf8');
    writeFileSync(home.inputs('old'), text.replace(/"code":"[0-9a-f]{64}"/, `"code":"${'0'.repeat(64)}"`));
    expect(await changes('new')).to.equal(
      'since run old:\nthe program is another one: everything is trained anew',
    );
  });

  it('is a symbol that came, or went', async () => {
    await plan('three');
    write(barsUntil('ITC', '2023-10-02', '2023-07-03'));
    const four = await changes('four', { symbols: [...SYMBOLS, 'ITC'] });
    expect(four).to.match(
      /^since run three:\nnew: ITC \(bars from 2023-07-03\); market features and priors are pooled/,
    );
    // Before its first bar nothing changes: no cohort but the last two can know it.
    expect(four).to.contain('this touches 2 of 4 cohorts');
    const two = await changes('two', { symbols: ['TCS', 'INFY', 'ITC'] });
    expect(two).to.match(/^since run four:\ngone: SBIN; /);
    expect(two).to.contain('this touches 4 of 4 cohorts');
  });

  it('is a setting of training, and no other', async () => {
    await plan('five');
    expect(await changes('ten', { horizon: 10, maxFailureRate: 0.5, shardWindows: 2 })).to.equal(
      'since run five:\nhorizon was 5 and is 10: everything is trained anew',
    );
    // Windows of other dates are other cohorts; what is trained for a cohort does not change.
    expect(await changes('windows', { windowDays: 90 })).to.not.contain('windowDays was');
    // Held against the run that is most like it, not the last one.
    expect(await changes('again', { shardWindows: 1 })).to.equal('');
  });

  it('is another corporate action, which adjusts the bars before it', async () => {
    await plan('before');
    writeFileSync(
      path.join(bars, 'corporate_actions.csv'),
      'symbol,ex_date,price_factor,kind\nTCS,2023-03-01,0.98,split\n',
    );
    expect(await changes('after')).to.contain(
      'other bars than before: TCS (its corporate actions are others, and adjust its earlier bars)',
    );
  });

  it('is a later end of a forward part, which leaves the prior alone', async () => {
    await plan('run');
    const before = await readJson(home.inputs('run'), runInputsSchema);
    if (before === undefined) throw new Error('the run left no inputs');
    const cohort = '2022-12-27_to_2023-06-25';
    const of = before.cohorts[cohort];
    if (of === undefined) throw new Error('the cohort is not there');
    const cohorts = { ...before.cohorts, [cohort]: { ...of, forwardEnd: '2024-01-01' } };
    // Without symbols: all are gone, which alone touches no cohort.
    const now = { ...before, symbols: {}, cohorts };
    const lines = await inputChanges(home, 'next', { run: 'run', inputs: before }, now, new Map());
    expect(lines.slice(-2)).to.deep.equal([
      'this touches 1 of 4 cohorts',
      `${cohort}: teachers, for their forward part alone; the prior is kept`,
    ]);
  });

  it('is cut to what a workflow may carry', async () => {
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
