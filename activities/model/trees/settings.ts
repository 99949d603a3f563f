/** How trees are grown and added up. */
export interface TreeSettings {
  /** Trees, one a round. */
  readonly rounds: number;
  /** Share of a tree's values that is added: the learning rate. */
  readonly rate: number;
  /** Fewest rows of a node. */
  readonly minRows: number;
  /** L2 penalty of a node's value, in rows. */
  readonly ridge: number;
  /** Share of the dates that a round draws, without replacement. */
  readonly dateShare: number;
}

/**
 * Stated, not tuned. Depth 3 (`trees.ts`) gives interactions of up to three columns: between 4 and 8 leaves
 * work well, and more are seldom needed (Hastie, Tibshirani and Friedman 2009, 10.11). Rates of at most
 * 0.1 generalise better (Friedman 2001); so does drawing half of the rows a round (Friedman 2002), here of the
 * dates, because the rows of a date are not independent. 20 rounds take 1 − 0.9²⁰ = 88% of what the trees can fit;
 * on bars before 2022 neither more rounds nor more at a smaller rate were any better, and both cost in proportion. A
 * node of 100 rows has a mean whose standard error is a tenth of the target's deviation; with a ridge of as many rows
 * such a node moves half the way.
 */
export const TREE_SETTINGS: TreeSettings = {
  rounds: 20,
  rate: 0.1,
  minRows: 100,
  ridge: 100,
  dateShare: 0.5,
};
