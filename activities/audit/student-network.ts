import { z } from 'zod';

import { GurukulError, errorMessage } from '../../data/errors.js';
import { exp } from '../../data/math/exp.js';
import { MAX_FEATURES } from '../../data/predictions/student-inputs.js';
import { canonicalJson } from '../../data/store/digests.js';

const zeros = z.strictObject({ class_name: z.literal('Zeros'), config: z.strictObject({}) });
const units = z.int().min(1).max(1024);

const layer = {
  activity_regularizer: z.null(),
  bias_constraint: z.null(),
  bias_initializer: zeros,
  bias_regularizer: z.null(),
  kernel_constraint: z.null(),
  kernel_initializer: zeros,
  kernel_regularizer: z.null(),
  trainable: z.literal(true),
  use_bias: z.literal(true),
};

const hiddenLayer = z.strictObject({
  class_name: z.literal('Dense'),
  config: z.strictObject({
    ...layer,
    name: z.literal('hidden'),
    activation: z.literal('tanh'),
    batch_input_shape: z.tuple([z.null(), z.int()]),
    dtype: z.literal('float32'),
    units,
  }),
});

const outputLayer = z.strictObject({
  class_name: z.literal('Dense'),
  config: z.strictObject({
    ...layer,
    name: z.literal('probability'),
    activation: z.literal('sigmoid'),
    units: z.literal(1),
  }),
});

const weights = <Name extends string>(name: Name) =>
  z.strictObject({ dtype: z.literal('float32'), name: z.literal(name), shape: z.array(z.int()) });

/** model.json of a student: this network and no other, since a verifier computes it without TensorFlow.js. */
const studentModelSchema = z.strictObject({
  format: z.literal('layers-model'),
  generatedBy: z.string().regex(/^TensorFlow\.js tfjs-layers v[\d.]+$/),
  convertedBy: z.null(),
  modelTopology: z.strictObject({
    backend: z.literal('tensor_flow.js'),
    class_name: z.literal('Sequential'),
    keras_version: z.string().regex(/^tfjs-layers [\d.]+$/),
    config: z.strictObject({ name: z.literal('student'), layers: z.tuple([hiddenLayer, outputLayer]) }),
  }),
  weightsManifest: z.tuple([
    z.strictObject({
      paths: z.tuple([z.literal('weights.bin')]),
      weights: z.tuple([
        weights('hidden/kernel'),
        weights('hidden/bias'),
        weights('probability/kernel'),
        weights('probability/bias'),
      ]),
    }),
  ]),
  userDefinedMetadata: z.strictObject({
    features: z
      .array(z.string().regex(/^\w{1,64}$/))
      .min(1)
      .max(MAX_FEATURES),
  }),
});

/** A student's network, computed in double precision from its weights. */
export interface StudentNetwork {
  /** Names of the features, in the order of the inputs. */
  readonly features: readonly string[];
  /** Probability for one row of raw features. */
  readonly probability: (inputs: Float32Array) => number;
}

/**
 * Reads a student from its two files: a dense layer with tanh, and one with a sigmoid, on raw features.
 *
 * @param file Path of model.json in the bundle, for messages.
 * @throws GurukulError BadSchema when model.json is not such a network in canonical JSON, or the weights have another
 * size or are not finite.
 */
export function readStudentNetwork(file: string, model: Uint8Array, weightBytes: Uint8Array): StudentNetwork {
  const { features, hidden } = parseModel(file, model);
  const width = features.length;
  const expected = 4 * (width * hidden + hidden + hidden + 1);
  const weightsFile = file.replace(/[^/]+$/, 'weights.bin');
  if (weightBytes.byteLength !== expected)
    throw new GurukulError(
      'BadSchema',
      `${weightsFile}: expected ${expected} bytes of weights, found ${weightBytes.byteLength}`,
    );
  const view = new DataView(weightBytes.buffer, weightBytes.byteOffset, weightBytes.byteLength);
  const all = Float64Array.from({ length: expected / 4 }, (_, i) => view.getFloat32(4 * i, true));
  if (!all.every(Number.isFinite))
    throw new GurukulError('BadSchema', `${weightsFile}: expected finite weights, found others`);
  const kernel = all.subarray(0, width * hidden);
  const bias = all.subarray(width * hidden, (width + 1) * hidden);
  const output = all.subarray((width + 1) * hidden, -1);
  const outputBias = all.at(-1) ?? NaN;
  return {
    features,
    probability: (inputs) => {
      let logit = outputBias;
      for (const [unit, start] of bias.entries()) {
        let sum = start;
        for (const [feature, input] of inputs.entries())
          sum += input * (kernel[feature * hidden + unit] ?? NaN);
        logit += (output[unit] ?? NaN) * tanh(sum);
      }
      return 1 / (1 + exp(-logit));
    },
  };
}

function parseModel(
  file: string,
  content: Uint8Array,
): { readonly features: readonly string[]; readonly hidden: number } {
  try {
    const text = Buffer.from(content).toString('utf8');
    const value: unknown = JSON.parse(text);
    if (`${canonicalJson(value)}\n` !== text) throw new Error('it is not canonical JSON');
    const { modelTopology, weightsManifest, userDefinedMetadata } = studentModelSchema.parse(value);
    const { features } = userDefinedMetadata;
    const [first] = modelTopology.config.layers;
    const hidden = first.config.units;
    const shapes = weightsManifest[0].weights.map(({ shape }) => shape.join('×')).join();
    const expected = `${features.length}×${hidden},${hidden},${hidden}×1,1`;
    if (shapes !== expected || first.config.batch_input_shape[1] !== features.length)
      throw new Error(`its shapes are ${shapes}; expected ${expected}`);
    return { features, hidden };
  } catch (error) {
    throw new GurukulError('BadSchema', `${file}: not the network of a student: ${errorMessage(error)}`, {
      cause: error,
    });
  }
}

function tanh(value: number): number {
  return 1 - 2 / (exp(2 * value) + 1);
}
