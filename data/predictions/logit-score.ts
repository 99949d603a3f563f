import { log } from '../math/log.js';

/** Keeps the logit of a probability that is rounded to 0 or 1 finite. */
const EPSILON = Number.EPSILON / 2;

/** The score of a model that has only a probability: its logit, which ranks as the probability does. */
export function logitScore(probability: number): number {
  const clipped = Math.min(Math.max(probability, EPSILON), 1 - EPSILON);
  return log(clipped / (1 - clipped));
}

/** A score that is as close as this to the logit is the logit. */
const SAME = 1e-9;

/** True for a score that is the logit of its probability: the model had too few symbols to rank, or no rank head. */
export function isLogitScore(score: number, probability: number): boolean {
  return Math.abs(score - logitScore(probability)) < SAME;
}
