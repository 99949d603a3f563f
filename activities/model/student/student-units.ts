import { randomStream } from '../../../data/random.js';
import type { StudentInput } from '../../inference/student-network.js';
import type { FeatureTable } from '../../market/feature-table.js';
import { randomTanhUnits } from '../linear/random-tanh.js';
import { TAIL } from '../ranking/basis.js';
import { rankBasis } from '../ranking/rank-basis.js';

/**
 * What a student computes from its inputs before its two sums: fixed before anything is learnt, so that every student
 * of a cohort follows from the same sums in closed form.
 */
export interface StudentUnits {
  /** Numbers of columns of each input. */
  readonly widths: Readonly<Record<StudentInput, number>>;
  /** Random tanh units on standardised features and relative features, row-major [(F + R + 1) × U], biases last. */
  readonly features: Float32Array;
  /** The same on ranks [(K + 1) × U]. */
  readonly ranks: Float32Array;
  readonly hinges: readonly Hinge[];
  readonly products: readonly Product[];
}

/** max(0, sign · rank − threshold). */
export interface Hinge {
  /** Column of the ranks. */
  readonly rank: number;
  readonly sign: 1 | -1;
  readonly threshold: number;
}

/** A rank times a column of the ranks and the state. */
export interface Product {
  readonly rank: number;
  /** Column of the ranks, then the state. */
  readonly by: number;
}

/** Of each kind: about half a column for each input. */
export const STUDENT_TANH_UNITS = 48;

/** The standard deviation of a centred rank is 1 / √12. */
const RANK_SCALE = Math.sqrt(12);

/** The hinges and products are those of the teachers' basis: see {@link rankBasis}. @param seed Key of the random streams. */
export function studentUnits(
  table: Pick<FeatureTable, 'names' | 'relativeColumns' | 'rankNames' | 'stateNames'>,
  seed: readonly (string | number)[],
): StudentUnits {
  const { rankNames, stateNames } = table;
  const { terms } = rankBasis(table);
  const widths = {
    features: table.names.length,
    relative: table.relativeColumns.length,
    ranks: rankNames.length,
    state: stateNames.length,
  };
  const ranks = randomTanhUnits(widths.ranks, STUDENT_TANH_UNITS, randomStream([...seed, 'ranks']));
  const weights = widths.ranks * STUDENT_TANH_UNITS;
  return {
    widths,
    features: randomTanhUnits(
      widths.features + widths.relative,
      STUDENT_TANH_UNITS,
      randomStream([...seed, 'features']),
    ),
    ranks: ranks.map((weight, at) => (at < weights ? RANK_SCALE * weight : weight)),
    hinges: terms.flatMap(({ kind, feature }): Hinge[] => {
      if (kind !== 'tail') return [];
      const rank = rankNames.indexOf(feature);
      return [
        { rank, sign: 1, threshold: 0 },
        { rank, sign: 1, threshold: TAIL },
        { rank, sign: -1, threshold: TAIL },
      ];
    }),
    products: terms.flatMap((term): Product[] => {
      if (term.kind !== 'product' && term.kind !== 'state') return [];
      const by =
        term.kind === 'product' ? rankNames.indexOf(term.by) : rankNames.length + stateNames.indexOf(term.by);
      return [{ rank: rankNames.indexOf(term.feature), by }];
    }),
  };
}
