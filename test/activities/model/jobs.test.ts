import { existsSync } from 'node:fs';
import { readFile, readdir, writeFile } from 'node:fs/promises';

import { expect } from 'chai';
import { z } from 'zod';

import { openCheckpoint } from '../../../activities/model/units/checkpoint.js';
import { cohortBounds, priorRows } from '../../../activities/market/splits/splits.js';
import { runTrainerJob } from '../../../activities/model/run-trainer-job.js';
import type { FeatureTable } from '../../../activities/market/feature-table.js';
import { rowLogLoss } from '../../../activities/stats/log-loss.js';
import { GurukulError } from '../../../data/errors.js';
import { concatPredictions, decodePredictions } from '../../../data/predictions/parquet.js';
import type { Predictions } from '../../../data/predictions/prediction.js';
import { featureImportanceSchema } from '../../../data/schemas/features.js';
import type { FileRef } from '../../../data/schemas/file-ref.js';
import type { TrainingConfig } from '../../../data/schemas/training-config.js';
import { readJsonRef, readRef } from '../../../data/store/file-refs.js';
import type { Home } from '../../../data/store/home.js';
import { startOfDate } from '../../../data/time/dates.js';
import { initBackend } from '../../../workers/tensor/backend.js';
import { rejection } from '../../support/rejection.js';
import {
  COHORT,
  configOf,
  contextOf,
  digestsOf,
  linesOf,
  manifestOf,
  newHome,
  priorJob,
  shardJob,
  studentJob,
} from './job-rig.js';
import { syntheticTable, withSymbol, withoutSymbols } from './synthetic-table.js';
import { steadyPace, stoppingPace } from './paces.js';
import { decodeChoiceReturns } from '../../../data/predictions/choice-returns.js';

const priorRowsSchema = z.object({ rows: z.object({ select: z.number(), fit: z.number() }) });
const SYMBOLS = ['S000', 'S001', 'S002', 'S003', 'S004', 'S005'];

