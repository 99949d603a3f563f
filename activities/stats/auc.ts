import { ascendingOrder } from './order.js';

/** Rows sorted by score. */
export interface ScoreOrder {
  /** Rows in ascending order of their score. */
  readonly row: Int32Array;
  /** For each place, where its group of equal scores ends (exclusive). */
  readonly tieEnd: Int32Array;
}

/** Sorts rows by score once: each weighted AUC over them is linear then. */
export function orderScores(score: Float64Array): ScoreOrder {
  const row = ascendingOrder(score);
  return { row, tieEnd: tieEnds(row, score) };
}

/** For each place, where its group of equal scores ends. @param row Rows in ascending order of their score. */
export function tieEnds(row: Int32Array, score: Float64Array): Int32Array {
  const ends = new Int32Array(row.length);
  for (let place = row.length - 1; place >= 0; place -= 1) {
    const tied = place + 1 < row.length && score[row[place] ?? 0] === score[row[place + 1] ?? 0];
    ends[place] = tied ? (ends[place + 1] ?? 0) : place + 1;
  }
  return ends;
}

/** Rows by score, with all that a weighted AUC needs of them side by side. */
export interface OrderedLabels {
  /** By place in the order of scores: 4 · group + 2 where the next score is equal + label. */
  readonly cells: Int32Array;
}

/** @param group Index into a list of weights for each row; without it, each row counts once. */
export function orderLabels(
  { row, tieEnd }: ScoreOrder,
  label: Uint8Array,
  group?: Int32Array,
): OrderedLabels {
  const cells = new Int32Array(row.length);
  for (let place = 0; place < row.length; place += 1) {
    const own = row[place] ?? 0;
    const tied = (tieEnd[place] ?? 0) > place + 1 ? 2 : 0;
    cells[place] = 4 * (group?.[own] ?? 0) + tied + (label[own] === 1 ? 1 : 0);
  }
  return { cells };
}

/** Pairs of a row with label 1 and a row with label 0: their number, and how many the row with label 1 wins. */
interface ComparedPairs {
  readonly pairs: number;
  /** Ties count half. */
  readonly wins: number;
}

/**
 * Compares the scores of every row with label 1 and every row with label 0. All sums are multiples of a half, so exact.
 *
 * @param weight Weight of the rows of a group.
 */
function comparePairs({ cells }: OrderedLabels, weight?: Int32Array): ComparedPairs {
  let negativesBelow = 0;
  let positives = 0;
  let wins = 0;
  let tiedPositives = 0;
  let tiedNegatives = 0;
  for (let place = 0; place < cells.length; place += 1) {
    const cell = cells[place] ?? 0;
    const count = weight === undefined ? 1 : (weight[cell >> 2] ?? 0);
    if ((cell & 1) === 1) tiedPositives += count;
    else tiedNegatives += count;
    if ((cell & 2) === 2) continue;
    wins += tiedPositives * (negativesBelow + tiedNegatives / 2);
    negativesBelow += tiedNegatives;
    positives += tiedPositives;
    tiedPositives = 0;
    tiedNegatives = 0;
  }
  return { pairs: positives * negativesBelow, wins };
}

/**
 * Area under the ROC curve, as the Mann–Whitney statistic: the probability that a random row with label 1 scores
 * above a random row with label 0; ties count half (Hanley & McNeil, 1982).
 *
 * @param group Index into `weight` for each row; without it, each row counts once.
 * @param weight Weight of the rows of a group.
 * @returns Null when there are no rows with one of the labels.
 */
export function areaUnderRoc(
  order: ScoreOrder,
  label: Uint8Array,
  group?: Int32Array,
  weight?: Int32Array,
): number | null {
  return stratifiedAuc([orderLabels(order, label, group)], group === undefined ? undefined : weight);
}

/**
 * Area under the ROC curve of rows that are compared only inside their stratum: the probability that the row with
 * label 1 scores above the row with label 0, over all such pairs (van Elteren's weighting, 1960).
 *
 * Scores of models that were fitted again and again on a growing past must not be compared with each other. A past
 * with many ones raises the next model's scores: its rows with label 0 then win against those very ones. So the AUC
 * of worthless models, pooled over cohorts, is below 0.5 on average (Forman & Scholz, 2010); inside each cohort it is 0.5.
 *
 * @returns Null when no stratum has rows with both labels.
 */
