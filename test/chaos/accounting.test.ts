import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import { canonicalJson } from '../../data/store/digests.js';
import { writeRef } from '../../data/store/file-refs.js';
import { writeFileAtomic } from '../../data/store/files.js';
import { Home } from '../../data/store/home.js';
import { sealUnit } from '../../data/store/units.js';
import { addRunLines } from '../../data/telemetry/run-lines.js';
import { recordEvent } from '../../data/telemetry/telemetry.js';
import type { Campaign, RunEnd } from './campaign.js';
import { planKills, TARGETS } from './kill-plan.js';
import { isFaultless, sumLine } from './report.js';
import type { RunAccount } from './run-account.js';
import { accountOf } from './run-account.js';
import { createTrainingWatch } from './training-watch.js';
import { runStatus } from '../support/run-status.js';

const COHORT = { start: '2022-01-01', end: '2022-06-30', id: '2022-01-01_to_2022-06-30' };
const SYMBOLS = ['INFY', 'TCS'];
const SHARD = `shard/real/${COHORT.id}/0`;
const FAULTLESS: RunAccount = {
  windowsLost: [],
  trainedTwice: [],
  linesLost: [],
  linesDoubled: [],
  linesRepeated: 0,
};

describe('the account of a killed run', () => {
  let home: Home;

  beforeEach(async () => {
    home = new Home(mkdtempSync(path.join(tmpdir(), 'gurukul-account-')));
    for (const run of ['undisturbed', 'killed']) await writeRun(home, run);
  });
  afterEach(() => rmSync(home.root, { recursive: true }));

  const account = async (): Promise<RunAccount> => accountOf(home, 'killed', 'undisturbed');
  const edit = (file: string, change: (lines: string[]) => string[]): void =>
    writeFileSync(file, change(readFileSync(file, 'utf8').trimEnd().split('\n')).join('\n') + '\n');

  it('has no findings for a complete run', async () => {
    expect(await account()).to.deep.equal(FAULTLESS);
  });

  it('finds a window that no unit contains', async () => {
    await writeRun(home, 'killed', ['TCS']);
    expect((await account()).windowsLost).to.deep.equal(['INFY_2022-01-01_to_2022-06-30']);
  });

  it('finds a missing event, including a torn line', async () => {
    edit(home.telemetry('killed'), ([first = '', ...rest]) => [first.slice(0, 20), ...rest]);
    expect((await account()).linesLost).to.deep.equal(['series/INFY']);
  });

  it('finds a window that is missing in teacher_runs.jsonl, and a duplicate one', async () => {
    edit(home.teacherRuns('killed'), ([first = '']) => [first, first]);
    const { linesLost, linesDoubled } = await account();
    expect(linesLost).to.deep.equal(['teacher_runs TCS_2022-01-01_to_2022-06-30']);
    expect(linesDoubled).to.have.length(1);
    expect(linesDoubled[0]).to.match(/^teacher_runs \w+ INFY_2022-01-01_to_2022-06-30$/);
  });

  it('distinguishes a shard that was trained twice from one that was reported twice', async () => {
    recordEvent(home, 'killed', { ...shardEvent(2), reused: true });
    expect(await account()).to.deep.equal({ ...FAULTLESS, linesRepeated: 1 });
    recordEvent(home, 'killed', { ...shardEvent(2), reused: false });
    expect(await account()).to.deep.include({ trainedTwice: [SHARD], linesRepeated: 2 });
  });

  it('finds events with one id and different facts', async () => {
    recordEvent(home, 'killed', { ...shardEvent(1), reused: true });
    expect((await account()).linesDoubled).to.deep.equal([SHARD]);
  });

  it('ignores the lines of an earlier unit', async () => {
    appendFileSync(home.teacherRuns('killed'), `${JSON.stringify({ unit: 'old', window: 'INFY' })}\n`);
    expect(await account()).to.deep.equal(FAULTLESS);
  });
});

describe('the figures of a run’s training', () => {
  const progress = (unit: string, phase: string, step: number): string =>
    JSON.stringify({ level: 20, run: 'a', unit, phase, step, steps: 24, msg: 'progress' });
  const done = (unit: string, reused: boolean): string =>
    JSON.stringify({ level: 20, run: 'a', unit, reused, msg: 'unit done' });

  it('count steps, and steps repeated since the last checkpoint', () => {
    const watch = createTrainingWatch();
    for (const step of [8, 16]) watch.addLine(progress('prior', 'fit', step));
    // Killed; the next attempt resumes at step 8.
    for (const step of [16, 24]) watch.addLine(progress('prior', 'fit', step));
    watch.addLine(progress('prior', 'write', 1));
    watch.addLine('Error: some other line with "progress"');
    watch.addLine(done('prior', false));
    watch.addLine(done('prior', true));
    expect(watch.figures('a')).to.deep.equal({ steps: 24, again: 8, twice: [] });
    expect(watch.figures('b')).to.deep.equal({ steps: 0, again: 0, twice: [] });
  });

  it('report a unit that was trained to the end twice', () => {
    const watch = createTrainingWatch();
    watch.addLine(done('student/x', false));
    watch.addLine(done('student/x', false));
    expect(watch.figures('a').twice).to.deep.equal(['student/x']);
  });
});

