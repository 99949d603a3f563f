import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import { Home } from '../../../data/store/home.js';
import { createProcessMetrics } from '../../../temporal-config/metrics/process-metrics.js';
import { windowsOf } from '../../../workers/metrics/counted-windows.js';
import { addQuotaMetrics } from '../../../workers/metrics/quota-metrics.js';
import { addTrainerMetrics } from '../../../workers/metrics/trainer-metrics.js';

const PLAN = { uri: 'models/x/plan.json', sha256: 'a'.repeat(64), bytes: 1, rows: 1 };
const COHORT = { config: { runId: 'x' }, cohort: '2022-01-01_to_2022-06-30', plan: PLAN };
const sizes = async (): Promise<readonly number[]> => Promise.resolve([4, 2]);

describe('windows by outcome', () => {
  it('are those of a finished shard, with those that were reused apart', async () => {
    const taught = { succeeded: 5, failedBy: { Diverged: 2 }, notes: [] };
    expect(await windowsOf('teachShard', { arm: 'real' }, taught, sizes)).to.deep.equal([
      { outcome: 'succeeded', reason: '', windows: 5 },
      { outcome: 'reused', reason: '', windows: 0 },
      { outcome: 'failed', reason: 'Diverged', windows: 2 },
    ]);
    const reused = await windowsOf('teachShard', { arm: 'real' }, { ...taught, reused: 5 }, sizes);
    expect(reused.slice(0, 2).map(({ windows }) => windows)).to.deep.equal([0, 5]);
  });

  it('leave the placebo out', async () => {
    const taught = { succeeded: 5, failedBy: {}, notes: [] };
    expect(await windowsOf('teachShard', { arm: 'placebo' }, taught, sizes)).to.deep.equal([]);
  });

  it('are skipped or failed by the plan', async () => {
    const planned = { planned: 9, skippedBy: { not_listed: 3 }, failedBy: { DataGap: 1 } };
    expect(await windowsOf('planRun', {}, planned, sizes)).to.deep.equal([
      { outcome: 'skipped', reason: 'not_listed', windows: 3 },
      { outcome: 'failed', reason: 'DataGap', windows: 1 },
    ]);
  });

  it('count shards and cohorts that were lost as a whole', async () => {
    const lost = [{ shard: 1, error: 'TrainerCrashed', message: 'm' }];
    expect(await windowsOf('sealCohort', { ...COHORT, lost }, PLAN, sizes)).to.deep.equal([
      { outcome: 'failed', reason: 'TrainerCrashed', windows: 2 },
    ]);
    const request = { ...COHORT, error: 'DataGap', message: 'm' };
    expect(await windowsOf('recordLostCohort', request, undefined, sizes)).to.deep.equal([
      { outcome: 'failed', reason: 'DataGap', windows: 6 },
    ]);
    expect(await windowsOf('sealCohort', COHORT, PLAN, sizes)).to.deep.equal([]);
  });
});

describe('figures of trainers', () => {
  it('are the newest of each, grow older where a trainer says nothing more, and end with it', async () => {
    let now = 0;
    const metrics = createProcessMetrics();
    const say = addTrainerMetrics(metrics, () => now);
    const figures = { residentBytes: 5, heapBytes: 3, loopDelay: 0.5, checkpointAge: 2 };
    say({ index: 0, device: 'cpu' }, figures);
    say({ index: 1, device: '0' }, { ...figures, checkpointAge: null });
    now = 10_000;
    const age = 'gurukul_checkpoint_age_seconds{trainer="0",device="cpu"} 12';
    const text = await metrics.text();
    expect(text).to.contain(age);
    expect(text).to.contain('gurukul_trainer_resident_memory_bytes{trainer="1",device="0"} 5');
    expect(text).to.not.contain('gurukul_checkpoint_age_seconds{trainer="1"');
    say({ index: 0, device: 'cpu' }, undefined);
    expect(await metrics.text()).to.not.contain('trainer="0"');
  });
});

describe('what is left of a quota', () => {
  let home: Home;
  before(() => {
    home = new Home(mkdtempSync(path.join(tmpdir(), 'gurukul-quota-metrics-')));
  });
  after(() => rmSync(home.root, { recursive: true }));

  it('is all of it where nobody keeps it, and absent where the keeper does not answer', async () => {
    const metrics = createProcessMetrics();
    addQuotaMetrics(metrics, home, async (provider) =>
      provider === 'breeze' ? Promise.reject(new Error('late')) : Promise.resolve(null),
    );
    const text = await metrics.text();
    expect(text).to.match(
      /gurukul_quota_calls_left\{provider="yahoo"\} (\d+)\n(?:.*\n)*gurukul_quota_calls_limit\{provider="yahoo"\} \1\n/,
    );
    expect(text).to.not.contain('breeze');
  });

  it('is what the keeper has not leased', async () => {
    const metrics = createProcessMetrics();
    addQuotaMetrics(metrics, home, async () => Promise.resolve({ dayCalls: 30, dayLimit: 100 }));
    expect(await metrics.text()).to.contain('gurukul_quota_calls_left{provider="breeze"} 70');
  });
});
