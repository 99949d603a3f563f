import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { expect } from 'chai';
import { z } from 'zod';

import type { CohortUnits } from '../../../../activities/model/jobs.js';
import { readLayersNetwork } from '../../../../activities/inference/layers-network.js';
import { readOnnx } from '../../../../activities/inference/onnx/read-onnx.js';
import { layersToOnnx } from '../../../../activities/inference/onnx/write-onnx.js';
import { runTrainerJob } from '../../../../activities/model/run-trainer-job.js';
import { tf } from '../../../../activities/model/tensorflow.js';
import { GurukulError } from '../../../../data/errors.js';
import { logitScore } from '../../../../data/predictions/logit-score.js';
import { decodePredictions } from '../../../../data/predictions/parquet.js';
import type { Predictions } from '../../../../data/predictions/prediction.js';
import { decodeStudentInputs } from '../../../../data/predictions/student-inputs.js';
import { SAMPLED_ROWS, sampledRows } from '../../../../data/predictions/student-sample.js';
import { decodeVariants } from '../../../../data/predictions/student-variants.js';
import { choiceSchema } from '../../../../data/schemas/choices.js';
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
const WIDTHS = { features: 5, relative: 5 };

describe("a cohort's student", function () {
  this.timeout(300_000);
  before(() => initBackend());

  const table = syntheticTable({ symbols: 6, bars: 520 });

  /** A cohort of two shards, the second with a failing window. */
  async function taught(home: Home, runId = 'run_a', of = table, cohort = COHORT): Promise<CohortUnits> {
    const config = configOf(runId);
    const context = contextOf(home, of);
    const prior = await runTrainerJob(priorJob({ config, cohort }), context);
    const shards: FileRef[] = [];
    for (const [shard, symbols] of [SYMBOLS.slice(0, 4), [...SYMBOLS.slice(4), 'UNKNOWN']].entries())
      shards.push(
        (await runTrainerJob(shardJob(prior.manifest, symbols, { config, cohort, shard }), context)).manifest,
      );
    return { prior: prior.manifest, shards };
  }

  async function outputsOf(home: Home, ref: FileRef) {
    const { outputs, summary } = await manifestOf(home, ref);
    const read = async (role: string): Promise<Buffer> => readFile(home.absolute(outputs[role]?.uri ?? ''));
    return { outputs, summary, read, predictions: await decodePredictions(await read('predictions')) };
  }

  it('comes close to its teachers on rows that neither has seen, with one line per window', async () => {
    const home = newHome();
    const result = await runTrainerJob(studentJob(await taught(home)), contextOf(home, table));
    expect(result).to.deep.include({ succeeded: 0, failedBy: {}, reused: false });
    const lines = await linesOf(home, result.manifest);
    expect(lines.map(({ symbol }) => symbol)).to.deep.equal(SYMBOLS);
    for (const { fidelity } of lines) {
      expect(fidelity).to.have.property('kl').that.is.within(0, 0.05);
      expect(fidelity).to.have.property('meanAbsoluteDifference').that.is.within(0, 0.12);
      expect(fidelity).to.have.property('agreement').that.is.within(0.8, 1);
    }
  });

  it('learns from labels that are out of fold, and from hard ones where the past is too short', async () => {
    const early = { id: '2020-02-01_to_2020-07-30', start: '2020-02-01', end: '2020-07-30' };
    const other = newHome();
    const short = await taught(other, 'run_a', table, early);
    const hard = await runTrainerJob(studentJob(short, { cohort: early }), contextOf(other, table));
    const { summary } = await manifestOf(other, hard.manifest);
    expect(summary).to.deep.include({ labels: 'hard', candidate: 'plain' });

    const home = newHome();
    const distilled = await runTrainerJob(studentJob(await taught(home)), contextOf(home, table));
    const manifest = await manifestOf(home, distilled.manifest);
    expect(manifest.summary).to.deep.include({ labels: 'out of fold' });
    const choices = z
      .array(choiceSchema)
      .parse(JSON.parse(await readFile(home.absolute(manifest.outputs['choices']?.uri ?? ''), 'utf8')));
    expect(choices.map(({ what }) => what.split(' (')[0])).to.deep.equal([
      'student: probability',
      'student: score',
      'student: reward weights',
    ]);
  });

  it('is a layers model on raw columns that reproduces its predictions', async () => {
    const home = newHome();
    const result = await runTrainerJob(studentJob(await taught(home)), contextOf(home, table));
    const folder = home.studentDir('run_a', COHORT.id);
    const model = await tf.loadLayersModel({
      load: async () => {
        const json = modelSchema.parse(JSON.parse(await readFile(path.join(folder, 'model.json'), 'utf8')));
        expect(json).to.have.property('format', 'layers-model');
        expect(json).to.have.nested.property('userDefinedMetadata.format', 'student/2');
        expect(json).to.have.deep.nested.property('userDefinedMetadata.features', table.names);
        return {
          modelTopology: json.modelTopology,
          weightSpecs: json.weightsManifest.flatMap(({ weights }) => weights),
          weightData: Uint8Array.from(await readFile(path.join(folder, 'weights.bin'))).buffer,
        };
      },
    });
    const { predictions } = await outputsOf(home, result.manifest);
    expect(new Set(predictions.split)).to.deep.equal(new Set(['validation', 'forward']));
    expect(new Set(predictions.symbol)).to.deep.equal(new Set(SYMBOLS));
    const bar = (Date.parse('2021-03-15') - Date.parse('2020-01-01')) / 86_400_000;
    for (const [index, symbol] of SYMBOLS.entries()) {
      const own = table.symbols[index];
      const predicted = tf.tidy(() => {
        const inputs = model.inputs.map(({ shape }, at) => {
          const name = model.inputNames[at];
          const width = shape.at(-1) ?? 0;
          const values =
            name === 'features' || name === 'relative' || name === 'ranks' || name === 'state'
              ? own?.[name]
              : undefined;
          return tf.tensor2d(values?.subarray(bar * width, (bar + 1) * width) ?? [], [1, width]);
        });
        const outputs = model.predict(inputs);
        return Array.isArray(outputs) ? outputs.map((output) => output.dataSync()[0] ?? NaN) : [];
      });
      const row = predictions.date.findIndex(
        (date, at) => date === '2021-03-15' && predictions.symbol[at] === symbol,
      );
      expect(predicted[0]).to.be.closeTo(predictions.probability[row] ?? NaN, 1e-6);
      expect(predicted[1]).to.be.closeTo(predictions.score[row] ?? NaN, 1e-6);
    }
    model.dispose();
  });

  it('keeps the inputs of a sample of its forward rows', async () => {
    const home = newHome();
    const result = await runTrainerJob(studentJob(await taught(home)), contextOf(home, table));
    const { read, predictions } = await outputsOf(home, result.manifest);
    const inputs = await decodeStudentInputs(await read('inputs'));
    expect(inputs.features.slice(0, 6)).to.deep.equal([
      ...table.names.map((name) => `features/${name}`),
      `relative/${table.names[0]}`,
    ]);
    const rows = sampledRows(COHORT.id, predictions, forwardRows(predictions));
    expect(rows).to.have.length(SAMPLED_ROWS);
    const width = WIDTHS.features;
    for (const [place, row] of rows.entries()) {
      const own = table.symbols.find(({ symbol }) => symbol === predictions.symbol[row]);
      expect(inputs.symbol[place]).to.equal(predictions.symbol[row]);
      expect(inputs.date[place]).to.equal(predictions.date[row]);
      const bar = (Date.parse(inputs.date[place] ?? '') - Date.parse('2020-01-01')) / 86_400_000;
      const from = place * inputs.features.length;
      expect([...inputs.values.subarray(from, from + width)]).to.deep.equal([
        ...(own?.features.subarray(bar * width, (bar + 1) * width) ?? []),
      ]);
    }
  });

  it('predicts the rows of its variants, of which it is one', async () => {
    const home = newHome();
    const wider = syntheticTable({ symbols: 12, bars: 520 });
    const result = await runTrainerJob(
      studentJob(await taught(home, 'run_a', wider)),
      contextOf(home, wider),
    );
    const { read, predictions, summary } = await outputsOf(home, result.manifest);
    const variants = await decodeVariants(await read('variants'));
    const rows = forwardRows(predictions);
    expect(variants.hard.probability).to.have.length(rows.length);
    const { candidate } = z.looseObject({ candidate: z.enum(['plain', 'reward']) }).parse(summary);
    expect(variants[candidate].probability).to.deep.equal(rows.map((row) => predictions.probability[row]));
    expect(variants[candidate].score).to.deep.equal(rows.map((row) => predictions.score[row]));
    expect(variants.plain.probability).to.not.deep.equal(variants.hard.probability);
  });

  it('is an ONNX model of the same bytes, whoever makes it', async () => {
    const home = newHome();
    const result = await runTrainerJob(studentJob(await taught(home)), contextOf(home, table));
    const { read } = await outputsOf(home, result.manifest);
    const network = readLayersNetwork('model.json', await read('model'), await read('weights'));
    expect(Buffer.from(layersToOnnx(network)).equals(await read('onnx'))).to.equal(true);
    const again = readOnnx('model.onnx', await read('onnx'));
    expect(again.outputs).to.deep.equal(['probability', 'score']);
    expect(again.inputs.map(({ name }) => name)).to.deep.equal(['features', 'relative', 'ranks', 'state']);
  });

  it('scores by the logit where too few symbols are ranked', async () => {
    const home = newHome();
    const few = syntheticTable({ symbols: 4, bars: 520 });
    const config = configOf();
    const prior = await runTrainerJob(priorJob({ config }), contextOf(home, few));
    const shard = await runTrainerJob(
      shardJob(prior.manifest, ['S000', 'S001'], { config, shard: 0 }),
      contextOf(home, few),
    );
    const own = { prior: prior.manifest, shards: [shard.manifest] };
    const result = await runTrainerJob(studentJob(own), contextOf(home, few));
    const { predictions } = await outputsOf(home, result.manifest);
    expect(predictions.score).to.deep.equal(predictions.probability.map(logitScore));
  });

  it('has the same bytes in every run, and after an interruption', async () => {
    const [home, other] = [newHome(), newHome()];
    const first = await runTrainerJob(studentJob(await taught(home)), contextOf(home, table));
    const job = studentJob(await taught(other, 'run_b'), { config: configOf('run_b') });
    const pace = stoppingPace(2);
    const stopped = await rejection(runTrainerJob(job, contextOf(other, table, { pace })), GurukulError);
    expect(stopped.type).to.equal('Cancelled');
    const second = await runTrainerJob(job, contextOf(other, table));
    expect(await digestsOf(other, second.manifest)).to.deep.equal(await digestsOf(home, first.manifest));
    expect((await runTrainerJob(job, contextOf(other, table))).reused).to.equal(true);
  });

  it('leaks no tensors', async () => {
    const home = newHome();
    const units = await taught(home);
    const before = tf.memory().numTensors;
    await runTrainerJob(studentJob(units), contextOf(home, table));
    expect(tf.memory().numTensors).to.equal(before);
  });

  it('needs teachers, and rejects predictions of other bars', async () => {
    const home = newHome();
    const units = await taught(home);
    const without = studentJob({ ...units, shards: [] });
    const none = await rejection(runTrainerJob(without, contextOf(home, table)), GurukulError);
    expect(none.type).to.equal('DataGap');
    const other = {
      ...table,
      symbols: table.symbols.map((symbol) => ({ ...symbol, time: symbol.time.map((t) => t + 1440) })),
    };
    const mismatch = await rejection(runTrainerJob(studentJob(units), contextOf(home, other)), GurukulError);
    expect(mismatch.type).to.equal('ChecksumMismatch');
    expect(mismatch.message).to.include('S000');
  });
});

function forwardRows({ split }: Predictions): number[] {
  return [...split.keys()].filter((row) => split[row] === 'forward');
}
