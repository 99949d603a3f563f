import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { WorkflowFailedError } from '@temporalio/client';
import { expect } from 'chai';
import { pino } from 'pino';

import { seriesText } from '../../data/bars/series-text.js';
import type { BarSeries } from '../../data/bars/series.js';
import { lowerBound, sliceBars } from '../../data/bars/series.js';
import type { RunInputDraft } from '../../data/schemas/run-input.js';
import type { RunStatus } from '../../data/schemas/run-status.js';
import { runInputSchema } from '../../data/schemas/run-input.js';
import { runStatusSchema } from '../../data/schemas/run-status.js';
import { openSource } from '../../data/sources/open-source.js';
import { Home } from '../../data/store/home.js';
import { packageRoot } from '../../data/store/package-root.js';
import { startOfDate } from '../../data/time/dates.js';
import { loadUniverse } from '../../data/universe/universe.js';
import type { SupervisedTrainer } from '../../workers/trainer/supervisor.js';
import { createTrainer } from '../../workers/trainer/supervisor.js';
import { workflowIds } from '../../workflows/contract/messages.js';
import { trainUniverse } from '../../workflows/train-universe.js';
import { gurukulHere } from '../client/support/gurukul-here.js';
import { calendar } from '../support/bars.js';
import { casesOf } from '../support/full-tests.js';
import { eventsOf } from '../support/run-files.js';
import { rejection } from '../support/rejection.js';
import { withRealWorkers } from '../support/real-workers.js';
import type { TemporalRig } from '../support/temporal-rig.js';
import { startTemporalRig } from '../support/temporal-rig.js';
import { until } from '../support/until.js';

const SYMBOLS = ['RELIANCE', 'TCS', 'INFY', 'SBIN'];
const FIRST = '2022-01-01_to_2022-06-30';
const SECOND = '2022-06-30_to_2022-12-27';

