import { z } from 'zod';

import type { HeadBasis } from './head-basis.js';
import type { Model } from './model-file.js';
import type { NamedArray } from './named-arrays.js';
import { arrayNamed } from './named-arrays.js';
import { CLIP } from './scaler.js';
import { joinParameters, splitParameters } from './network.js';

export const PRIOR_FORMAT = 'gurukul-prior-1';

/** The two fits of a cohort's prior; each knows only labels resolved before what it is used on. */
export interface PriorModel {
  /** Fitted before the validation part: what windows adapt when their strength is chosen. */
  readonly select: HeadBasis;
  /** Fitted before the forward part: what the teachers are made from. */
  readonly fit: HeadBasis;
  /** Strengths of adaptation that a window may choose, weakest first, besides none. */
  readonly strengths: readonly number[];
}

const metadataSchema = z.looseObject({
  features: z.array(z.string()),
  widths: z.array(z.number().int().positive()),
  members: z.number().int().positive(),
  strengths: z.array(z.number().positive()),
});

/** @param features Names of the features in column order. */
export function priorToModel({ select, fit, strengths }: PriorModel, features: readonly string[]): Model {
  const { widths, members } = fit.ensemble;
  return {
    format: PRIOR_FORMAT,
    arrays: [...basisArrays('select', select), ...basisArrays('fit', fit)],
    metadata: {
      features,
      widths,
      members,
      strengths,
      about:
        'members networks side by side: tanh layers, one logit; their logits are averaged. Features are standardised by scaler and clipped to 5 deviations. head: centre and spread of the last hidden layer.',
    },
  };
}

/** @throws ZodError, RangeError when the model is not a prior. */
export function modelToPrior({
  arrays,
  metadata,
}: Model): PriorModel & { readonly features: readonly string[] } {
  const { features, widths, members, strengths } = metadataSchema.parse(metadata);
  const basis = (phase: string): HeadBasis => ({
    ensemble: {
      widths,
      members,
      parameters: joinParameters(widths, members, (name) => arrayNamed(arrays, `${phase}/${name}`).data),
      scaler: {
        clip: CLIP,
        mean: arrayNamed(arrays, `${phase}/scaler/mean`).data,
        deviation: arrayNamed(arrays, `${phase}/scaler/deviation`).data,
      },
    },
    centre: arrayNamed(arrays, `${phase}/head/centre`).data,
    spread: arrayNamed(arrays, `${phase}/head/spread`).data[0] ?? 1,
  });
  return { features, strengths, select: basis('select'), fit: basis('fit') };
}

function basisArrays(phase: string, { ensemble, centre, spread }: HeadBasis): NamedArray[] {
  const { widths, members, parameters, scaler } = ensemble;
  const vector = (name: string, data: Float32Array): NamedArray => ({ name, shape: [data.length], data });
  return [
    ...splitParameters(widths, members, parameters),
    vector('scaler/mean', scaler.mean),
    vector('scaler/deviation', scaler.deviation),
    vector('head/centre', centre),
    vector('head/spread', Float32Array.of(spread)),
  ].map((array) => ({ ...array, name: `${phase}/${array.name}` }));
}
