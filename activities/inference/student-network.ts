import { z } from 'zod';

import { GurukulError } from '../../data/errors.js';
import { MAX_FEATURES } from '../../data/predictions/student-inputs.js';
import type { LayersNetwork } from './layers-network.js';
import { readLayersNetwork } from './layers-network.js';
import { problemsOf } from './problems.js';

/** Inputs of a student's network, in the order of its columns. */
export const STUDENT_INPUTS = ['features', 'relative', 'ranks', 'state'] as const;
export type StudentInput = (typeof STUDENT_INPUTS)[number];

/** What model.json of a student says that it is. */
export const STUDENT_FORMAT = 'student/2';

/** Names of the columns of each input. */
export type StudentColumns = Readonly<Record<StudentInput, readonly string[]>>;

const names = z.array(z.string().regex(/^\w{1,64}$/)).max(MAX_FEATURES);

/** What model.json of a student says about it. */
const metadataSchema = z.looseObject({
  format: z.literal(STUDENT_FORMAT),
  features: names.min(1),
  relative: names,
  ranks: names,
  state: names,
});
/** Of earlier versions. */
const earlierSchema = z.strictObject({ features: names.min(1) });

/** A student's network, computed in double precision from its weights. */
export interface StudentNetwork {
  /** True for one of an earlier version, which has features alone and no score. */
  readonly earlier: boolean;
  readonly columns: StudentColumns;
  /** The layers that it is made of. */
  readonly layers: LayersNetwork;
  /**
   * @param inputs Row-major [rows × width] of each input that has columns.
   * @returns One number a row; NaN where an input that it depends on is not finite.
   */
  readonly predict: (
    inputs: Readonly<Partial<Record<StudentInput, Float32Array>>>,
    rows: number,
  ) => { readonly probability: Float64Array; readonly score?: Float64Array };
}

/**
 * Reads a student from its two files.
 *
 * @param file Path of model.json, for messages.
 * @throws GurukulError BadSchema when they are not a model from the columns it names to a probability and a score.
 */
export function readStudentNetwork(file: string, model: Uint8Array, weights: Uint8Array): StudentNetwork {
  const network = readLayersNetwork(file, model, weights);
  const { inputs, outputs, layers, metadata } = network;
  const refuse = (problem: string): GurukulError =>
    new GurukulError('BadSchema', `${file}: not the network of a student: ${problem}`);
  const first = earlierSchema.safeParse(metadata).data;
  const parsed = metadataSchema.safeParse(metadata);
  if (first === undefined && !parsed.success) throw refuse(problemsOf(parsed.error));
  const columns: StudentColumns = {
    features: [],
    relative: [],
    ranks: [],
    state: [],
    ...(first ?? parsed.data),
  };
  const expected = inputsText(columns);
  const found = inputs.map(({ name, width }) => `${name} ${width}`).join();
  if (found !== expected) throw refuse(`its inputs are ${found}; expected ${expected}`);
  const results = first === undefined ? 'probability,score' : 'probability';
  const widths = outputs.map((output) => layers.find(({ name }) => name === output)?.width);
  if (outputs.join() !== results || widths.some((width) => width !== 1))
    throw refuse(
      `its outputs are ${outputs.join(', ')}; expected ${first === undefined ? 'probability and score, one each' : 'one probability'}`,
    );
  return {
    earlier: first !== undefined,
    columns,
    layers: network,
    predict: (given, rows) => {
      const known: Record<string, Float32Array> = {};
      for (const name of STUDENT_INPUTS) if (given[name] !== undefined) known[name] = given[name];
      const { probability = new Float64Array(0), score } = network.predict(known, rows);
      return { probability, ...(score === undefined ? {} : { score }) };
    },
  };
}

/** Names of all columns of a row, input after input, as kept inputs have them: `features/gap`. */
export function columnNames(columns: StudentColumns): string[] {
  return STUDENT_INPUTS.flatMap((input) => columns[input].map((name) => `${input}/${name}`));
}

/** Inputs with columns, as `NAME WIDTH`, for comparison and messages. */
export function inputsText(columns: StudentColumns): string {
  return STUDENT_INPUTS.filter((name) => columns[name].length > 0)
    .map((name) => `${name} ${columns[name].length}`)
    .join();
}
