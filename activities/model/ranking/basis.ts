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

/** Terms of a basis as columns: what {@link fillBasis} runs over. */
interface Plan {
  readonly kind: RankTerm['kind'];
  readonly column: number;
  /** Second column; −1 where there is none. */
  readonly by: number;
}

const plans = new WeakMap<RankBasis, readonly Plan[]>();

/** @throws RangeError when a term names a column that the table does not have. */
function planOf(basis: RankBasis): readonly Plan[] {
  const known = plans.get(basis);
  if (known !== undefined) return known;
  const place = (names: readonly string[], name: string): number => {
    const at = names.indexOf(name);
    if (at < 0) throw new RangeError(`there is no rank feature ${name}`);
    return at;
  };
  const plan = basis.terms.map((term): Plan => {
    const column = place(basis.rankNames, term.feature);
    if (term.kind === 'product') return { kind: term.kind, column, by: place(basis.rankNames, term.by) };
    if (term.kind === 'state') return { kind: term.kind, column, by: place(basis.stateNames, term.by) };
    return { kind: term.kind, column, by: -1 };
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
  const plan = planOf(basis);
  const [width, stateWidth] = [basis.rankNames.length, basis.stateNames.length];
  for (let at = 0; at < rows.length; at += 1) {
    const row = rows[at] ?? 0;
    const first = row * width;
    const firstState = row * stateWidth;
    const to = offset + at * stride;
    for (let term = 0; term < plan.length; term += 1) {
      const { kind, column, by } = plan[term] ?? NO_PLAN;
      const rank = ranks[first + column] ?? NaN;
      const second = kind === 'product' ? ranks[first + by] : kind === 'state' ? state[firstState + by] : 0;
      target[to + term] = valueOf(kind, rank, second ?? NaN);
    }
  }
}

const NO_PLAN: Plan = { kind: 'rank', column: -1, by: -1 };

function valueOf(kind: RankTerm['kind'], rank: number, second: number): number {
  switch (kind) {
    case 'rank':
      return rank;
    case 'product':
      return PRODUCT_FACTOR * rank * second;
    case 'state':
      // The state has no look-back yet at the start of the data.
      return Number.isFinite(second) ? rank * second : 0;
    case 'size':
      return rank === 0 ? 0 : SIZE_FACTOR * (Math.abs(rank) - MEAN_SIZE);
    case 'tail':
      return TAIL_FACTOR * Math.sign(rank) * Math.max(0, Math.abs(rank) - TAIL);
  }
}
