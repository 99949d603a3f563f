import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';
import { pino } from 'pino';
import { z } from 'zod';

import { explainProbability } from '../../activities/audit/explain-probability.js';
import { verifyBundle } from '../../activities/audit/verify.js';
import { RUN_TRIALS } from '../../activities/model/trials.js';
import { createValidateActivities } from '../../activities/validate/index.js';
import { logit } from '../../activities/stats/logistic.js';
import { decodePredictions } from '../../data/predictions/parquet.js';
import type { RunInputDraft } from '../../data/schemas/run-input.js';
import { integritySchema } from '../../data/schemas/integrity.js';
import { metricsSchema } from '../../data/schemas/metrics.js';
import { scoreRowSchema } from '../../data/schemas/score-log.js';
import { runInputSchema } from '../../data/schemas/run-input.js';
import type { RunStatus } from '../../data/schemas/run-status.js';
import { runStatusSchema } from '../../data/schemas/run-status.js';
import { refIfExists } from '../../data/store/file-refs.js';
import { Home } from '../../data/store/home.js';
import { parseJsonLines } from '../../data/store/json-lines.js';
import { packageRoot } from '../../data/store/package-root.js';
import type { SupervisedTrainer } from '../../workers/trainer/supervisor.js';
import { createTrainer } from '../../workers/trainer/supervisor.js';
import { workflowIds } from '../../workflows/contract/messages.js';
import { trainUniverse } from '../../workflows/train-universe.js';
import { inActivity } from '../activities/validate/in-activity.js';
import { gurukulHere } from '../client/support/gurukul-here.js';
import { eventsOf } from '../support/run-files.js';
import { withRealWorkers } from '../support/real-workers.js';
import type { TemporalRig } from '../support/temporal-rig.js';
import { startTemporalRig } from '../support/temporal-rig.js';

/** Four symbols that trade, one that lists late, one that is excluded: every kind of window. */
const INPUT: RunInputDraft = {
  symbols: ['RELIANCE', 'TCS', 'INFY', 'SBIN', 'LICI', 'IDEA'],
  from: '2022-01-01',
  to: '2023-01-10',
};

const trialLine = z.looseObject({ run: z.string() });
const scoredSchema = z.looseObject({
  cohort: z.string(),
  rows: z.array(scoreRowSchema),
});
const learntSchema = z.strictObject({
  count: z.number(),
  first: z.string(),
  last: z.string(),
  sha256: z.string().length(64),
});
const explainedSchema = z.looseObject({
  explained: z.array(
    z.looseObject({
      window: z.string(),
      split: z.string(),
      teacher: z.looseObject({ rows: z.looseObject({ select: z.number(), fit: z.number() }) }),
      trainingRows: learntSchema,
      priorTrainingRows: learntSchema,
      student: z.looseObject({ trainingRows: learntSchema }),
    }),
  ),
});
const windowLine = z.looseObject({ window: z.string() });

function windowsIn(file: string): string[] {
  return readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => windowLine.parse(JSON.parse(line)).window);
}

