import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { expect } from 'chai';
import { z } from 'zod';

import { decodeSoftLabels, encodeSoftLabels } from '../../../../activities/model/teachers/soft-labels.js';
import { readStudentNetwork } from '../../../../activities/audit/student-network.js';
import { runTrainerJob } from '../../../../activities/model/run-trainer-job.js';
import { tf } from '../../../../activities/model/tensorflow.js';
import { GurukulError } from '../../../../data/errors.js';
import { decodePredictions } from '../../../../data/predictions/parquet.js';
import { decodeStudentInputs } from '../../../../data/predictions/student-inputs.js';
import { SAMPLED_ROWS, sampledRows } from '../../../../data/predictions/student-sample.js';
import type { FileRef } from '../../../../data/schemas/file-ref.js';
import type { Home } from '../../../../data/store/home.js';
import { initBackend } from '../../../../workers/tensor/backend.js';
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
} from '../job-rig.js';
import { syntheticTable } from '../synthetic-table.js';
import { stoppingPace } from '../paces.js';
import { rejection } from '../../../support/rejection.js';

const modelSchema = z.looseObject({
  modelTopology: z.looseObject({}),
  weightsManifest: z.array(
    z.object({
      weights: z.array(
        z.object({ name: z.string(), shape: z.array(z.number()), dtype: z.literal('float32') }),
      ),
    }),
  ),
});

const SYMBOLS = ['S000', 'S001', 'S002', 'S003', 'S004', 'S005'];