export function stratifiedAuc(strata: readonly OrderedLabels[], weight?: Int32Array): number | null {
  let [pairs, wins] = [0, 0];
  for (const stratum of strata) {
    const compared = comparePairs(stratum, weight);
    pairs += compared.pairs;
    wins += compared.wins;
  }
  return pairs === 0 ? null : wins / pairs;
}

/** Replicates whose sums are kept side by side: few enough that the weights of all groups stay in the processor's cache. */
const BATCH = 64;

/**
 * {@link stratifiedAuc} for many lists of weights at once. A row's label and its place among the scores are looked at
 * once for a whole batch of replicates, and each of them then takes an addition and a product. All sums are multiples of
 * a half, so they are exact, and the figures those of one list after another, bit for bit.
 *
 * @param weights How often each group counts, by replicate; all of one length.
 */
export function aucReplicates(
  strata: readonly OrderedLabels[],
  weights: readonly Int32Array[],
): (number | null)[] {
  const figures: (number | null)[] = [];
  for (let from = 0; from < weights.length; from += BATCH) {
    const some = weights.slice(from, from + BATCH);
    const weightOf = transposed(some);
    const sums = { pairs: new Float64Array(some.length), wins: new Float64Array(some.length) };
    for (const stratum of strata) addPairs(stratum, weightOf, sums);
    for (let at = 0; at < some.length; at += 1) {
      const pairs = sums.pairs[at] ?? 0;
      figures.push(pairs === 0 ? null : (sums.wins[at] ?? 0) / pairs);
    }
  }
  return figures;
}

/** By group, then by replicate. */
function transposed(weights: readonly Int32Array[]): Int32Array {
  const groups = weights[0]?.length ?? 0;
  const values = new Int32Array(groups * weights.length);
  for (const [replicate, weight] of weights.entries())
    for (let group = 0; group < groups; group += 1)
      values[group * weights.length + replicate] = weight[group] ?? 0;
  return values;
}

/** What {@link comparePairs} does, for a batch. @param weightOf By group, then by replicate. */
function addPairs(
  { cells }: OrderedLabels,
  weightOf: Int32Array,
  sums: { readonly pairs: Float64Array; readonly wins: Float64Array },
): void {
  const { pairs, wins } = sums;
  const count = wins.length;
  const [below, positives] = [new Float64Array(count), new Float64Array(count)];
  const tied = { positives: new Float64Array(count), negatives: new Float64Array(count) };
  let open = false;
  for (let place = 0; place < cells.length; place += 1) {
    const cell = cells[place] ?? 0;
    // Stays a small integer, as indices should: a product of numbers may be one of the others.
    const from = Math.imul(cell >> 2, count);
    const isPositive = (cell & 1) === 1;
    const isTied = (cell & 2) === 2;
    if (!open && !isTied) {
      // A score that no other row has: most rows.
      if (isPositive)
        for (let at = 0; at < count; at += 1) {
          const weight = weightOf[from + at] ?? 0;
          wins[at] = (wins[at] ?? 0) + weight * (below[at] ?? 0);
          positives[at] = (positives[at] ?? 0) + weight;
        }
      else for (let at = 0; at < count; at += 1) below[at] = (below[at] ?? 0) + (weightOf[from + at] ?? 0);
      continue;
    }
    const own = isPositive ? tied.positives : tied.negatives;
    for (let at = 0; at < count; at += 1) own[at] = (own[at] ?? 0) + (weightOf[from + at] ?? 0);
    open = isTied;
    if (isTied) continue;
    for (let at = 0; at < count; at += 1) {
      const [ones, zeros] = [tied.positives[at] ?? 0, tied.negatives[at] ?? 0];
      wins[at] = (wins[at] ?? 0) + ones * ((below[at] ?? 0) + zeros / 2);
      below[at] = (below[at] ?? 0) + zeros;
      positives[at] = (positives[at] ?? 0) + ones;
    }
    tied.positives.fill(0);
    tied.negatives.fill(0);
  }
  for (let at = 0; at < count; at += 1)
    pairs[at] = (pairs[at] ?? 0) + (positives[at] ?? 0) * (below[at] ?? 0);
}
