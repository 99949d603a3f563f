import { integersOf, placesOf } from '../../../data/math/fill-columns.js';
import type { RankInputs } from './rank-model.js';

/** One column of a model's design, made from the ranks of a row. */
export type RankTerm =
  | { readonly kind: 'rank' | 'size' | 'tail'; readonly feature: string }
  /** `by` is another rank feature. */
  | { readonly kind: 'product'; readonly feature: string; readonly by: string }
  /** `by` is a column of the market's state. */
  | { readonly kind: 'state'; readonly feature: string; readonly by: string };

/** The columns of a model's design, and the columns of a table that they are made from. */
export interface RankBasis {
  readonly rankNames: readonly string[];
  readonly stateNames: readonly string[];
  readonly terms: readonly RankTerm[];
}

/** Beyond this a centred rank counts as extreme: the outer fifths. */
export const TAIL = 0.3;

/*
 * Factors that give every term the variance of a centred rank, 1/12, where ranks are uniform and independent: so one
 * ridge strength means the same for all.
 */
export const PRODUCT_FACTOR = Math.sqrt(12);
/** |r| has the variance 1/48. */
export const SIZE_FACTOR = 2;
/** sign(r)·max(0, |r| − 0.3) has the variance 2/3 · 0.2³. */
export const TAIL_FACTOR = Math.sqrt(1 / 12 / ((2 / 3) * 0.008));

/** Mean of |r| over uniform ranks. */
export const MEAN_SIZE = 0.25;

/** All terms of a kind as columns: what {@link fillBasis} runs over. */
interface Kind {
  readonly kind: RankTerm['kind'];
  /** Places of the terms in the basis. */
  readonly places: Int32Array;
  readonly columns: Int32Array;
  /** Second columns, of products and states. */
  readonly by: Int32Array;
}

const plans = new WeakMap<RankBasis, readonly Kind[]>();

/** @throws RangeError when a term names a column that the table does not have. */
function planOf(basis: RankBasis): readonly Kind[] {
  const known = plans.get(basis);
  if (known !== undefined) return known;
  const place = (names: readonly string[], name: string): number => {
    const at = names.indexOf(name);
    if (at < 0) throw new RangeError(`there is no rank feature ${name}`);
    return at;
  };
  const kinds = new Set(basis.terms.map(({ kind }) => kind));
  const plan = Array.from(kinds, (kind): Kind => {
    const places = placesOf(basis.terms).filter((term) => basis.terms[term]?.kind === kind);
    const own = basis.terms.filter((term) => term.kind === kind);
    return {
      kind,
      places,
      columns: integersOf(own, ({ feature }) => place(basis.rankNames, feature)),
      by: integersOf(own, (term) => {
        if (term.kind === 'product') return place(basis.rankNames, term.by);
        return term.kind === 'state' ? place(basis.stateNames, term.by) : -1;
      }),
    };
  });
  plans.set(basis, plan);
  return plan;
}

/**
 * Writes the terms of some rows. A rank that is unknown is 0, and so is every term made from it: it says nothing.
 *
 * @param rows Rows of the symbol.
 * @param target Row-major.
 * @param offset Index of the first value written.
 * @param stride Distance between the starts of consecutive rows in `target`: at least the number of terms.
 */
export function fillBasis(
  basis: RankBasis,
  { ranks, state }: RankInputs,
  rows: ArrayLike<number>,
  target: Float32Array,
  offset = 0,
  stride = basis.terms.length,
): void {
  const [width, stateWidth] = [basis.rankNames.length, basis.stateNames.length];
  for (const kind of planOf(basis))
    for (let at = 0; at < rows.length; at += 1) {
      const row = rows[at] ?? 0;
      fillKind(kind, ranks, row * width, state, row * stateWidth, target, offset + at * stride);
    }
}

/** Writes the terms of one row: see {@link fillBasis}. */
export function fillRow(
  basis: RankBasis,
  { ranks, state }: RankInputs,
  row: number,
  target: Float32Array,
  offset: number,
): void {
  const [first, firstState] = [row * basis.rankNames.length, row * basis.stateNames.length];
  for (const kind of planOf(basis)) fillKind(kind, ranks, first, state, firstState, target, offset);
}

/** Writes the terms of a kind for one row. A loop for each kind: a choice for every term takes several times as long. */
function fillKind(
  { kind, places, columns, by }: Kind,
  ranks: Float32Array,
  first: number,
  state: Float32Array,
  firstState: number,
  target: Float32Array,
  to: number,
): void {
  const count = places.length;
  switch (kind) {
    case 'rank':
      for (let at = 0; at < count; at += 1)
        target[to + (places[at] ?? -1)] = ranks[first + (columns[at] ?? -1)] ?? NaN;
      return;
    case 'product':
      for (let at = 0; at < count; at += 1) {
        const rank = ranks[first + (columns[at] ?? -1)] ?? NaN;
        target[to + (places[at] ?? -1)] = PRODUCT_FACTOR * rank * (ranks[first + (by[at] ?? -1)] ?? NaN);
      }
      return;
    case 'state':
      for (let at = 0; at < count; at += 1) {
        const value = state[firstState + (by[at] ?? -1)] ?? NaN;
        // The state has no look-back yet at the start of the data.
        const known = Number.isFinite(value) ? value : 0;
        target[to + (places[at] ?? -1)] = (ranks[first + (columns[at] ?? -1)] ?? NaN) * known;
      }
      return;
    case 'size':
      for (let at = 0; at < count; at += 1) {
        const rank = ranks[first + (columns[at] ?? -1)] ?? NaN;
        target[to + (places[at] ?? -1)] = rank === 0 ? 0 : SIZE_FACTOR * (Math.abs(rank) - MEAN_SIZE);
      }
      return;
    case 'tail':
      for (let at = 0; at < count; at += 1) {
        const rank = ranks[first + (columns[at] ?? -1)] ?? NaN;
        // Math.sign and Math.max take four times as long.
        target[to + (places[at] ?? -1)] =
          rank > TAIL ? TAIL_FACTOR * (rank - TAIL) : rank < -TAIL ? TAIL_FACTOR * (rank + TAIL) : 0 * rank;
      }
  }
}
