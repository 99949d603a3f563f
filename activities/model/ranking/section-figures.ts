import { MIN_RANKED_SYMBOLS } from '../../stats/neutral.js';

/** Horizons by which candidates are judged: 1 and 5 bars, as indices into OUTCOME_HORIZONS. */
export const JUDGED = [0, 1] as const;

/** The known targets of one horizon among the rows of one time. */
export interface SectionTarget {
  /** Places of the symbols, from 0. */
  readonly places: Int32Array;
  /** Minus their mean, by place. */
  readonly centred: Float64Array;
  readonly squares: number;
}

/**
 * The targets of a time that are known before the validation part; undefined where there are fewer than five or all
 * are equal.
 *
 * @param target By place of the symbol: NaN where it is not known.
 */
export function sectionTarget(target: Float64Array): SectionTarget | undefined {
  const places = Int32Array.from(target.keys()).filter((place) => !Number.isNaN(target[place]));
  if (places.length < MIN_RANKED_SYMBOLS) return undefined;
  let sum = 0;
  for (const place of places) sum += target[place] ?? NaN;
  const centred = Float64Array.from(places, (place) => (target[place] ?? NaN) - sum / places.length);
  let squares = 0;
  for (const value of centred) squares += value * value;
  return squares > 0 ? { places, centred, squares } : undefined;
}

/** A spread below this share of the scores' size is rounding error: float32 scores have seven digits. */
const CONSTANT = 1e-12;

/** Correlation of the scores of a time with a target: NaN where all scores are equal. */
export function sectionCorrelation(
  scores: Float64Array,
  { places, centred, squares }: SectionTarget,
): number {
  let [sum, own, products] = [0, 0, 0];
  for (let at = 0; at < places.length; at += 1) {
    const score = scores[places[at] ?? -1] ?? NaN;
    sum += score;
    own += score * score;
    products += score * (centred[at] ?? NaN);
  }
  const spread = own - (sum * sum) / places.length;
  return spread > CONSTANT * own ? products / Math.sqrt(spread * squares) : NaN;
}
