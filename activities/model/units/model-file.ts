import path from 'node:path';

import { z } from 'zod';

import { GurukulError, errorMessage } from '../../../data/errors.js';
import type { FileRef } from '../../../data/schemas/file-ref.js';
import { canonicalJson } from '../../../data/store/digests.js';
import { readRef, writeRef } from '../../../data/store/file-refs.js';
import type { Home } from '../../../data/store/home.js';
import type { UnitManifest } from '../../../data/store/units.js';
import type { NamedArray } from './named-arrays.js';
import { packArrays, unpackArrays } from './named-arrays.js';

/**
 * Weights in the TensorFlow.js format: `model.json` with a weights manifest, and `weights.bin`. There is no
 * topology: these are not layers models. `format` names the model type.
 */
export interface Model {
  readonly format: string;
  readonly arrays: readonly NamedArray[];
  /** Describes the arrays, as JSON. */
  readonly metadata: unknown;
}

const WEIGHTS_FILE = 'weights.bin';

const modelSchema = z.looseObject({
  format: z.string(),
  modelTopology: z.null(),
  weightsManifest: z.tuple([
    z.strictObject({
      paths: z.tuple([z.literal(WEIGHTS_FILE)]),
      weights: z.array(
        z.strictObject({ name: z.string(), shape: z.array(z.number()), dtype: z.literal('float32') }),
      ),
    }),
  ]),
  userDefinedMetadata: z.unknown(),
});

/** Writes both files to a folder, for the roles `model` and `weights` of a unit. */
export async function writeModel(
  home: Home,
  directory: string,
  { format, arrays, metadata }: Model,
): Promise<{ model: FileRef; weights: FileRef }> {
  const { specs, bytes } = packArrays(arrays);
  const json = canonicalJson({
    format,
    generatedBy: 'gurukul',
    convertedBy: null,
    modelTopology: null,
    weightsManifest: [{ paths: [WEIGHTS_FILE], weights: specs }],
    userDefinedMetadata: metadata,
  });
  const [weights, model] = await Promise.all([
    writeRef(home, path.join(directory, WEIGHTS_FILE), bytes, arrays.length),
    writeRef(home, path.join(directory, 'model.json'), `${json}\n`, arrays.length),
  ]);
  return { model, weights };
}

/** The format of a unit's model; undefined where it has none, or the file is damaged. */
export async function modelFormat(home: Home, { outputs }: UnitManifest): Promise<string | undefined> {
  const { model } = outputs;
  if (model === undefined) return undefined;
  try {
    return modelSchema.parse(JSON.parse((await readRef(home, model)).toString('utf8'))).format;
  } catch (error) {
    if (error instanceof GurukulError) throw error;
    return undefined;
  }
}

/**
 * Reads the model of a unit.
 *
 * @throws GurukulError ChecksumMismatch when a file is missing, changed, or of another format.
 */
export async function readModel(home: Home, { outputs }: UnitManifest, format: string): Promise<Model> {
  const { model, weights } = outputs;
  if (model === undefined || weights === undefined)
    throw new GurukulError('ChecksumMismatch', 'the unit has no model files');
  const [json, bytes] = await Promise.all([readRef(home, model), readRef(home, weights)]);
  try {
    const parsed = modelSchema.parse(JSON.parse(json.toString('utf8')));
    if (parsed.format !== format) throw new Error(`its format is ${parsed.format}, not ${format}`);
    const [{ weights: specs }] = parsed.weightsManifest;
    return { format, arrays: unpackArrays(specs, bytes), metadata: parsed.userDefinedMetadata };
  } catch (error) {
    throw new GurukulError(
      'ChecksumMismatch',
      `${model.uri} is not a valid model file: ${errorMessage(error)}`,
      {
        cause: error,
      },
    );
  }
}
