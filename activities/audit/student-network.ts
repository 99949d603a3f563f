import { z } from 'zod';

import { GurukulError } from '../../data/errors.js';
import { MAX_FEATURES } from '../../data/predictions/student-inputs.js';
import { readLayersNetwork } from '../inference/layers-network.js';
import { problemsOf } from '../inference/problems.js';

const names = z.array(z.string().regex(/^\w{1,64}$/)).max(MAX_FEATURES);

/** What model.json of a student says about it. */
const metadataSchema = z.looseObject({
  format: z.literal('student/2'),
  features: names.min(1),
  relative: names,
  ranks: names,
  state: names,
});
/** Of earlier versions. */
const earlierSchema = z.strictObject({ features: names.min(1) });

/** Inputs of a student's network, in the order of its kept inputs. */
const INPUTS = ['features', 'relative', 'ranks', 'state'] as const;

/** A student's network, computed in double precision from its weights. */
export interface StudentNetwork {
  /** Names of the columns, in the order of a row: `INPUT/NAME`; of earlier versions the features' names. */
  readonly columns: readonly string[];
  /** Outputs for one row. Students of earlier versions have no score. */
  readonly predict: (row: Float32Array) => { readonly probability: number; readonly score?: number };
}

/**
 * Reads a student from its two files.
 *
 * @param file Path of model.json in the bundle, for messages.
 * @throws GurukulError BadSchema when they are not a model from the columns it names to a probability and a score.
 */
export function readStudentNetwork(file: string, model: Uint8Array, weights: Uint8Array): StudentNetwork {
  const { inputs, outputs, layers, metadata, predict } = readLayersNetwork(file, model, weights);
  const refuse = (problem: string): GurukulError =>
    new GurukulError('BadSchema', `${file}: not the network of a student: ${problem}`);
  const earlier = earlierSchema.safeParse(metadata).data;
  const parsed = metadataSchema.safeParse(metadata);
  if (earlier === undefined && !parsed.success) throw refuse(problemsOf(parsed.error));
  const own: Readonly<Record<string, readonly string[]>> = earlier ?? parsed.data ?? {};
  const wanted = INPUTS.flatMap((name) => {
    const columns = own[name] ?? [];
    return columns.length === 0 ? [] : [{ name, columns }];
  });
  const text = (all: readonly { readonly name: string; readonly width: number }[]): string =>
    all.map(({ name, width }) => `${name} ${width}`).join();
  const expected = text(wanted.map(({ name, columns }) => ({ name, width: columns.length })));
  if (text(inputs) !== expected) throw refuse(`its inputs are ${text(inputs)}; expected ${expected}`);
  const results = earlier === undefined ? 'probability,score' : 'probability';
  const widths = outputs.map((output) => layers.find(({ name }) => name === output)?.width);
  if (outputs.join() !== results || widths.some((width) => width !== 1))
    throw refuse(
      `its outputs are ${outputs.join(', ')}; expected ${earlier === undefined ? 'probability and score, one each' : 'one probability'}`,
    );
  return {
    columns: wanted.flatMap(({ name, columns }) =>
      earlier === undefined ? columns.map((column) => `${name}/${column}`) : columns,
    ),
    predict: (row) => {
      let from = 0;
      const given = wanted.map(({ name, columns }) => {
        from += columns.length;
        return [name, row.subarray(from - columns.length, from)] as const;
      });
      const { probability, score } = predict(Object.fromEntries(given), 1);
      return {
        probability: probability?.[0] ?? NaN,
        ...(score === undefined ? {} : { score: score[0] ?? NaN }),
      };
    },
  };
}
