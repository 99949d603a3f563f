import { z } from 'zod';

import { GurukulError } from '../../data/errors.js';
import { MAX_FEATURES } from '../../data/predictions/student-inputs.js';
import { readLayersNetwork } from '../inference/layers-network.js';
import { problemsOf } from '../inference/problems.js';

/** What model.json of a student says about it. */
const metadataSchema = z.strictObject({
  features: z
    .array(z.string().regex(/^\w{1,64}$/))
    .min(1)
    .max(MAX_FEATURES),
});

/** A student's network, computed in double precision from its weights. */
export interface StudentNetwork {
  /** Names of the features, in the order of the inputs. */
  readonly features: readonly string[];
  /** Probability for one row of raw features. */
  readonly probability: (inputs: Float32Array) => number;
}

/**
 * Reads a student from its two files.
 *
 * @param file Path of model.json in the bundle, for messages.
 * @throws GurukulError BadSchema when they are not a model from raw features to a probability.
 */
export function readStudentNetwork(file: string, model: Uint8Array, weights: Uint8Array): StudentNetwork {
  const { inputs, outputs, layers, metadata, predict } = readLayersNetwork(file, model, weights);
  const refuse = (problem: string): GurukulError =>
    new GurukulError('BadSchema', `${file}: not the network of a student: ${problem}`);
  const parsed = metadataSchema.safeParse(metadata);
  if (!parsed.success) throw refuse(problemsOf(parsed.error));
  const { features } = parsed.data;
  const given = inputs.map(({ name, width }) => `${name} ${width}`).join();
  if (given !== `features ${features.length}`)
    throw refuse(`its inputs are ${given}; expected features ${features.length}`);
  const width = layers.find(({ name }) => name === 'probability')?.width;
  if (outputs.join() !== 'probability' || width !== 1)
    throw refuse(`its outputs are ${outputs.join(', ')}; expected one probability`);
  return {
    features,
    probability: (row) => predict({ features: row }, 1)['probability']?.[0] ?? NaN,
  };
}
