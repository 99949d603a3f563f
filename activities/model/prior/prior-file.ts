import { z } from 'zod';

import type { Home } from '../../../data/store/home.js';
import type { UnitManifest } from '../../../data/store/units.js';
import type { Model } from '../units/model-file.js';
import { readModel } from '../units/model-file.js';
import type { NamedArray } from '../units/named-arrays.js';
import { arrayNamed } from '../units/named-arrays.js';
import { arraysToRankModel, rankMetadataSchema, rankModelToArrays } from '../ranking/rank-file.js';
import type { RankModel } from '../ranking/rank-model.js';
import type { Shape } from '../network/network.js';
import { joinParameters, splitParameters } from '../network/network.js';
import type { Calibration } from './calibration.js';
import type { PriorPhase } from '../choices/phase.js';
import type { PriorModel } from './fit-prior.js';
import type { Scaler } from '../rows/scaler.js';
import { CLIP } from '../rows/scaler.js';

export const PRIOR_FORMAT = 'gurukul-prior-4';

/** Symbols with a shift, by calibration. */
const symbolsSchema = z.strictObject({ select: z.array(z.string()), fit: z.array(z.string()) });

const metadataSchema = z.looseObject({
  features: z.array(z.string()),
  relativeColumns: z.array(z.number().int().nonnegative()),
  hidden: z.number().int().positive(),
  members: z.number().int().positive(),
  symbols: symbolsSchema,
  permutedSymbols: symbolsSchema.optional(),
  rank: rankMetadataSchema,
});

const ABOUT =
  `Features are standardised by scaler and clipped to ±${CLIP} standard deviations. scale = linear · ` +
  '(features, 1) + the mean output of an ensemble of networks (members networks of hidden tanh units each; their ' +
  'first layer is random, the outputs are fitted together with linear). ' +
  'Relative features are the features at relativeColumns minus their mean over the symbols at the same time, ' +
  'standardised by calibration/relative and clipped likewise. logit = weights · (relative features, scale ' +
  'standardised by calibration/scale, 1) + the shift of the symbol. The select calibration is fitted on ' +
  "labels resolved before the cohort's validation part, the fit calibration on labels resolved before its end.";

/** The models of a cohort's prior. */
export interface PriorModels {
  readonly trained: PriorModel;
  /** Of permuted targets; not of placebo bars. */
  readonly permuted?: PriorModel;
  /** What ranks. */
  readonly rank: RankModel;
}

/** @param table Names of the features in column order, and the columns with relative features. */
export function priorToModel(
  { trained, permuted, rank }: PriorModels,
  {
    names,
    relativeColumns,
  }: { readonly names: readonly string[]; readonly relativeColumns: readonly number[] },
): Model {
  const { hidden, members } = trained.scale.ensemble.shape;
  const symbolsOf = ({ select, fit }: PriorModel): z.input<typeof symbolsSchema> => ({
    select: [...select.shifts.keys()],
    fit: [...fit.shifts.keys()],
  });
  const { arrays, metadata } = rankModelToArrays(rank);
  return {
    format: PRIOR_FORMAT,
    arrays: [
      ...arraysOf(trained),
      ...(permuted === undefined ? [] : arraysOf(permuted).map(permutedArray)),
      ...arrays,
    ],
    metadata: {
      features: [...names],
      relativeColumns: [...relativeColumns],
      hidden,
      members,
      symbols: symbolsOf(trained),
      ...(permuted === undefined ? {} : { permutedSymbols: symbolsOf(permuted) }),
      rank: metadata,
      about: ABOUT,
    } satisfies z.input<typeof metadataSchema>,
  };
}

/** The models of a prior's file, and the columns that they are for. */
export interface CohortPriors extends PriorModels {
  readonly features: readonly string[];
  readonly relativeColumns: readonly number[];
}

/** The prior of a unit. @throws GurukulError ChecksumMismatch when it is missing or changed. */
export async function readPrior(home: Home, prior: UnitManifest): Promise<CohortPriors> {
  return modelToPrior(await readModel(home, prior, PRIOR_FORMAT));
}

/** @throws ZodError, RangeError when the model is not a prior. */
export function modelToPrior({ arrays, metadata }: Model): CohortPriors {
  const parsed = metadataSchema.parse(metadata);
  const { features, relativeColumns, hidden, members, symbols, permutedSymbols } = parsed;
  const shape: Shape = { features: features.length, hidden, members };
  const trained = modelOf(shape, symbols, (name) => arrayNamed(arrays, name).data);
  const rank = arraysToRankModel(arrays, parsed.rank);
  if (permutedSymbols === undefined) return { features, relativeColumns, trained, rank };
  const permuted = modelOf(shape, permutedSymbols, (name) => arrayNamed(arrays, PERMUTED + name).data);
  return { features, relativeColumns, trained, permuted, rank };
}

/** Before the name of an array of the model of permuted targets. */
const PERMUTED = 'permuted/';

function permutedArray(array: NamedArray): NamedArray {
  return { ...array, name: PERMUTED + array.name };
}

function arraysOf({ scale, scalers, select, fit }: PriorModel): NamedArray[] {
  return [
    ...scalerArrays('scaler', scale.scaler),
    vector('linear', scale.linear),
    ...splitParameters(scale.ensemble.shape, scale.ensemble.parameters),
    ...scalerArrays('calibration/relative', scalers.relative),
    ...scalerArrays('calibration/scale', scalers.scale),
    ...calibrationArrays('select', select),
    ...calibrationArrays('fit', fit),
  ];
}

function modelOf(
  shape: Shape,
  symbols: z.output<typeof symbolsSchema>,
  array: (name: string) => Float32Array,
): PriorModel {
  const scaler = (name: string, clip = CLIP): Scaler => ({
    clip,
    mean: array(`${name}/mean`),
    deviation: array(`${name}/deviation`),
  });
  const calibration = (phase: PriorPhase): Calibration => {
    const shifts = array(`${phase}/shifts`);
    return {
      weights: array(`${phase}/weights`),
      shifts: new Map(symbols[phase].map((symbol, place) => [symbol, shifts[place] ?? NaN])),
    };
  };
  return {
    scale: {
      scaler: scaler('scaler'),
      linear: array('linear'),
      ensemble: { shape, parameters: joinParameters(shape, array) },
    },
    scalers: { relative: scaler('calibration/relative'), scale: scaler('calibration/scale', Infinity) },
    select: calibration('select'),
    fit: calibration('fit'),
  };
}

function calibrationArrays(phase: PriorPhase, { weights, shifts }: Calibration): NamedArray[] {
  return [vector(`${phase}/weights`, weights), vector(`${phase}/shifts`, shifts.values())];
}

function scalerArrays(name: string, { mean, deviation }: Scaler): NamedArray[] {
  return [vector(`${name}/mean`, mean), vector(`${name}/deviation`, deviation)];
}

function vector(name: string, values: Iterable<number>): NamedArray {
  const data = Float32Array.from(values);
  return { name, shape: [data.length], data };
}