describe('the jobs of a cohort', function () {
  this.timeout(300_000);
  before(() => initBackend());

  const table = syntheticTable({ symbols: 6, bars: 520, bias: (symbol) => (symbol < 3 ? 3 : -1) });

  async function teach(home: Home, some = SYMBOLS, context = contextOf(home, table), runId = 'run_a') {
    const config = configOf(runId);
    const prior = await runTrainerJob(priorJob({ config }), contextOf(home, table));
    const shard = await runTrainerJob(shardJob(prior.manifest, some, { config }), context);
    return { prior, shard };
  }

  async function predictionsOf(home: Home, shard: FileRef): Promise<Predictions> {
    const { outputs } = await manifestOf(home, shard);
    return decodePredictions(await readFile(home.absolute(outputs['predictions']?.uri ?? '')));
  }

  it('fit a prior on the rows resolved by its cohort’s end, in two parts, and thin a large number of rows', async () => {
    const rowsOf = async (of: FeatureTable) => {
      const home = newHome();
      const { manifest } = await runTrainerJob(priorJob(), contextOf(home, of));
      return priorRowsSchema.parse((await manifestOf(home, manifest)).summary).rows;
    };
    const bounds = cohortBounds(table, COHORT, configOf());
    const known = (before: number): number =>
      table.symbols.reduce((sum, symbol) => sum + priorRows(symbol, before).length, 0);
    expect(await rowsOf(table)).to.deep.equal({
      select: known(bounds.validationStart),
      fit: known(bounds.end),
    });
    // About 42,000 rows: every second one is used.
    const many = syntheticTable({ symbols: 100, bars: 430, features: 2 });
    const all = many.symbols.reduce((sum, symbol) => sum + priorRows(symbol, bounds.end).length, 0);
    expect(all).to.be.within(40_000, 60_000);
    expect((await rowsOf(many)).fit).to.be.within(0.48 * all, 0.52 * all);
  });

  it('write what a cohort chose, with the out-of-fold rows and the figures by date that made it', async () => {
    const home = newHome();
    const long: TrainingConfig = { ...configOf(), from: '2021-03-01', to: '2021-09-01' };
    const cohort = { id: '2021-01-01_to_2021-06-30', start: '2021-01-01', end: '2021-06-30' };
    const of = syntheticTable({ symbols: 6, bars: 620 });
    const job = priorJob({ config: long, cohort });
    const { outputs } = await manifestOf(home, (await runTrainerJob(job, contextOf(home, of))).manifest);
    const bytesOf = (role: string): Promise<Buffer> => {
      const ref = outputs[role];
      if (ref === undefined) throw new RangeError(`there is no ${role}`);
      return readRef(home, ref);
    };
    const choices = z
      .array(z.looseObject({ what: z.string(), rows: z.number(), grid: z.array(z.unknown()) }))
      .parse(JSON.parse((await bytesOf('choices')).toString('utf8')));
    expect(choices).to.have.length(10);
    const rows = await decodePredictions(await bytesOf('outOfFold'));
    expect(rows.symbol).to.have.length(choices[0]?.rows ?? NaN);
    expect(new Set(rows.split)).to.deep.equal(new Set(['out_of_fold']));
    const { validationStart } = cohortBounds(of, cohort, long);
    const dates = [...rows.date].sort();
    expect(startOfDate(dates.at(-1) ?? '')).to.be.below(validationStart);
    expect(rows.window[0]).to.equal(`${rows.symbol[0]}_2021-01-01_to_2021-06-30`);
    let [loss, base] = [0, 0];
    rows.label.forEach((label, at) => {
      loss += rowLogLoss(rows.probability[at] ?? NaN, label);
      base += rowLogLoss(rows.baseRate[at] ?? NaN, label);
    });
    expect(loss).to.be.below(0.9 * base);
    const returns = await decodeChoiceReturns(await bytesOf('choiceReturns'));
    for (const { what, grid } of choices.slice(0, 3)) {
      const own = returns.choice.filter((choice) => choice === what);
      expect(own).to.have.length(grid.length * new Set(rows.date).size);
    }
    const placebo = await runTrainerJob(
      priorJob({ config: long, cohort, arm: 'placebo' }),
      contextOf(home, of),
    );
    const roles = Object.keys((await manifestOf(home, placebo.manifest)).outputs).sort();
    expect(roles).to.deep.equal(['choices', 'model', 'outOfFold', 'weights']);
  });

  it('write predictions of validation and forward rows, and one line per window', async () => {
    const home = newHome();
    const { shard } = await teach(home);
    expect(shard).to.include({ succeeded: 6, reused: false });
    expect(shard.failedBy).to.deep.equal({});
    const predictions = await predictionsOf(home, shard.manifest);
    const lines = await linesOf(home, shard.manifest);
    expect(lines.map(({ window }) => window)).to.deep.equal(
      SYMBOLS.map((symbol) => `${symbol}_2020-09-01_to_2021-02-28`),
    );
    for (const [index, symbol] of SYMBOLS.entries()) {
      const dates = (split: string): string[] =>
        predictions.date.filter(
          (_, row) =>
            predictions.symbol[row] === symbol &&
            predictions.split[row] === split &&
            predictions.model[row] === 'teacher',
        );
      expect(lines[index]?.['rows']).to.include({
        validation: dates('validation').length,
        forward: dates('forward').length,
      });
      // The last validation label is resolved before the window ends; the first forward bar is at its end.
      expect(dates('validation').at(-1)).to.equal('2021-02-22');
      expect(dates('forward')[0]).to.equal('2021-02-28');
      expect(dates('validation')).to.deep.equal([...dates('validation')].sort());
      const permuted = predictions.date.filter(
        (_, row) => predictions.symbol[row] === symbol && predictions.model[row] === 'permuted',
      );
      expect(permuted).to.deep.equal(dates('forward'));
    }
    const teacher = lines.map(({ logLoss }) => logLoss);
    expect(JSON.stringify(teacher)).to.not.include('null');
  });

  it('write the feature importance of each window on real bars, but not on placebo bars', async () => {
    const home = newHome();
    const { prior, shard } = await teach(home);
    const { outputs } = await manifestOf(home, shard.manifest);
    const importance = outputs['importance'];
    if (importance === undefined) throw new Error('no importance');
    const { features, windows } = await readJsonRef(home, importance, featureImportanceSchema);
    expect(features).to.deep.equal(table.names);
    const lines = await linesOf(home, shard.manifest);
    expect(windows.map(({ window }) => window)).to.deep.equal(lines.map(({ window }) => window));
    windows.forEach(({ losses }, at) => {
      const main = features.flatMap((feature, place) =>
        (losses[place] ?? 0) > 0 ? [{ feature, lossRise: (losses[place] ?? 0) / 1e6 }] : [],
      );
      expect(lines[at]?.['importance']).to.have.deep.members(main);
    });
    const placebo = shardJob(prior.manifest, SYMBOLS, { arm: 'placebo' });
    const { manifest } = await runTrainerJob(placebo, contextOf(home, table));
    expect((await manifestOf(home, manifest)).outputs).not.to.have.property('importance');
    expect((await linesOf(home, manifest))[0]).not.to.have.property('importance');
  });

  it('write the base rate of the labels that were known for each part', async () => {
    const home = newHome();
    const { shard } = await teach(home, ['S000']);
    const { baseRate, split } = await predictionsOf(home, shard.manifest);
    const [line] = await linesOf(home, shard.manifest);
    const rates = line?.['baseRate'];
    expect({
      select: baseRate[split.indexOf('validation')],
      fit: baseRate[split.indexOf('forward')],
    }).to.deep.equal(rates);
  });

  it('run once: a finished unit is reused, a damaged one is not', async () => {
    const home = newHome();
    const first = await teach(home);
    const again = await teach(home);
    expect([again.prior.reused, again.shard.reused]).to.deep.equal([true, true]);
    expect(again.shard).to.deep.equal({ ...first.shard, reused: true });
    const { outputs } = await manifestOf(home, first.shard.manifest);
    await writeFile(home.absolute(outputs['windows']?.uri ?? ''), 'damaged');
    const mended = await teach(home);
    expect(mended.shard).to.deep.equal({ ...first.shard, reused: false });
  });

  it('run again for other inputs', async () => {
    const home = newHome();
    const { prior, shard } = await teach(home);
    const other = await runTrainerJob(shardJob(prior.manifest, SYMBOLS.slice(1)), contextOf(home, table));
    expect(other.reused).to.equal(false);
    for (const change of [{ backend: 'other' }, { codeVersion: 'other' }]) {
      const job = shardJob(prior.manifest, SYMBOLS.slice(1));
      expect((await runTrainerJob(job, contextOf(home, table, change))).reused).to.equal(false);
    }
    expect(shard.reused).to.equal(false);
  });

  it('write the same bytes in every run of the same input', async () => {
    const [home, otherHome] = [newHome(), newHome()];
    const first = await teach(home);
    const second = await teach(otherHome, SYMBOLS, contextOf(otherHome, table), 'run_b');
    for (const unit of ['prior', 'shard'] as const)
      expect(await digestsOf(otherHome, second[unit].manifest)).to.deep.equal(
        await digestsOf(home, first[unit].manifest),
      );
    const keys = await Promise.all([
      manifestOf(home, first.shard.manifest),
      manifestOf(otherHome, second.shard.manifest),
    ]);
    expect(keys[0].key).to.equal(keys[1].key);
  });

  it('write the same predictions and lines however the cohort is divided into shards', async () => {
    const home = newHome();
    const { prior, shard } = await teach(home);
    const parts: FileRef[] = [];
    for (const [index, symbols] of [SYMBOLS.slice(0, 1), SYMBOLS.slice(1, 3), SYMBOLS.slice(3)].entries()) {
      const job = shardJob(prior.manifest, symbols, { shard: index + 1 });
      parts.push((await runTrainerJob(job, contextOf(home, table))).manifest);
    }
    const whole = concatPredictions([await predictionsOf(home, shard.manifest)]);
    const cut = concatPredictions(await Promise.all(parts.map((part) => predictionsOf(home, part))));
    expect(cut).to.deep.equal(whole);
    const lines = await Promise.all(parts.map((part) => linesOf(home, part)));
    expect(lines.flat()).to.deep.equal(await linesOf(home, shard.manifest));
  });

  it('start again after an interruption at any step and end with the same bytes', async () => {
    const undisturbed = newHome();
    const expected = await teach(undisturbed);
    const counting = stoppingPace(Infinity);
    const counted = newHome();
    await runTrainerJob(priorJob(), contextOf(counted, table, { pace: counting }));
    const steps = counting.steps();
    expect(steps).to.be.at.least(6);
    for (const at of [1, Math.floor(steps / 3), Math.floor((2 * steps) / 3), steps]) {
      const home = newHome();
      const stopped = await rejection(
        runTrainerJob(priorJob(), contextOf(home, table, { pace: stoppingPace(at) })),
        GurukulError,
      );
      expect(stopped.type).to.equal('Cancelled');
      expect(await readdir(home.checkpoints('run_a'))).to.have.length(1);
      const resumed = stoppingPace(Infinity);
      const prior = await runTrainerJob(priorJob(), contextOf(home, table, { pace: resumed }));
      // Only the rounds of trees take long enough to be worth keeping.
      expect(resumed.steps(), 'steps repeated').to.be.within(steps - at, steps - at + 20);
      expect(await digestsOf(home, prior.manifest)).to.deep.equal(
        await digestsOf(undisturbed, expected.prior.manifest),
      );
      expect(await readdir(home.checkpoints('run_a')), 'checkpoints left').to.deep.equal([]);
    }
  });

  describe('with failing windows', () => {
    async function linesBySymbol(home: Home, shard: FileRef): Promise<Map<unknown, string>> {
      const lines = await linesOf(home, shard);
      return new Map(lines.map((line) => [line['symbol'], JSON.stringify(line)]));
    }

    async function sameOthers(divergingTable: FeatureTable, symbol: string, error: string): Promise<void> {
      const home = newHome();
      const { prior, shard } = await teach(home);
      const diverging = await runTrainerJob(
        shardJob(prior.manifest, SYMBOLS, { shard: 1 }),
        contextOf(home, divergingTable),
      );
      expect(diverging).to.include({ succeeded: 5 });
      expect(diverging.failedBy).to.deep.equal({ [error]: 1 });
      const [before, after] = [
        await linesBySymbol(home, shard.manifest),
        await linesBySymbol(home, diverging.manifest),
      ];
      expect(after.get(symbol)).to.include(`"error":"${error}"`).and.include('"status":"failed"');
      for (const other of SYMBOLS.filter((name) => name !== symbol))
        expect(after.get(other)).to.equal(before.get(other));
      const healthy = await predictionsOf(home, shard.manifest);
      const left = await predictionsOf(home, diverging.manifest);
      const expected = healthy.probability.filter((_, row) => healthy.symbol[row] !== symbol);
      expect(left.probability).to.deep.equal(expected);
    }

    it('reports features that are not finite as Diverged, and changes nothing else', () =>
      sameOthers(
        withSymbol(table, 'S002', ({ features }) => features.fill(NaN, 300 * 5, 301 * 5)),
        'S002',
        'Diverged',
      ));

    it('reports a window without usable rows as DataGap, and changes nothing else', () =>
      sameOthers(
        withSymbol(table, 'S004', (copy) => Object.assign(copy, { complete: new Uint8Array(520) })),
        'S004',
        'DataGap',
      ));

    it('reports a symbol without a series as DataGap, and changes nothing else', () =>
      sameOthers(withoutSymbols(table, ['S005']), 'S005', 'DataGap'));

    it('writes a shard of which every window failed', async () => {
      const home = newHome();
      const { prior } = await teach(home);
      const none = await runTrainerJob(
        shardJob(prior.manifest, ['X', 'Y'], { shard: 3 }),
        contextOf(home, table),
      );
      expect(none).to.include({ succeeded: 0 });
      expect(none.failedBy).to.deep.equal({ DataGap: 2 });
      expect(Object.keys((await manifestOf(home, none.manifest)).outputs)).to.deep.equal(['windows']);
    });
  });

  it('reject a prior that is missing or has other features', async () => {
    const home = newHome();
    const { prior } = await teach(home);
    const renamed = { ...table, names: table.names.map((name) => `${name}x`) };
    const job = shardJob(prior.manifest, SYMBOLS, { shard: 5 });
    expect((await rejection(runTrainerJob(job, contextOf(home, renamed)), GurukulError)).type).to.equal(
      'ChecksumMismatch',
    );
    const gone = shardJob({ ...prior.manifest, uri: 'models/none.json' }, SYMBOLS);
    expect((await rejection(runTrainerJob(gone, contextOf(home, table)), GurukulError)).type).to.equal(
      'ChecksumMismatch',
    );
  });

  it('fit a prior equal to the base rate when there are no rows', async () => {
    const home = newHome();
    const empty = {
      ...table,
      symbols: table.symbols.map((symbol) => ({ ...symbol, complete: new Uint8Array(520) })),
    };
    const prior = await runTrainerJob(priorJob(), contextOf(home, empty));
    const shard = await runTrainerJob(shardJob(prior.manifest, SYMBOLS), contextOf(home, empty));
    expect(shard.failedBy).to.deep.equal({ DataGap: 6 });
  });

  it('report every step, and write soft labels for real bars only', async () => {
    const home = newHome();
    const context = contextOf(home, table);
    const prior = await runTrainerJob(priorJob({ arm: 'placebo' }), context);
    expect(new Set(context.seen.map(({ phase }) => phase))).to.deep.equal(
      new Set(['features', 'choose', 'fit', 'write']),
    );
    expect(context.seen.every(({ step, steps }) => step <= steps)).to.equal(true);
    const job = shardJob(prior.manifest, SYMBOLS, { arm: 'placebo' });
    const shard = await runTrainerJob(job, contextOf(home, table));
    const roles = Object.keys((await manifestOf(home, shard.manifest)).outputs).sort();
    expect(roles).to.deep.equal(['model', 'predictions', 'weights', 'windows']);
  });

  it('distil a student that approximates its teachers, with the same bytes every time', async () => {
    const students: Record<string, string>[] = [];
    for (const home of [newHome(), newHome()]) {
      const { prior, shard } = await teach(home);
      const own = { prior: prior.manifest, shards: [shard.manifest] };
      const student = await runTrainerJob(studentJob(own), contextOf(home, table));
      students.push(await digestsOf(home, student.manifest));
      for (const { fidelity } of await linesOf(home, student.manifest)) {
        const { meanAbsoluteDifference } = z
          .looseObject({ meanAbsoluteDifference: z.number() })
          .parse(fidelity);
        // The student has no per-symbol shifts, and these are large here.
        expect(meanAbsoluteDifference).to.be.below(0.2);
      }
    }
    expect(students[0]).to.deep.equal(students[1]);
  });

  it('save a checkpoint when one is due, not only when stopped', async () => {
    const home = newHome();
    let saved = 0;
    const pace = { ...steadyPace(), saveDue: () => true, saved: () => void (saved += 1) };
    await runTrainerJob(priorJob(), contextOf(home, table, { pace }));
    expect(saved).to.be.at.least(6);
    expect(existsSync(home.checkpoints('run_a'))).to.equal(true);
    expect(await readdir(home.checkpoints('run_a'))).to.deep.equal([]);
    const nothing = await openCheckpoint('none', 'key', steadyPace());
    expect(nothing.phase('x').resumed).to.equal(undefined);
  });
});
