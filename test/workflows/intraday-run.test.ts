import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';
import { pino } from 'pino';
import { z } from 'zod';

import type { Explanation } from '../../activities/audit/explain-probability.js';
import { explainProbability } from '../../activities/audit/explain-probability.js';
import type { ExplainedBar } from '../../activities/audit/explained-bars.js';
import { verifyBundle } from '../../activities/audit/verify.js';
import { mergeBars } from '../../data/bars/merge-bars.js';
import { InvalidInputError } from '../../data/errors.js';
import { decodePredictions } from '../../data/predictions/parquet.js';
import { coverageSchema } from '../../data/schemas/coverage.js';
import { ingestManifestSchema } from '../../data/schemas/ingest.js';
import { metricsSchema } from '../../data/schemas/metrics.js';
import type { RunConfig } from '../../data/schemas/run-input.js';
import { runInputSchema } from '../../data/schemas/run-input.js';
import { scoreRowSchema } from '../../data/schemas/score-log.js';
import { scoreOutcomesSchema } from '../../data/schemas/score-outcomes.js';
import { writeJson } from '../../data/store/files.js';
import { Home } from '../../data/store/home.js';
import { packageRoot } from '../../data/store/package-root.js';
import { createTrainer } from '../../workers/trainer/supervisor.js';
import { workflowIds } from '../../workflows/contract/messages.js';
import { trainUniverse } from '../../workflows/train-universe.js';
import { gurukulHere } from '../client/support/gurukul-here.js';
import { readBars } from '../support/read-bars.js';
import { withRealWorkers } from '../support/real-workers.js';
import { startTemporalRig } from '../support/temporal-rig.js';

/** Scores the last bar of a day that the student predicted, and what came of it. */
async function scoresAsTheBundleHasIt(home: Home, bundle: string): Promise<void> {
  const score = async (...args: readonly string[]): Promise<unknown> => {
    const all = ['score', '--run', 'five', '--json', ...args];
    const { status, stdout, stderr } = await gurukulHere(all, { home, address: '127.0.0.1:1' });
    expect(status, stderr).to.equal(0);
    return JSON.parse(stdout);
  };
  const { date, rows } = z
    .looseObject({ date: z.string(), rows: z.array(scoreRowSchema) })
    .parse(await score('--as-of', '2022-03-15'));
  expect(date).to.equal('2022-03-15T15:25');
  const predictions = await decodePredictions(
    readFileSync(path.join(bundle, 'predictions', 'student_predictions.parquet')),
  );
  for (const { symbol, entry, probability } of rows) {
    const at = [...predictions.symbol.keys()].find(
      (row) =>
        predictions.symbol[row] === symbol &&
        predictions.date[row] === date &&
        predictions.model[row] === 'student' &&
        predictions.split[row] === 'forward',
    );
    expect(probability).to.be.closeTo(predictions.probability[at ?? -1] ?? NaN, 1e-6);
    expect(entry).to.equal('2022-03-16T09:15');
  }
  expect(rows).to.have.length(3);
  const { models } = scoreOutcomesSchema.parse(await score('--outcomes'));
  expect(models[0]?.days.map((day) => [day.date, day.known, day.inRun])).to.deep.equal([[date, 3, true]]);
}

describe('a run on 5-minute bars', function () {
  this.timeout(600_000);

  it('ends with a verified bundle that has a forward row for each bar', async () => {
    const rig = await startTemporalRig();
    const home = new Home(mkdtempSync(path.join(tmpdir(), 'gurukul-intraday-')));
    const trainer = createTrainer({ home, packageRoot, accelerator: 'cpu', log: pino({ level: 'silent' }) });
    try {
      // One window of 42 sessions, and after it a tile that is too short to train on but is predicted.
      const status = await withRealWorkers(rig, home, trainer, async () =>
        rig.client.workflow.execute(trainUniverse, {
          workflowId: workflowIds.run('five'),
          taskQueue: 'meta',
          args: [
            {
              runId: 'five',
              interval: '5minute',
              symbols: ['RELIANCE', 'TCS', 'INFY'],
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
        windows: { planned: 6, succeeded: 3, skipped: 3, failed: 0 },
        skippedBy: { insufficient_data: 3 },
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

      const config = {
        ...runInputSchema.parse(JSON.parse(readFileSync(home.runInput('five'), 'utf8'))),
        runId: 'five',
      };
      await scoresAsTheBundleHasIt(home, bundle);

      const explained = await explainProbability(home, config, 'TCS', '2022-03-15');
      expect(explained).to.have.length(75);
      for (const { bars, forwardReturn, model, series } of explained) {
        expect(bars.returnAgain).to.be.closeTo(forwardReturn, 1e-12);
        expect(Object.keys(model)).to.include.members(['prior weights', 'teacher weights']);
        expect(series.ref.uri).to.match(/^bars\/TCS\/5minute\/series-/);
      }
      const [at] = await explainProbability(home, config, 'TCS', '2022-03-15T10:00');
      expect(at).to.include({
        date: '2022-03-15T10:00',
        window: 'TCS_2022-01-01_to_2022-03-04',
        answer: null,
      });
      const failure = await explainProbability(home, config, 'TCS', '2022-01-03').catch(
        (error: unknown) => error,
      );
      expect(failure)
        .to.be.instanceOf(InvalidInputError)
        .with.property('message')
        .that.matches(/the nearest dates are 2022-02-/);
      if (at === undefined) throw new Error('no probability');
      const restated = await restatedBar(home, config, at.bars.bar);
      expect(restated?.answer).to.include({ code: 'TCS.NS', at: '2026-01-02T03:04:05Z' });
      expect(restated?.revisions.map((one) => [one.at, one.was.close])).to.deep.equal([
        ['2026-01-03T03:04:05Z', at.bars.bar.close],
      ]);
      expect(await rig.replayAll()).to.be.greaterThan(2);
    } finally {
      await trainer.close();
      await rig.stop();
      rmSync(home.root, { recursive: true });
    }
  });
});

/** What explain says about the origin of a bar whose provider has restated it after the run. */
async function restatedBar(
  home: Home,
  config: RunConfig,
  bar: ExplainedBar,
): Promise<Explanation | undefined> {
  const manifest: unknown = JSON.parse(readFileSync(home.ingest('five'), 'utf8'));
  await writeJson(home.ingest('five'), { ...ingestManifestSchema.parse(manifest), source: 'yahoo' });
  const key = { source: 'yahoo', symbol: 'TCS', interval: '5minute' } as const;
  const merge = async (code: string, at: string, date: string, close: number): Promise<void> => {
    const { open, high, low, volume } = bar;
    const text = `timestamp,open,high,low,close,volume\n${[date, open, high, low, close, volume].join(',')}\n`;
    const { series } = await readBars(text, { symbol: 'TCS', interval: '5minute' });
    const range = { from: '2022-03-01', to: '2022-04-01' };
    await mergeBars(home, key, series, {
      at,
      asked: range,
      code,
      outcome: 'bars',
      status: 200,
      sha256: 'a'.repeat(64),
      bytes: 10,
      rows: 1,
      settled: range,
      message: null,
    });
  };
  await merge('TCS.NS', '2026-01-02T03:04:05Z', bar.date, bar.close);
  await merge('NEXT', '2026-01-02T03:04:06Z', bar.date.replace('T10:00', 'T10:05'), bar.close);
  await merge('LATER', '2026-01-03T03:04:05Z', bar.date, bar.close + 0.05);
  return (await explainProbability(home, config, 'TCS', bar.date.slice(0, 16)))[0];
}
