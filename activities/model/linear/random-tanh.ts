import type { Random } from '../../../data/random.js';

/**
 * Random tanh features (random vector functional link; Pao, Park and Sobajic 1994): a hidden layer that is
 * drawn once and never trained, so that the weights after it follow from sums in closed form.
 *
 * The inputs are standardised features and a 1. Weights are normal with variance 1 / F and biases standard
 * normal, so that what goes into a tanh has a variance of about 2 whatever the number of features.
 *
 * @param features Number of features F, without the constant.
 * @returns Row-major [(F + 1) × units], the biases in the last row.
 */
export function randomTanhUnits(features: number, units: number, random: Random): Float32Array {
  const deviation = 1 / Math.sqrt(Math.max(1, features));
  const weights = new Float32Array((features + 1) * units);
  for (let at = 0; at < weights.length; at += 1)
    weights[at] = (at < features * units ? deviation : 1) * random.normal();
  return weights;
}