describe('the whole pipeline on a real server, with real training', function () {
  this.timeout(600_000);
  let rig: TemporalRig;
  let folder: string;
  let home: Home;
  let trainer: SupervisedTrainer;
  let first: RunStatus;
  /** The status of run `first` at its last end. */
  let last: RunStatus;

  before(async () => {
    rig = await startTemporalRig();
    folder = mkdtempSync(path.join(tmpdir(), 'gurukul-pipeline-'));
    home = new Home(folder);
    trainer = createTrainer({ home, packageRoot, accelerator: 'cpu', log: pino({ level: 'silent' }) });
    first = await run('first');
  });
  after(async () => {
    await trainer.close();
    expect(await rig.replayAll(), 'replayed workflows').to.be.greaterThan(4);
    await rig.stop();
    rmSync(folder, { recursive: true });
  });

  async function run(runId: string, change: RunInputDraft = {}): Promise<RunStatus> {
    return withRealWorkers(rig, home, trainer, async () =>
      rig.client.workflow.execute(trainUniverse, {
        workflowId: workflowIds.run(runId),
        taskQueue: 'meta',
        args: [{ ...INPUT, ...change, runId }],
      }),
    );
  }

  /** Telemetry events of a run's priors, shards and students. */
  async function unitEvents(runId: string): Promise<Awaited<ReturnType<typeof eventsOf>>> {
    return (await eventsOf(home, runId)).filter(({ event }) => ['prior', 'shard', 'student'].includes(event));
  }

  it('ends with a bundle and accounts for every window', () => {
    // Two tiles and a tail of 14 days; LICI lists in the first tile, IDEA has no bars.
    expect(first.windows).to.deep.equal({ planned: 18, succeeded: 9, skipped: 9, failed: 0 });
    expect(first.skippedBy).to.deep.equal({ insufficient_data: 5, not_listed: 1, excluded: 3 });
    expect(first).to.deep.include({ phase: 'done', failedBy: {}, students: 2, decision: 'pending' });
  });

  it('leaves a bundle that verifies', async () => {
    expect(await verifyBundle(first.bundle ?? '')).to.have.property('ok', true);
  });

  it('finds of its cohorts, each by itself, what is found of all at once', async () => {
    const input = runInputSchema.parse(JSON.parse(await readFile(home.runInput('first'), 'utf8')));
    const [ingest, plan, index] = await Promise.all(
      [home.ingest('first'), home.plan('first'), home.teachIndex('first')].map((file) =>
        refIfExists(home, file),
      ),
    );
    if (ingest === undefined || plan === undefined || index === undefined)
      expect.fail('the run has no files');
    const found = async (): Promise<string[]> =>
      Promise.all(
        ['integrity.json', 'feature_drift.json'].map((name) =>
          readFile(path.join(home.metrics('first'), name), 'utf8'),
        ),
      );
    const byCohort = await found();
    const request = { config: { ...input, runId: 'first' }, ingest, plan, index };
    await inActivity(async () => createValidateActivities({ home }).probeLeakage(request));
    expect(await found()).to.deep.equal(byCohort);
    const { probes } = integritySchema.parse(JSON.parse(byCohort[0] ?? ''));
    expect(probes.filter(({ rows }) => rows === 0)).to.deep.equal([]);
  });

  it('gives the same digest under another run id, trained from scratch', async () => {
    const second = await run('second', { reuse: 'own' });
    expect(second.bundleDigest).to.equal(first.bundleDigest);
    const units = await unitEvents('second');
    expect(units).to.have.length(10);
    expect(units.map((unit) => unit.reused)).to.deep.equal(units.map(() => false));
  });

  it('reuses what another run has trained, with the same digest', async () => {
    const third = await run('third');
    expect(third.bundleDigest).to.equal(first.bundleDigest);
    const units = await unitEvents('third');
    expect(units).to.have.length(10);
    expect(units.map(({ reused, from }) => ({ reused, from }))).to.deep.equal(
      units.map(() => ({ reused: true, from: 'first' })),
    );
    // The lines about windows name the run's own files.
    for (const file of ['teacherRuns', 'studentRuns'] as const)
      expect(windowsIn(home[file]('third')).sort()).to.deep.equal(windowsIn(home[file]('first')).sort());
  });

  it('gives another digest for another seed', async () => {
    const other = await run('other-seed', { seed: 8 });
    expect(other.bundleDigest).to.not.equal(first.bundleDigest);
  });

  it('counts each configuration once, whatever the run id', async () => {
    const trials = (await readFile(home.trials(), 'utf8')).trimEnd().split('\n');
    expect(trials).to.have.length(2 * RUN_TRIALS);
    expect(new Set(trials.map((line) => trialLine.parse(JSON.parse(line)).run))).to.deep.equal(
      new Set(['first', 'other-seed']),
    );
  });

  it('trains nothing again when it is run again under the same id', async () => {
    const before = (await eventsOf(home, 'first')).length;
    const again = await run('first');
    expect(again.bundleDigest).to.equal(first.bundleDigest);
    expect(again.reuse?.windows).to.deep.equal({ reused: 9, trained: 0 });
    last = again;
    expect((await readFile(home.trials(), 'utf8')).trimEnd().split('\n')).to.have.length(2 * RUN_TRIALS);
    const events = (await eventsOf(home, 'first'))
      .slice(before)
      .filter(({ event }) => event === 'shard' || event === 'prior');
    expect(events.length).to.be.greaterThan(0);
    expect(events.every((event) => event.reused === true)).to.equal(true);
  });

  it('has one line for every planned window in teacher_runs.jsonl, with why it was skipped', () => {
    const text = readFileSync(home.teacherRuns('first'), 'utf8');
    const lines = parseJsonLines(
      text,
      z.looseObject({ window: z.string(), status: z.string(), reason: z.string().nullish() }),
    );
    expect(new Set(lines.map(({ window }) => window)).size).to.equal(18);
    const counts: Record<string, number> = {};
    for (const { status, reason } of lines) {
      const key = `${status} ${reason ?? ''}`.trim();
      counts[key] = (counts[key] ?? 0) + 1;
    }
    expect(counts).to.deep.equal({
      succeeded: 9,
      'skipped insufficient_data': 5,
      'skipped not_listed': 1,
      'skipped excluded': 3,
    });
  });

  it('has one line for every window of a student in student_runs.jsonl', () => {
    const windows = windowsIn(home.studentRuns('first'));
    expect(windows).to.have.length(9);
    expect(new Set(windows).size).to.equal(9);
  });

  it('records duration, rows, loss and attempt of every shard', async () => {
    const shards = (await eventsOf(home, 'first')).filter(
      ({ event, arm }) => event === 'shard' && arm === 'real',
    );
    expect(shards).to.have.length.greaterThan(1);
    for (const shard of shards) {
      expect(shard.attempt).to.equal(1);
      expect(shard.duration).to.be.a('number').above(0);
      expect(shard.rows).to.be.a('number').above(30);
      expect(shard.loss).to.be.a('number').within(0.2, 1.5);
    }
  });

  it('keeps the workflow’s status on disk', () => {
    const status = runStatusSchema.parse(JSON.parse(readFileSync(home.status('first'), 'utf8')));
    expect(status).to.deep.equal(last);
  });

  it('traces a probability back to its model and to the line of its bar', async () => {
    const config = {
      ...runInputSchema.parse(JSON.parse(readFileSync(home.runInput('first'), 'utf8'))),
      runId: 'first',
    };
    const explained = await explainProbability(home, config, 'RELIANCE', '2022-08-01');
    expect(explained.map(({ split }) => split)).to.include('forward');
    for (const { series, bars, forwardReturn, model, student, split } of explained) {
      const stored = readFileSync(home.absolute(series.ref.uri), 'utf8').split('\n');
      expect(stored[(series.line ?? 0) - 1]).to.match(/^2022-08-01,/);
      expect(bars.returnAgain).to.be.closeTo(forwardReturn, 1e-12);
      expect(Object.values(model).map(({ sha256 }) => sha256)).to.have.length(4);
      expect(Object.keys(student?.model ?? {})).to.deep.equal(['model', 'weights', 'onnx']);
      if (split === 'forward')
        expect(student?.again?.probability).to.be.closeTo(student?.probability ?? NaN, 1e-6);
      else expect(student?.again).to.equal(null);
    }
  });

  it('lists the digest of the rows that teacher, prior and student learnt from', async () => {
    const args = ['explain', 'first', 'RELIANCE', '2022-08-01'];
    const context = { home, address: '127.0.0.1:1' };
    const { stdout } = await gurukulHere([...args, '--json'], context);
    const { explained } = explainedSchema.parse(JSON.parse(stdout));
    const text = (await gurukulHere(args, context)).stdout;
    const bySplit = new Map(explained.map((one) => [one.split, one]));
    const [forward, validation] = [bySplit.get('forward'), bySplit.get('validation')];
    if (forward === undefined) throw new Error('no forward row');
    // Found again from the bars, and as many as were recorded when they were learnt from.
    expect(forward.trainingRows.count).to.equal(forward.teacher.rows.fit);
    const [, start = '', end = ''] = /_(.*)_to_(.*)$/.exec(forward.window) ?? [];
    for (const learnt of [forward.trainingRows, forward.priorTrainingRows, forward.student.trainingRows]) {
      expect(learnt.last < end && end <= '2022-08-01').to.equal(true);
      expect(text).to.contain(learnt.sha256.slice(0, 16));
    }
    expect(forward.trainingRows.first >= start).to.equal(true);
    expect(forward.priorTrainingRows.count).to.be.above(forward.trainingRows.count);
    expect(validation?.trainingRows.sha256).to.not.equal(forward.trainingRows.sha256);
    if (validation !== undefined) {
      expect(validation.trainingRows.count).to.equal(validation.teacher.rows.select);
      expect(validation.student.trainingRows.last < '2022-08-01').to.equal(true);
    }
  });

  it('scores a day that its students predicted as its bundle has it', async () => {
    const file = path.join(first.bundle ?? '', 'predictions', 'student_predictions.parquet');
    const { symbol, date, model, split, window, probability, score } = await decodePredictions(
      readFileSync(file),
    );
    const rows = [...symbol.keys()].filter((row) => model[row] === 'student' && split[row] === 'forward');
    const days = [...new Set(rows.map((row) => date[row] ?? ''))].sort();
    let compared = 0;
    for (const day of days.filter((_, at) => at % 30 === 0)) {
      const args = ['score', '--run', 'first', '--as-of', day, '--json'];
      const { status, stdout, stderr } = await gurukulHere(args, { home, address: '127.0.0.1:1' });
      expect(status, stderr).to.equal(0);
      const printed = scoredSchema.parse(JSON.parse(stdout));
      for (const row of rows) {
        if (date[row] !== day || !(window[row] ?? '').endsWith(printed.cohort)) continue;
        const scored = printed.rows.find((one) => one.symbol === symbol[row]);
        expect(scored?.probability).to.be.closeTo(probability[row] ?? NaN, 1e-6);
        expect(scored?.score).to.be.closeTo(score[row] ?? NaN, 1e-6);
        compared += 1;
      }
    }
    expect(compared).to.be.above(10);
  });

  it('predicts only rows whose features are known after the window’s end', async () => {
    const predictions = await decodePredictions(readFileSync(home.predictions('first')));
    const forward = predictions.split.flatMap((split, row) => (split === 'forward' ? [row] : []));
    expect(forward.length).to.be.greaterThan(100);
    for (const row of forward) {
      const end = predictions.window[row]?.split('_to_')[1] ?? '';
      expect((predictions.date[row] ?? '') >= end, `row ${row}`).to.equal(true);
    }
  });

  it('starts returns at the next open, and says so; from the close it is another run', async () => {
    const textOf = (status: RunStatus, file: string): string =>
      readFileSync(path.join(status.bundle ?? '', file), 'utf8');
    const configSchema = z.looseObject({ entry: z.string() });
    expect(configSchema.parse(JSON.parse(textOf(first, 'configs/run.json'))).entry).to.equal('next-open');
    expect(textOf(first, 'model_card.md')).to.include('All returns start at the next open');
    const close = await run('at_the_close', { entry: 'close' });
    expect(close.bundleDigest).not.to.equal(first.bundleDigest);
    expect(textOf(close, 'summary.md')).to.include('at which nobody can trade any more');
    expect(close.windows).to.deep.equal(first.windows);
  });

  it('works for one symbol alone: its score is the logit, and ranking figures are n/a with the reason', async () => {
    const alone = await run('alone', { symbols: ['RELIANCE'] });
    expect(alone).to.deep.include({ phase: 'done', failedBy: {} });
    expect(await verifyBundle(alone.bundle ?? '')).to.have.property('ok', true);
    const { split, score, probability } = await decodePredictions(readFileSync(home.predictions('alone')));
    expect(new Set(split)).to.include('forward');
    // Out of fold a probability can be 1 to the last bit, which has no logit.
    score.forEach((value, row) => {
      if (split[row] !== 'out_of_fold') expect(value).to.be.closeTo(logit(probability[row] ?? NaN), 1e-9);
    });
    const metrics = metricsSchema.parse(
      JSON.parse(readFileSync(path.join(home.metrics('alone'), 'metrics.json'), 'utf8')),
    );
    const teacher = metrics.ranking.rows.find(({ name }) => name === 'teacher');
    expect(teacher?.horizons.map(({ neutral }) => [neutral.mean, neutral.reason])).to.deep.equal(
      Array(4).fill([null, 'at most 1 symbol a date, fewer than 5']),
    );
    expect(readFileSync(path.join(alone.bundle ?? '', 'summary.md'), 'utf8')).to.include(
      'at most 1 symbol a date',
    );
  });
});
