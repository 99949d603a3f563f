import { readStudentNetwork } from '../../../activities/inference/student-network.js';
import { rowLogLoss } from '../../../activities/stats/log-loss.js';
import { mean } from '../../../activities/stats/moments.js';
import { logitScore } from '../../../data/predictions/logit-score.js';
import { takeRows } from '../../../data/predictions/parquet.js';
import type { Predictions } from '../../../data/predictions/prediction.js';
import { encodeStudentInputs } from '../../../data/predictions/student-inputs.js';
import { encodeVariants } from '../../../data/predictions/student-variants.js';
import { sampledRows } from '../../../data/predictions/student-sample.js';
import { randomStream } from '../../../data/random.js';
import { canonicalJson } from '../../../data/store/digests.js';

const HIDDEN = 2;

/** A student that agrees with its files: its predictions are those of its network. */
export interface FixtureStudent {
  readonly model: string;
  readonly weights: Uint8Array;
  readonly predictions: Predictions;
  readonly inputs: Uint8Array;
  readonly variants: Uint8Array;
  readonly windows: string;
}

/** A student of these teachers on their forward rows: their logits, scaled and with noise. */
export function fixtureStudent(
  cohort: string,
  teachers: Predictions,
  features: readonly string[],
  agreement: number,
): FixtureStudent {
  const width = features.length;
  const model = modelJson(features);
  // The first unit is nearly linear in the first feature, and the second one adds nothing.
  const kernel = Array.from({ length: width * HIDDEN }, (_, i) => (i === 0 ? 0.05 : 0));
  const weights = new Uint8Array(Float32Array.from([...kernel, 0, 0, 20, 0, 0]).buffer);
  const network = readStudentNetwork('model.json', Buffer.from(model), weights);
  const random = randomStream([1, 'fixture', 'student']);

  const predicted = [...teachers.split.keys()].filter((row) => teachers.split[row] !== 'out_of_fold');
  const rows = takeRows(teachers, predicted);
  const inputs = rows.probability.map((p) =>
    Float32Array.from({ length: width }, (_, feature) =>
      feature === 0 ? agreement * Math.log(p / (1 - p)) + 0.1 * random.normal() : random.normal(),
    ),
  );
  const probability = inputs.map((input) =>
    Math.fround(network.predict({ features: input }, 1).probability[0] ?? NaN),
  );
  const predictions: Predictions = {
    ...rows,
    model: rows.model.map(() => 'student'),
    probability,
    score: probability.map(logitScore),
  };
  const forward = [...rows.split.keys()].filter((row) => rows.split[row] === 'forward');
  const sampled = sampledRows(cohort, predictions, forward);
  const plain = {
    probability: forward.map((row) => probability[row] ?? NaN),
    score: forward.map((row) => predictions.score[row] ?? NaN),
  };
  const other = { ...plain, probability: plain.probability.map((value) => 0.9 * value + 0.03) };
  return {
    model,
    weights,
    predictions,
    inputs: encodeStudentInputs({
      symbol: sampled.map((row) => predictions.symbol[row] ?? ''),
      date: sampled.map((row) => predictions.date[row] ?? ''),
      split: sampled.map((row) => predictions.split[row] ?? ''),
      features,
      values: Float32Array.from(sampled.flatMap((row) => [...(inputs[row] ?? [])])),
    }),
    variants: encodeVariants({ plain, reward: other, hard: other }),
    windows: windowLines(takeRows(predictions, forward), new Set(teachers.window)),
  };
}

function windowLines({ window, symbol, probability, label }: Predictions, windows: Set<string>): string {
  return [...windows]
    .map((name) => {
      const rows = [...window.keys()].filter((row) => window[row] === name);
      const losses = rows.map((row) => rowLogLoss(probability[row] ?? NaN, label[row] ?? NaN, 1e-7));
      const line = {
        symbol: symbol[rows[0] ?? -1] ?? '',
        window: name,
        status: 'succeeded',
        error: null,
        message: null,
        rows: { fit: 90, forward: rows.length },
        fidelity: { kl: 0.001, meanAbsoluteDifference: 0.01 },
        logLoss: { forward: mean(losses) },
      };
      return `${canonicalJson(line)}\n`;
    })
    .join('');
}

/** As TensorFlow.js writes it. */
function modelJson(features: readonly string[]): string {
  const zeros = { class_name: 'Zeros', config: {} };
  const dense = (config: Readonly<Record<string, unknown>>): unknown => ({
    class_name: 'Dense',
    config: {
      ...config,
      activity_regularizer: null,
      bias_constraint: null,
      bias_initializer: zeros,
      bias_regularizer: null,
      kernel_constraint: null,
      kernel_initializer: zeros,
      kernel_regularizer: null,
      trainable: true,
      use_bias: true,
    },
  });
  const spec = (name: string, shape: readonly number[]): unknown => ({ dtype: 'float32', name, shape });
  const model = {
    format: 'layers-model',
    generatedBy: 'TensorFlow.js tfjs-layers v4.22.0',
    convertedBy: null,
    modelTopology: {
      backend: 'tensor_flow.js',
      class_name: 'Sequential',
      keras_version: 'tfjs-layers 4.22.0',
      config: {
        name: 'student',
        layers: [
          dense({
            name: 'hidden',
            activation: 'tanh',
            batch_input_shape: [null, features.length],
            dtype: 'float32',
            units: HIDDEN,
          }),
          dense({ name: 'probability', activation: 'sigmoid', units: 1 }),
        ],
      },
    },
    weightsManifest: [
      {
        paths: ['weights.bin'],
        weights: [
          spec('hidden/kernel', [features.length, HIDDEN]),
          spec('hidden/bias', [HIDDEN]),
          spec('probability/kernel', [HIDDEN, 1]),
          spec('probability/bias', [1]),
        ],
      },
    ],
    userDefinedMetadata: { features },
  };
  return `${canonicalJson(model)}\n`;
}
