import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import { createPlanActivities } from '../../../activities/plan/index.js';
import { recordInput } from '../../../activities/plan/record-input.js';
import { InvalidInputError } from '../../../data/errors.js';
import type { RunConfig } from '../../../data/schemas/run-input.js';
import { runInputSchema } from '../../../data/schemas/run-input.js';
import { readJson } from '../../../data/store/files.js';
import { Home } from '../../../data/store/home.js';
import { packageRoot } from '../../../data/store/package-root.js';
import { rejection } from '../../support/rejection.js';

describe('the recorded input of a run', () => {
  let home: Home;
  beforeEach(() => (home = new Home(mkdtempSync(path.join(os.tmpdir(), 'gurukul-input-')))));
  afterEach(() => rmSync(home.root, { recursive: true }));
  const config = (more: object): RunConfig => ({ ...runInputSchema.parse(more), runId: 'r' });

  it('is that of one of many starts at once, and the others are refused', async () => {
    const asked = [1, 2, 3, 4, 5, 6, 7, 8].map((horizon) => config({ horizon }));
    const ends = await Promise.allSettled(asked.map(async (one) => recordInput(home, one)));
    const won = asked.filter((_, at) => ends[at]?.status === 'fulfilled');
    expect(won).to.have.length(1);
    expect(await readJson(home.runInput('r'), runInputSchema)).to.deep.equal(won[0]);
    for (const end of ends)
      if (end.status === 'rejected') expect(end.reason).to.be.instanceOf(InvalidInputError);
  });

  it('may be recorded again, also with another accelerator', async () => {
    await recordInput(home, config({ symbols: ['TCS', 'INFY'] }));
    const again = config({ symbols: ['INFY', 'TCS'], accelerator: 'cpu' });
    await recordInput(home, again);
    expect(await readJson(home.runInput('r'), runInputSchema)).to.deep.equal(again);
  });

  it('has who takes part as it was settled, for the run and for what resumes it', async () => {
    const plan = createPlanActivities({
      home,
      packageRoot,
      pollers: () => Promise.resolve(0),
      now: Date.now,
    });
    const bars = { source: 'csv', bars: home.root, to: '2024-12-31' };
    const settled = await plan.settleRun({ input: { ...bars, from: '2024-01-01' }, runId: 'r' });
    expect(settled.config.membership).to.equal('point-in-time');
    expect(settled.config.entry).to.equal('next-open');
    expect(settled.symbols.rows).to.equal(111);
    const recorded = await readJson(home.runInput('r'), runInputSchema);
    expect(recorded?.membership).to.equal('point-in-time');
    const resumed = await plan.settleRun({ input: recorded, runId: 'r', again: {} });
    expect(resumed.symbols.sha256).to.equal(settled.symbols.sha256);
    expect(resumed.config.entry).to.equal('next-open');
    const named = await plan.settleRun({ input: { ...bars, symbols: ['ZOMATO', 'TCS'] }, runId: 'named' });
    expect(named.config.membership).to.equal('today');
    expect((await readJson(home.runInput('named'), runInputSchema))?.symbols).to.deep.equal([
      'ETERNAL',
      'TCS',
    ]);
    expect((await plan.settleRun({ input: {}, runId: 'synthetic' })).config.membership).to.equal('today');
    // A run of an earlier version goes on with what it has begun with.
    await recordInput(home, { ...runInputSchema.parse(bars), runId: 'old' });
    const old = await plan.settleRun({ input: bars, runId: 'old', again: {} });
    expect([old.config.membership, old.symbols.rows]).to.deep.equal(['today', 100]);
    expect(old.config.entry).to.equal('close');
  });

  it('has the dates as the first start settled them, whenever it is started again', async () => {
    const clock = { now: Date.parse('2026-03-02T10:00:00+05:30') };
    const plan = createPlanActivities({
      home,
      packageRoot,
      pollers: () => Promise.resolve(0),
      now: () => clock.now,
    });
    const input = { source: 'csv', bars: home.root, symbols: ['TCS'] };
    const dates = { to: '2026-02-28', completeUntil: '2026-03-02' };
    expect((await plan.settleRun({ input, runId: 'r' })).config).to.include(dates);
    clock.now = Date.parse('2026-03-04T18:00:00+05:30');
    expect((await plan.settleRun({ input, runId: 'r' })).config).to.include(dates);
    const recorded = await readJson(home.runInput('r'), runInputSchema);
    expect(recorded).to.include(dates);
    const again = await plan.settleRun({ input: recorded, runId: 'r', again: {} });
    expect(again.config).to.include(dates);
    expect((await plan.settleRun({ input, runId: 'later' })).config.to).to.equal('2026-03-05');
    const explicit = plan.settleRun({ input: { ...input, to: '2026-03-05' }, runId: 'r' });
    expect((await rejection(explicit, InvalidInputError)).problems).to.deep.equal([
      'runId: r is there already, with other input (to: "2026-02-28" there, "2026-03-05" here); choose another id',
    ]);
  });

  it('is kept when the run is started with other input, whichever client starts it', async () => {
    const plan = createPlanActivities({
      home,
      packageRoot,
      pollers: () => Promise.resolve(0),
      now: Date.now,
    });
    await plan.settleRun({ input: { symbols: ['TCS'], horizon: 3 }, runId: 'r' });
    const other = plan.settleRun({ input: { symbols: ['INFY'], horizon: 3 }, runId: 'r' });
    expect((await rejection(other, InvalidInputError)).problems).to.deep.equal([
      'runId: r is there already, with other input (symbols: TCS there, INFY here); choose another id',
    ]);
    expect((await readJson(home.runInput('r'), runInputSchema))?.symbols).to.deep.equal(['TCS']);
    expect(await readJson(home.symbols('r'), runInputSchema.shape.symbols)).to.deep.equal(['TCS']);
  });
});
