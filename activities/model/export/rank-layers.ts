import type { RankBasis, RankTerm } from '../ranking/basis.js';
import { MEAN_SIZE, PRODUCT_FACTOR, SIZE_FACTOR, TAIL, TAIL_FACTOR } from '../ranking/basis.js';
import type { tf } from '../tensorflow.js';
import type { WeighedColumns } from './layers.js';
import { clippedLayer, denseLayer, multipliedColumns, selectedColumns } from './layers.js';
import { STEP_SLOPE } from './tree-layers.js';

/** A term of the basis with its weight. */
interface WeighedTerm {
  readonly term: RankTerm;
  readonly weight: number;
}

/**
 * Σ weight · term of a rank model as layers.
 *
 * @param ranks Centred ranks [K].
 * @param columns Ranks, then state [K + S].
 * @param weights One per term of the basis.
 */
export function rankLayers(
  basis: RankBasis,
  ranks: tf.SymbolicTensor,
  columns: tf.SymbolicTensor,
  weights: ArrayLike<number>,
): WeighedColumns[] {
  const terms = basis.terms.map((term, at): WeighedTerm => ({ term, weight: weights[at] ?? NaN }));
  return [
    linearTerms(basis, ranks, terms),
    ...productTerms(basis, columns, terms),
    ...bentTerms(basis, ranks, terms),
  ];
}

function linearTerms(
  { rankNames }: RankBasis,
  ranks: tf.SymbolicTensor,
  terms: readonly WeighedTerm[],
): WeighedColumns {
  return { columns: ranks, weights: rankNames.map((name) => weightOf(terms, 'rank', name)) };
}

/** Products with other ranks and with the state: two layers that select the factors, and one that multiplies. */
function productTerms(
  { rankNames, stateNames }: RankBasis,
  columns: tf.SymbolicTensor,
  terms: readonly WeighedTerm[],
): WeighedColumns[] {
  const products = terms.flatMap(({ term, weight }) => {
    if (term.kind !== 'product' && term.kind !== 'state') return [];
    const by =
      term.kind === 'product' ? rankNames.indexOf(term.by) : rankNames.length + stateNames.indexOf(term.by);
    const factor = term.kind === 'product' ? PRODUCT_FACTOR : 1;
    return [{ feature: rankNames.indexOf(term.feature), by, weight: factor * weight }];
  });
  if (products.length === 0) return [];
  const select = (name: string, key: 'feature' | 'by'): tf.SymbolicTensor =>
    selectedColumns(
      name,
      columns,
      products.map((product) => product[key]),
    );
  return [
    {
      columns: multipliedColumns(
        'products',
        select('product_features', 'feature'),
        select('product_conditions', 'by'),
      ),
      weights: products.map(({ weight }) => weight),
    },
  ];
}

/**
 * Sizes and tails. With p = max(0, r) and n = max(0, −r): |r| = p + n, a tail is max(0, p − 0.3) − max(0, n − 0.3), and
 * min(1, slope · |r|) is 0 for a rank of 0 and 1 for any other.
 */
function bentTerms(
  { rankNames }: RankBasis,
  ranks: tf.SymbolicTensor,
  terms: readonly WeighedTerm[],
): WeighedColumns[] {
  const names = rankNames.filter((name) =>
    terms.some(({ term }) => term.feature === name && (term.kind === 'size' || term.kind === 'tail')),
  );
  const count = names.length;
  if (count === 0) return [];
  const sides = new Array<number>(2 * count).fill(0);
  const own = names.map((name) => rankNames.indexOf(name));
  const signed = denseLayer(
    'rank_sides',
    ranks,
    sides,
    (from, to) => (own[to % count] === from ? (to < count ? 1 : -1) : 0),
    'relu',
  );
  const known = clippedLayer(
    'rank_known',
    denseLayer(
      'rank_steps',
      signed,
      names.map(() => 0),
      (from, to) => (from % count === to ? STEP_SLOPE : 0),
    ),
    1,
  );
  const tails = denseLayer(
    'rank_tails',
    signed,
    sides.map(() => -TAIL),
    (from, to) => (from === to ? 1 : 0),
    'relu',
  );
  const sizeWeights = names.map((name) => SIZE_FACTOR * weightOf(terms, 'size', name));
  const tailWeights = names.map((name) => TAIL_FACTOR * weightOf(terms, 'tail', name));
  return [
    { columns: signed, weights: [...sizeWeights, ...sizeWeights] },
    { columns: known, weights: sizeWeights.map((weight) => -MEAN_SIZE * weight) },
    { columns: tails, weights: [...tailWeights, ...tailWeights.map((weight) => -weight)] },
  ];
}

/** The weight of the only term of this kind; 0 where there is none. */
function weightOf(terms: readonly WeighedTerm[], kind: 'rank' | 'size' | 'tail', feature: string): number {
  return terms.reduce(
    (sum, { term, weight }) => sum + (term.kind === kind && term.feature === feature ? weight : 0),
    0,
  );
}
