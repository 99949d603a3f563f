import { z } from 'zod';

import type { Model } from './model-file.js';
import type { NamedArray } from './named-arrays.js';
import { arrayNamed } from './named-arrays.js';
import type { Shape } from './network.js';
import { joinParameters, splitParameters } from './network.js';
import type { PriorFit } from './prior-fit.js';
import type { Scaler } from './scaler.js';
import { CLIP } from './scaler.js';

export const PRIOR_FORMAT = 'gurukul-prior-3';

/** The two fits of a cohort's prior; each knows only labels resolved before what it is used on. */
export interface PriorModel {
  /** Fitted before the validation part: what windows adapt when their strength is chosen. */
  readonly select: PriorFit;
  /** Fitted before the forward part: what the teachers are made from. */
  readonly fit: PriorFit;
}

const metadataSchema = z.looseObject({
  features: z.array(z.string()),
  relativeColumns: z.array(z.number().int().nonnegative()),
  hidden: z.number().int().positive(),
  members: z.number().int().positive(),
  symbols: z.strictObject({ select: z.array(z.string()), fit: z.array(z.string()) }),
});

const ABOUT =
  'Features are standardised by scaler and clipped to 5 deviations. scale = linear weights · features + ' +
  'linear constant + the mean of the outputs of members networks side by side (hidden tanh units each). ' +
  'logit = curve intercept + slope · (scale − centre) / spread + relative intercept + relative weights · ' +
  '(features at relativeColumns less their mean over the symbols at the time, standardised by ' +
  'relative/scaler, clipped) + shift of the symbol.';

/** @param table Names of the features in column order, and which of them are relative. */
export function priorToModel(
  { select, fit }: PriorModel,
  {
    names,
    relativeColumns,
  }: { readonly names: readonly string[]; readonly relativeColumns: readonly number[] },
): Model {
  const { hidden, members } = fit.ensemble.shape;
  return {
    format: PRIOR_FORMAT,
    arrays: [...fitArrays('select', select), ...fitArrays('fit', fit)],
    metadata: {
      features: names,
      relativeColumns,
      hidden,
      members,
      symbols: { select: [...select.shifts.keys()], fit: [...fit.shifts.keys()] },
      about: ABOUT,
    },
  };
}

/** @throws ZodError, RangeError when the model is not a prior. */
export function modelToPrior({
  arrays,
  metadata,
}: Model): PriorModel & { readonly features: readonly string[] } {
  const { features, hidden, members, symbols } = metadataSchema.parse(metadata);
  const shape: Shape = { features: features.length, hidden, members };
  const read = (phase: 'select' | 'fit'): PriorFit => {
    const array = (name: string): Float32Array => arrayNamed(arrays, `${phase}/${name}`).data;
    const scaler = (name: string): Scaler => ({
      clip: CLIP,
      mean: array(`${name}/mean`),
      deviation: array(`${name}/deviation`),
    });
    const [centre = NaN, spread = NaN, intercept = NaN, slope = NaN] = array('curve');
    const shifts = array('shifts');
    return {
      scaler: scaler('scaler'),
      linear: array('linear'),
      ensemble: { shape, parameters: joinParameters(shape, array) },
      curve: { centre, spread, intercept, slope },
      relative: {
        scaler: scaler('relative/scaler'),
        intercept: array('relative/intercept')[0] ?? NaN,
        weights: array('relative/weights'),
      },
      shifts: new Map(symbols[phase].map((symbol, place) => [symbol, shifts[place] ?? NaN])),
    };
  };
  return { features, select: read('select'), fit: read('fit') };
}

function fitArrays(
  phase: string,
  { scaler, linear, ensemble, curve, relative, shifts }: PriorFit,
): NamedArray[] {
  const vector = (name: string, values: Iterable<number>): NamedArray => {
    const data = Float32Array.from(values);
    return { name, shape: [data.length], data };
  };
  return [
    ...splitParameters(ensemble.shape, ensemble.parameters),
    vector('scaler/mean', scaler.mean),
    vector('scaler/deviation', scaler.deviation),
    vector('linear', linear),
    vector('curve', [curve.centre, curve.spread, curve.intercept, curve.slope]),
    vector('relative/scaler/mean', relative.scaler.mean),
    vector('relative/scaler/deviation', relative.scaler.deviation),
    vector('relative/intercept', [relative.intercept]),
    vector('relative/weights', relative.weights),
    vector('shifts', shifts.values()),
  ].map((array) => ({ ...array, name: `${phase}/${array.name}` }));
}
