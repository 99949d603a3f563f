import type { PriorPhase } from '../choices/phase.js';
import type { PriorModel } from '../prior/fit-prior.js';
import type { RankModel } from '../ranking/rank-model.js';
import type { TeacherDepartures } from '../teachers/teacher-departures.js';
import { tf } from '../tensorflow.js';
import { inputLayer } from './layers.js';
import { probabilityLayers } from './probability-layers.js';
import { scoreLayers } from './score-layers.js';

/** A window's teacher: what it starts from, and how it departs from that. */
export interface Teacher {
  readonly symbol: string;
  readonly prior: PriorModel;
  readonly rank: RankModel;
  readonly departures: TeacherDepartures;
}

/** Inputs and outputs of the layers model, in order. An input without columns is left out. */
export const TEACHER_INPUTS = ['features', 'relative', 'ranks', 'state', 'explained'] as const;
export const TEACHER_OUTPUTS = ['probability', 'score'] as const;

/**
 * A window's teacher as one TensorFlow.js layers model of built-in layers, prior and adaptation folded in. Its outputs
 * are those of the trainer up to rounding, for any finite inputs. The caller disposes of it.
 *
 * @param phase The fit that predicted: `fit` for rows after the window.
 */
export function teacherLayers(
  { symbol, prior, rank, departures }: Teacher,
  phase: PriorPhase = 'fit',
): tf.LayersModel {
  const { rankNames, stateNames } = rank.basis;
  const optional = (name: 'relative' | 'state', width: number): tf.SymbolicTensor | undefined =>
    width === 0 ? undefined : inputLayer(name, width);
  const features = inputLayer('features', prior.scale.scaler.mean.length);
  const relative = optional('relative', prior.scalers.relative.mean.length);
  const ranks = inputLayer('ranks', rankNames.length);
  const state = optional('state', stateNames.length);
  const explained = inputLayer('explained', 1);
  return tf.model({
    name: 'teacher',
    inputs: [features, relative, ranks, state, explained].flatMap((input) => input ?? []),
    outputs: [
      probabilityLayers(features, relative, prior, phase, symbol, departures.probability),
      scoreLayers(ranks, state, explained, rank, phase, departures.score),
    ],
  });
}
