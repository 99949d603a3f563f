import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';
import { pino } from 'pino';

import { scoreModels } from '../../activities/score/score-models.js';
import { usedTargets } from '../../activities/score/score-targets.js';
import { currentChampion } from '../../data/decisions/current-champion.js';
import type { RunStatus } from '../../data/schemas/run-status.js';
import { Home } from '../../data/store/home.js';
import { packageRoot } from '../../data/store/package-root.js';
import type { SupervisedTrainer } from '../../workers/trainer/supervisor.js';
import { createTrainer } from '../../workers/trainer/supervisor.js';
import { approveUpdate, workflowIds } from '../../workflows/contract/messages.js';
import { scheduledRun } from '../../workflows/scheduled-run.js';
import { withRealWorkers } from '../support/real-workers.js';
import type { TemporalRig } from '../support/temporal-rig.js';
import { startTemporalRig } from '../support/temporal-rig.js';
import { until } from '../support/until.js';

const SCHEDULE = 'nightly';
const INPUT = {
  symbols: ['RELIANCE', 'TCS', 'INFY', 'SBIN', 'ITC', 'LT', 'HDFCBANK'],
  from: '2022-01-01',
};

/** 18:00 on the exchange's clock. */
const evening = (date: string): Date => new Date(`${date}T12:30:00Z`);

describe('the nightly loop, on a turned clock', function () {
  this.timeout(600_000);
  let rig: TemporalRig;
  let home: Home;
  let trainer: SupervisedTrainer;
  before(async () => {
    rig = await startTemporalRig();
    home = new Home(mkdtempSync(path.join(tmpdir(), 'gurukul-nightly-')));
    trainer = createTrainer({ home, packageRoot, accelerator: 'cpu', log: pino({ level: 'silent' }) });
  });
  after(async () => {
    await trainer.close();
    expect(await rig.replayAll(), 'replayed workflows').to.be.greaterThan(5);
    await rig.stop();
    rmSync(home.root, { recursive: true });
  });

  it('runs, waits for a person, is approved, scores the next session, and learns what came', async () => {
    await withRealWorkers(rig, home, trainer, async () => {
      const schedule = await rig.client.schedule.create({
        scheduleId: SCHEDULE,
        spec: { cronExpressions: ['30 12 * * 1-5'] },
        // The test turns the clock: evenings of the past are filled in, one at a time.
        state: { paused: true },
        action: {
          type: 'startWorkflow',
          workflowType: scheduledRun,
          workflowId: workflowIds.scheduled(SCHEDULE),
          taskQueue: 'meta',
          args: [{ schedule: SCHEDULE, input: INPUT, score: true }],
        },
      });
      const night = async (date: string): Promise<RunStatus | null> => {
        const at = evening(date);
        const minute = 60_000;
        await schedule.backfill({
          start: new Date(at.getTime() - minute),
          end: new Date(at.getTime() + minute),
          overlap: 'ALLOW_ALL',
        });
        const id = `${workflowIds.scheduled(SCHEDULE)}-${at.toISOString().replace('.000Z', 'Z')}`;
        const handle = rig.client.workflow.getHandle<typeof scheduledRun>(id);
        await until(async () =>
          handle.describe().then(
            () => true,
            () => false,
          ),
        );
        return handle.result();
      };

      const first = await night('2023-01-09');
      expect(first).to.include({ phase: 'done', decision: 'pending' });
      const runId = first?.runId ?? '';
      expect(runId).to.equal('nightly_20230109_180000');
      expect(await currentChampion(home)).to.equal(undefined);

      const promotion = rig.client.workflow.getHandle(workflowIds.promotion(runId));
      expect((await promotion.describe()).status.name, 'waits for a person').to.equal('RUNNING');
      await promotion.executeUpdate(approveUpdate, {
        args: [{ by: 'reviewer', reason: 'the loop is what is tested', override: true }],
      });
      await promotion.result();
      expect(await currentChampion(home)).to.deep.include({ run: runId });

      const second = await night('2023-01-10');
      expect(second).to.include({ phase: 'done' });
      // Priors know nothing after their cohort's end, so the first cohort's is that of the night before.
      expect(second?.reuse?.windows.reused, 'taken over from the night before').to.be.above(0);

      const deps = { home, packageRoot, nowMs: evening('2023-01-25').getTime() };
      const { scored } = await scoreModels(await usedTargets(home), { asOf: '2023-01-10' }, deps);
      const log = scored[0]?.log;
      expect(log).to.deep.include({ run: runId, date: '2023-01-10', role: 'champion', inRun: false });
      expect(log?.rows.filter(({ score }) => score !== null)).to.have.length(INPUT.symbols.length);

      const { outcomes } = await scoreModels(await usedTargets(home), { outcomesOnly: true }, deps);
      const [model] = outcomes?.models ?? [];
      const day = model?.days.find(({ date }) => date === '2023-01-10');
      expect(day).to.deep.include({ rows: INPUT.symbols.length, known: INPUT.symbols.length, inRun: false });
      expect(day?.logLoss).to.be.above(0);
    });
  });
});