describe('a run on changed input, on a real server, with real training', function () {
  this.timeout(600_000);
  let rig: TemporalRig;
  /** A server without any run. */
  let emptyRig: TemporalRig;
  let folder: string;
  let bars: string;
  let home: Home;
  let trainer: SupervisedTrainer;
  /** Bundle digest of a run with another horizon, trained from scratch. */
  let whole: string | null;
  const series = new Map<string, BarSeries>();

  before(async () => {
    [rig, emptyRig] = await Promise.all([startTemporalRig(), startTemporalRig()]);
    folder = mkdtempSync(path.join(tmpdir(), 'gurukul-incremental-'));
    bars = path.join(folder, 'bars');
    mkdirSync(bars);
    home = new Home(path.join(folder, 'home'));
    trainer = createTrainer({ home, packageRoot, accelerator: 'cpu', log: pino({ level: 'silent' }) });
    const universe = await loadUniverse('nifty100', packageRoot);
    const source = await openSource(runInputSchema.parse({}), { home, packageRoot, universe, calendar });
    for (const symbol of [...SYMBOLS, 'ITC']) {
      const read = await source.read(symbol);
      if (read.series !== null) series.set(symbol, read.series);
    }
    giveBars('2023-06-21');
  });
  after(async () => {
    await trainer.close();
    for (const server of [rig, emptyRig]) {
      expect(await server.replayAll(), 'replayed workflows').to.be.greaterThan(4);
      await server.stop();
    }
    rmSync(folder, { recursive: true });
  });

  /** Bars of all symbols before a day. @param change Of a symbol's series. */
  function giveBars(until: string, change: (series: BarSeries) => BarSeries = (same) => same): void {
    for (const symbol of SYMBOLS) {
      const all = series.get(symbol);
      if (all === undefined) throw new Error(`no bars of ${symbol}`);
      const cut = sliceBars(all, 0, lowerBound(all.time, startOfDate(until)));
      writeFileSync(path.join(bars, `${symbol}.csv`), seriesText(change(cut)));
    }
  }

  const inputOf = (change: RunInputDraft = {}): RunInputDraft => ({
    ...{ symbols: SYMBOLS, source: 'csv', bars, adjust: 'none', to: '2023-06-22' },
    ...change,
  });
  const withWorkers = async <Result>(work: () => Promise<Result>, on = rig): Promise<Result> =>
    withRealWorkers(on, home, trainer, work);
  const start = async (
    runId: string,
    change: RunInputDraft = {},
    options: { workflowExecutionTimeout?: string } = {},
  ) =>
    rig.client.workflow.start(trainUniverse, {
      workflowId: workflowIds.run(runId),
      taskQueue: 'meta',
      args: [{ ...inputOf(change), runId }],
      ...options,
    });
  const run = async (runId: string, change: RunInputDraft = {}): Promise<RunStatus> =>
    withWorkers(async () => (await start(runId, change)).result());
  /** Resolves once a run has sealed some shards. */
  const shardsOf = async (runId: string, shards: number): Promise<void> =>
    until(async () => (await unitsOf(runId, 'shard')).length >= shards);

  async function unitsOf(runId: string, ...kinds: readonly string[]): Promise<Record<string, unknown>[]> {
    return (await eventsOf(home, runId).catch(() => [])).filter(({ event }) => kinds.includes(event));
  }

  /** Names of the units that a run has trained itself. */
  async function trainedBy(runId: string): Promise<string[]> {
    const units = await unitsOf(runId, 'prior', 'shard', 'student');
    return units.flatMap(({ id, reused }) => (reused === false ? [String(id)] : [])).sort();
  }

  /** Bundle digest of a run that reuses nothing. */
  async function fromScratch(runId: string, change: RunInputDraft = {}): Promise<string | null> {
    const status = await run(runId, { ...change, reuse: 'own' });
    expect(status.reuse?.windows.reused).to.equal(0);
    return status.bundleDigest;
  }

  it('trains only what a new day changes, with the bundle of a run from scratch', async () => {
    await run('monday');
    const before = filesOf(home.runDir('monday'));
    giveBars('2023-06-22');
    const tuesday = await run('tuesday');
    const [last] = tuesday.reuse?.trained.slice(1) ?? [];
    expect(last).to.equal('2022-12-27_to_2023-06-22');
    // The first cohort is unchanged; the second predicts one more day; the third has other dates.
    expect(tuesday.reuse).to.deep.include({
      windows: { reused: 4, trained: 8 },
      cohorts: { reused: 1, trained: 2 },
      trained: [SECOND, last],
    });
    expect(tuesday.reuse?.changes.slice(0, 2)).to.deep.equal([
      'since run monday:',
      'new bars since 2023-06-20: INFY, RELIANCE, SBIN, TCS',
    ]);
    expect(await trainedBy('tuesday')).to.deep.equal(
      [
        ...['prior/placebo', 'prior/real'].map((unit) => `${unit}/${last}`),
        ...['placebo', 'real'].flatMap((arm) => [`shard/${arm}/${SECOND}/0`, `shard/${arm}/${last}/0`]),
        `student/${SECOND}`,
        `student/${last}`,
      ].sort(),
    );
    expect(filesOf(home.runDir('monday')), 'files of the run before').to.deep.equal(before);
    expect(tuesday.bundleDigest).to.equal(await fromScratch('scratch'));
  });

  it('no longer needs the run that it reused once it is done', async () => {
    rmSync(home.runDir('monday'), { recursive: true });
    rmSync(home.runDir('scratch'), { recursive: true });
    const again = await run('tuesday');
    expect(again.reuse?.windows).to.deep.equal({ reused: 12, trained: 0 });
    const next = await run('wednesday');
    expect(next.reuse?.windows).to.deep.equal({ reused: 12, trained: 0 });
    expect(next.bundleDigest).to.equal(again.bundleDigest);
  });

  it('trains a damaged unit of another run again', async () => {
    const shard = home.shardDir('tuesday', FIRST, 'real', 0);
    const kept = path.join(folder, 'kept');
    cpSync(shard, kept, { recursive: true });
    rmSync(home.runDir('wednesday'), { recursive: true });
    writeFileSync(path.join(shard, 'windows.jsonl'), 'damaged');
    const status = await run('thursday');
    expect(await trainedBy('thursday')).to.deep.equal([`shard/real/${FIRST}/0`]);
    expect(filesOf(home.shardDir('thursday', FIRST, 'real', 0)).map(([name]) => name)).to.deep.equal(
      filesOf(kept).map(([name]) => name),
    );
    expect(status.reuse?.windows).to.deep.equal({ reused: 8, trained: 4 });
  });

  it('trains everything from a restated bar on', async () => {
    giveBars('2023-06-22', (one) => {
      if (one.symbol !== 'TCS') return one;
      const close = one.close.slice();
      const bar = lowerBound(one.time, startOfDate('2023-02-01'));
      close[bar] = ((one.high[bar] ?? NaN) + (one.low[bar] ?? NaN)) / 2;
      return { ...one, close };
    });
    const status = await run('restated');
    // The second cohort's prior ends before it, its forward part does not.
    expect((await trainedBy('restated')).filter((unit) => unit.startsWith('prior/real'))).to.deep.equal([
      'prior/real/2022-12-27_to_2023-06-22',
    ]);
    expect(status.reuse?.trained).to.deep.equal([SECOND, '2022-12-27_to_2023-06-22']);
    expect(status.reuse?.changes[1]).to.equal('changed bars: TCS from 2023-02-01 on');
  });

  it('trains everything for another horizon, and reuses what a cancelled run has trained', async () => {
    await withWorkers(async () => {
      const cancelled = await start('cancelled', { horizon: 7 });
      await shardsOf('cancelled', 2);
      await cancelled.cancel();
      await rejection(cancelled.result(), WorkflowFailedError);
    });
    const done = await trainedBy('cancelled');
    expect(done.filter((unit) => unit.startsWith('shard'))).to.have.length.within(2, 5);
    const status = await run('other', { horizon: 7 });
    const trained = await trainedBy('other');
    expect(trained.filter((unit) => done.includes(unit))).to.deep.equal([]);
    expect(trained.length + done.length).to.equal(3 * 2 * 2 + 3);
    whole = await fromScratch('other-scratch', { horizon: 7 });
    expect(status.bundleDigest).to.equal(whole);
  });

  /** How a run is interrupted while no worker polls, the server it then finds, and what `status` says. */
  const ways = {
    terminated: [
      async (runId) => {
        await rig.client.workflow.getHandle(workflowIds.run(runId)).terminate('by hand');
        return rig;
      },
      /: cancelled\n +terminated: by hand/,
    ],
    'timed out': [
      async (runId) => {
        const handle = rig.client.workflow.getHandle(workflowIds.run(runId));
        await until(async () => (await handle.describe()).status.name === 'TIMED_OUT');
        return rig;
      },
      /: failed\n +timed out: /,
    ],
    // As if the server's database had been lost.
    forgotten: [
      async () => Promise.resolve(emptyRig),
      /does not know the run\. Start it again with: gurukul resume forgotten/,
    ],
  } as const satisfies Readonly<Record<string, readonly [(runId: string) => Promise<TemporalRig>, RegExp]>>;
  for (const way of casesOf<keyof typeof ways>(['terminated', 'forgotten'], ['timed out']))
    it(`continues a run that was ${way}, with the same bundle`, async () => {
      const [cutOff, said] = ways[way];
      const runId = way.replace(' ', '-');
      // Long enough to train something, and soon over when no worker polls.
      const options = way === 'timed out' ? { workflowExecutionTimeout: '8s' } : {};
      await withWorkers(async () => {
        await start(runId, { horizon: 7, reuse: 'own' }, options);
        await shardsOf(runId, 2);
      });
      const server = await cutOff(runId);
      const gurukul = async (...args: readonly string[]) =>
        gurukulHere(args, { home, address: server.environment.address });
      expect((await gurukul('status', runId)).stdout).to.match(said);
      const before = await trainedBy(runId);
      const { status, stdout, stderr } = await withWorkers(
        async () => gurukul('resume', runId, '--json'),
        server,
      );
      expect(status, stderr).to.equal(0);
      const { bundleDigest, reuse } = runStatusSchema.parse(JSON.parse(stdout));
      expect(bundleDigest).to.equal(whole);
      expect(reuse?.windows.reused).to.be.at.least(4);
      const trained = await trainedBy(runId);
      expect(trained.length, 'nothing is trained twice').to.equal(new Set(trained).size);
      expect(trained).to.include.members(before).and.to.have.length(15);
    });
});

/** Name, time and content of every file in a folder. */
function filesOf(folder: string): [string, number, string][] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort()
    .map((file) => [
      path.relative(folder, file),
      statSync(file).mtimeMs,
      readFileSync(file).toString('base64'),
    ]);
}