describe("a cohort's student", function () {
  this.timeout(60_000);
  before(() => initBackend());

  const table = syntheticTable({ symbols: 6, bars: 520 });

  /** A cohort of two shards, the second with a failing window. */
  async function taught(home: Home, runId = 'run_a'): Promise<FileRef[]> {
    const config = configOf(runId);
    const context = contextOf(home, table);
    const prior = await runTrainerJob(priorJob({ config }), context);
    const shards: FileRef[] = [];
    for (const [shard, symbols] of [SYMBOLS.slice(0, 4), [...SYMBOLS.slice(4), 'UNKNOWN']].entries())
      shards.push(
        (await runTrainerJob(shardJob(prior.manifest, symbols, { config, shard }), context)).manifest,
      );
    return shards;
  }

  it('approximates its teachers, and reports the fidelity in one line per window', async () => {
    const home = newHome();
    const result = await runTrainerJob(studentJob(await taught(home)), contextOf(home, table));
    expect(result).to.deep.include({ succeeded: 0, failedBy: {}, reused: false });
    const lines = await linesOf(home, result.manifest);
    expect(lines.map(({ symbol }) => symbol)).to.deep.equal(SYMBOLS);
    for (const { fidelity } of lines) {
      expect(fidelity).to.have.property('kl').that.is.within(0, 0.02);
      expect(fidelity).to.have.property('meanAbsoluteDifference').that.is.within(0, 0.08);
    }
  });

  it('is a layers model on raw features that reproduces its predictions', async () => {
    const home = newHome();
    const result = await runTrainerJob(studentJob(await taught(home)), contextOf(home, table));
    const folder = home.studentDir('run_a', COHORT.id);
    const model = await tf.loadLayersModel({
      load: async () => {
        const json = modelSchema.parse(JSON.parse(await readFile(path.join(folder, 'model.json'), 'utf8')));
        expect(json).to.have.property('format', 'layers-model');
        expect(json).to.have.deep.property('userDefinedMetadata', { features: table.names });
        return {
          modelTopology: json.modelTopology,
          weightSpecs: json.weightsManifest.flatMap(({ weights }) => weights),
          weightData: Uint8Array.from(await readFile(path.join(folder, 'weights.bin'))).buffer,
        };
      },
    });
    const { outputs } = await manifestOf(home, result.manifest);
    const predictions = await decodePredictions(
      await readFile(home.absolute(outputs['predictions']?.uri ?? '')),
    );
    expect(new Set(predictions.split)).to.deep.equal(new Set(['forward']));
    expect(new Set(predictions.symbol)).to.deep.equal(new Set(SYMBOLS));
    const bar = (Date.parse('2021-03-15') - Date.parse('2020-01-01')) / 86_400_000;
    for (const [index, symbol] of SYMBOLS.entries()) {
      const features = table.symbols[index]?.features.subarray(bar * 5, bar * 5 + 5);
      const predicted = tf.tidy(() => {
        const output = model.predict(tf.tensor2d(features ?? [], [1, 5]));
        return (Array.isArray(output) ? output[0] : output)?.dataSync()[0];
      });
      const row = predictions.date.findIndex(
        (date, at) => date === '2021-03-15' && predictions.symbol[at] === symbol,
      );
      expect(predicted).to.be.closeTo(predictions.probability[row] ?? NaN, 1e-6);
    }
    model.dispose();
  });

  it('keeps the inputs of a sample, from which plain arithmetic gives the same predictions', async () => {
    const home = newHome();
    const result = await runTrainerJob(studentJob(await taught(home)), contextOf(home, table));
    const { outputs } = await manifestOf(home, result.manifest);
    const read = async (role: string): Promise<Buffer> => readFile(home.absolute(outputs[role]?.uri ?? ''));
    const predictions = await decodePredictions(await read('predictions'));
    const inputs = await decodeStudentInputs(await read('inputs'));
    const network = readStudentNetwork('model.json', await read('model'), await read('weights'));
    expect(network.features).to.deep.equal(table.names);
    expect(inputs.features).to.deep.equal(table.names);
    const rows = sampledRows(COHORT.id, predictions, predictions.symbol.keys());
    expect(rows).to.have.length(SAMPLED_ROWS);
    for (const [place, row] of rows.entries()) {
      expect(inputs.symbol[place]).to.equal(predictions.symbol[row]);
      expect(inputs.date[place]).to.equal(predictions.date[row]);
      const probability = network.probability(inputs.values.subarray(place * 5, place * 5 + 5));
      expect(probability).to.be.closeTo(predictions.probability[row] ?? NaN, 1e-6);
    }
  });

  it('can be loaded from a file URL', async function () {
    const { name } = await initBackend();
    if (name !== 'tensorflow') {
      console.log('    skipped: only the native backend reads file URLs');
      this.skip();
    }
    const home = newHome();
    await runTrainerJob(studentJob(await taught(home)), contextOf(home, table));
    const folder = home.studentDir('run_a', COHORT.id);
    const model = await tf.loadLayersModel(`file://${folder}/model.json`);
    expect(model.inputs[0]?.shape).to.deep.equal([null, 5]);
    model.dispose();
  });

  it('has the same bytes in every run, and after an interruption', async () => {
    const [home, other] = [newHome(), newHome()];
    const first = await runTrainerJob(studentJob(await taught(home)), contextOf(home, table));
    const job = studentJob(await taught(other, 'run_b'), { config: configOf('run_b') });
    const pace = stoppingPace(5);
    const stopped = await rejection(runTrainerJob(job, contextOf(other, table, { pace })), GurukulError);
    expect(stopped.type).to.equal('Cancelled');
    const second = await runTrainerJob(job, contextOf(other, table));
    expect(await digestsOf(other, second.manifest)).to.deep.equal(await digestsOf(home, first.manifest));
    expect((await runTrainerJob(job, contextOf(other, table))).reused).to.equal(true);
  });

  it('leaks no tensors', async () => {
    const home = newHome();
    const shards = await taught(home);
    const before = tf.memory().numTensors;
    await runTrainerJob(studentJob(shards), contextOf(home, table));
    expect(tf.memory().numTensors).to.equal(before);
  });

  it('needs teachers, and rejects soft labels of other bars', async () => {
    const home = newHome();
    const none = await rejection(runTrainerJob(studentJob([]), contextOf(home, table)), GurukulError);
    expect(none.type).to.equal('DataGap');
    const shards = await taught(home);
    const other = {
      ...table,
      symbols: table.symbols.map((symbol) => ({ ...symbol, time: symbol.time.map((t) => t + 1440) })),
    };
    const mismatch = await rejection(runTrainerJob(studentJob(shards), contextOf(home, other)), GurukulError);
    expect(mismatch.type).to.equal('ChecksumMismatch');
    expect(mismatch.message).to.include('S000');
  });
});

describe('soft labels', () => {
  const labelsOf = (date: readonly string[]) => ({
    symbol: ['A', 'A', 'B'],
    date,
    probability: [0, 0.123456789012345, 1],
    label: [0, 1, 1],
  });

  for (const [bars, dates] of [
    ['daily', ['2021-01-01', '2021-01-04', '2021-01-01']],
    ['5-minute', ['2021-01-01T09:15', '2021-01-01T15:25', '2021-01-01T09:15']],
  ] as const)
    it(`of ${bars} bars round-trip`, async () => {
      const labels = labelsOf(dates);
      expect(await decodeSoftLabels(encodeSoftLabels(labels))).to.deep.equal(labels);
    });

  it('report damage', async () => {
    const bytes = encodeSoftLabels(labelsOf(['2021-01-01', '2021-01-04', '2021-01-01']));
    const error = await rejection(decodeSoftLabels(bytes.subarray(3)), GurukulError);
    expect(error.type).to.equal('ChecksumMismatch');
  });
});
