import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';
import { pino } from 'pino';

import { verifyBundle } from '../../activities/audit/verify.js';
import { decodePredictions } from '../../data/predictions/parquet.js';
import { coverageSchema } from '../../data/schemas/coverage.js';
import { metricsSchema } from '../../data/schemas/metrics.js';
import { Home } from '../../data/store/home.js';
import { packageRoot } from '../../data/store/package-root.js';
import { activitiesOf } from '../../workers/activities.js';
import { createTrainer } from '../../workers/trainer/supervisor.js';
import { workflowIds } from '../../workflows/messages.js';
import { trainUniverse } from '../../workflows/train-universe.js';
import { startTemporalRig } from '../support/temporal-rig.js';

describe('a run on 5-minute bars', function () {
  this.timeout(180_000);

  it('goes through to a verified bundle, its forward rows a bar each', async () => {
    const rig = await startTemporalRig();
    const home = new Home(mkdtempSync(path.join(tmpdir(), 'gurukul-intraday-')));
    const trainer = createTrainer({ home, packageRoot, accelerator: 'cpu', log: pino({ level: 'silent' }) });
    try {
      const byRole = activitiesOf({
        home,
        packageRoot,
        trainers: [trainer],
        shutdown: new AbortController().signal,
        pollers: () => Promise.resolve(0),
      });
      // One window of 42 sessions, and after it a tile that is too short to train on but foretold.
      const status = await rig.withWorkers(
        { ...byRole.meta, ...byRole.io, ...byRole.cpu, ...byRole.train },
        async () =>
          rig.client.workflow.execute(trainUniverse, {
            workflowId: workflowIds.run('five'),
            taskQueue: 'meta',
            args: [
              {
                runId: 'five',
                interval: '5minute',
                symbols: ['RELIANCE', 'TCS', 'INFY', 'SBIN', 'ITC'],
                from: '2022-01-01',
                to: '2022-04-05',
                windowDays: 62,
                horizon: 6,
                threshold: 0.002,
              },
            ],
          }),
      );
      expect(status).to.deep.include({
        phase: 'done',
        windows: { planned: 10, succeeded: 5, skipped: 5, failed: 0 },
        skippedBy: { insufficient_data: 5 },
      });
      const bundle = status.bundle ?? '';
      expect(await verifyBundle(bundle)).to.have.property('ok', true);
      const json = (file: string): unknown => JSON.parse(readFileSync(path.join(bundle, file), 'utf8'));

      const { symbols, interval } = coverageSchema.parse(json('coverage.json'));
      expect(interval).to.equal('5minute');
      expect(symbols.map(({ verdict }) => verdict)).to.deep.equal(symbols.map(() => 'complete'));

      const { date, split } = await decodePredictions(readFileSync(home.predictions('five')));
      const forward = date.filter((_, row) => split[row] === 'forward');
      expect(forward.every((stamp) => /^2022-0[34]-\d\dT(09|1[0-5]):[0-5][05]$/.test(stamp))).to.equal(true);
      const { method, forward: figures } = metricsSchema.parse(json('metrics.json'));
      // Every bar of 21 sessions but the last six, whose future is not there.
      expect(figures.teacher).to.include({ rows: forward.length, dates: 21 * 75 - 6 });
      expect(method.block).to.equal(10 * 75);
      expect(figures.teacher.baseRate).to.be.within(0.1, 0.4);
      expect(await rig.replayAll()).to.be.greaterThan(2);
    } finally {
      await trainer.close();
      await rig.stop();
      rmSync(home.root, { recursive: true });
    }
  });
});
