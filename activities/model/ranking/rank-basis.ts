import type { RankBasis, RankTerm } from './basis.js';
import type { RankTable } from './rank-model.js';

/*
 * Short-term reversal is stronger where little is traded on news: it grows with volume (Campbell, Grossman & Wang,
 * 1993), with illiquidity (Avramov, Chordia & Goyal, 2006) and with idiosyncratic volatility, and it pays when the
 * market is volatile (Nagel, 2012). So returns of a few bars are multiplied by these conditions.
 */
const REVERSALS = [
  'sector_residual_1',
  'sector_residual_3',
  'sector_residual_5',
  'overnight_1',
  'intraday_1',
];
const CONDITIONS = [
  'volume_1_20',
  'turnover_5_60',
  'idiosyncratic_volatility_60',
  'amihud_20',
  'distance_high_252',
];

/** Features of which extreme values may mean something else than their rank says. */
const BENT = [
  'sector_residual_1',
  'sector_residual_3',
  'sector_residual_5',
  'market_residual_1',
  'market_residual_5',
  'market_residual_20',
  'overnight_1',
  'intraday_1',
  'momentum_12_1',
  'volume_1_20',
];

/**
 * What the weight of `factor_sum` is shrunk towards where there are hardly any rows: a few hundredths is what rank
 * correlations of a simple factor with the return are in the literature. Beside other weights of 0 its size matters
 * to nothing but the score's.
 */
export const PRIOR_WEIGHT = 0.03;

/**
 * The columns of the design: every rank itself, products of returns with conditions and with the market's state, and
 * size and tails of the main ranks. Terms of features that a table does not have are left out.
 */
export function rankBasis({ rankNames, stateNames }: Pick<RankTable, 'rankNames' | 'stateNames'>): RankBasis {
  const reversals = REVERSALS.filter((name) => rankNames.includes(name));
  const terms: RankTerm[] = [
    ...rankNames.map((feature) => ({ kind: 'rank' as const, feature })),
    ...reversals.flatMap((feature) =>
      CONDITIONS.filter((by) => rankNames.includes(by)).map((by) => ({
        kind: 'product' as const,
        feature,
        by,
      })),
    ),
    ...reversals.flatMap((feature) => stateNames.map((by) => ({ kind: 'state' as const, feature, by }))),
    ...BENT.filter((name) => rankNames.includes(name)).flatMap((feature): RankTerm[] => [
      { kind: 'size', feature },
      { kind: 'tail', feature },
    ]),
  ];
  return { rankNames, stateNames, terms };
}

/** The term of the factor sum; −1 where there is none. */
export function priorTerm({ terms }: Pick<RankBasis, 'terms'>): number {
  return terms.findIndex(({ kind, feature }) => kind === 'rank' && feature === 'factor_sum');
}