describe('the kills of a seed', () => {
  it('depend only on the seed, and hit every kind in every round', () => {
    expect(planKills(5, 21)).to.deep.equal(planKills(5, 21));
    expect(planKills(5, 21)).to.not.deep.equal(planKills(6, 21));
    expect(planKills(5, 10)).to.deep.equal(planKills(5, 21).slice(0, 10));
    for (const round of [0, 7, 14])
      expect(
        new Set(
          planKills(5, 21)
            .slice(round, round + 7)
            .map(({ target }) => target),
        ),
      ).to.have.property('size', TARGETS.length);
  });
});

describe('the summary of a campaign', () => {
  const end = (change: Partial<RunEnd> = {}): RunEnd => ({
    run: 'run-1',
    took: 10,
    wrong: [],
    account: FAULTLESS,
    training: { steps: 100, again: 0, twice: [] },
    clientFailures: 0,
    ...change,
  });
  const campaign = (...runs: RunEnd[]): Campaign => ({
    seed: 1,
    undisturbed: runStatus('undisturbed', {
      phase: 'done',
      windows: { planned: 2, succeeded: 2, skipped: 0, failed: 0 },
      students: 1,
    }),
    undisturbedTook: 10,
    kills: [
      { target: 'server', at: 1, downFor: 1, met: [{ run: 'run-1', phase: 'teach' }] },
      {
        target: 'client',
        at: 2,
        downFor: 0,
        met: [
          { run: 'run-1', phase: 'teach' },
          { run: 'run-2', phase: 'plan' },
        ],
      },
    ],
    runs,
  });

  it('is faultless only without differences', () => {
    const all = campaign(end(), end({ run: 'run-2' }));
    expect(isFaultless(all)).to.equal(true);
    expect(sumLine(all)).to.equal(
      '2 kills, 2 equal, 0 windows lost, 0 trained twice, 0 telemetry lines lost',
    );
  });

  it('counts every kill that hit a run with a different result', () => {
    const all = campaign(end(), end({ run: 'run-2', wrong: ['digest'] }));
    expect(isFaultless(all)).to.equal(false);
    expect(sumLine(all)).to.contain('2 kills, 1 equal,');
  });

  for (const [what, change, line] of [
    ['a lost window', { account: { ...FAULTLESS, windowsLost: ['w'] } }, '1 windows lost'],
    ['a unit trained twice', { training: { steps: 1, again: 0, twice: ['u'] } }, '1 trained twice'],
    ['a lost line', { account: { ...FAULTLESS, linesLost: ['l'] } }, '1 telemetry lines lost'],
    ['a doubled line', { account: { ...FAULTLESS, linesDoubled: ['l'] } }, '0 telemetry lines lost'],
  ] as const)
    it(`is not faultless with ${what}`, () => {
      const all = campaign(end(change), end({ run: 'run-2' }));
      expect(isFaultless(all)).to.equal(false);
      expect(sumLine(all)).to.contain(line);
    });
});

function shardEvent(succeeded: number) {
  return { event: 'shard', id: SHARD, succeeded, attempt: 1, reused: false };
}

/** The files of a run of one shard. */
async function writeRun(home: Home, run: string, taught: readonly string[] = SYMBOLS): Promise<void> {
  const label = (symbol: string): string => `${symbol}_${COHORT.id}`;
  const { id, start, end } = COHORT;
  const plan = {
    windows: SYMBOLS.length,
    trainable: SYMBOLS.length,
    skipped: {},
    failed: {},
    cohorts: [{ id, start, end, shards: [SYMBOLS] }],
    shards: 1,
    items: SYMBOLS.map((symbol) => ({
      ...{ symbol, start, end, status: 'trainable', reason: null, detail: null, bars: 120 },
    })),
  };
  await writeFileAtomic(home.plan(run), canonicalJson(plan));
  const folder = home.shardDir(run, id, 'real', 0);
  const lines = taught.map((symbol) => `${JSON.stringify({ window: label(symbol) })}\n`).join('');
  const windows = await writeRef(home, path.join(folder, 'windows.jsonl'), lines, taught.length);
  const unit = await sealUnit(home, path.join(folder, 'unit.json'), {
    key: `key${taught.length}`,
    outputs: { windows },
    summary: {},
  });
  const index = { real: [unit], placebo: [], students: [], priors: [] };
  await writeFileAtomic(home.teachIndex(run), canonicalJson(index));
  rmSync(home.telemetry(run), { force: true });
  rmSync(home.teacherRuns(run), { force: true });
  for (const symbol of SYMBOLS)
    recordEvent(home, run, { event: 'series', id: `series/${symbol}`, symbol, status: 'ok' });
  recordEvent(home, run, shardEvent(SYMBOLS.length));
  await addRunLines(home, home.teacherRuns(run), unit);
}
