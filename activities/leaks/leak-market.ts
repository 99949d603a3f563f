import type { BarSeries } from '../../data/bars/series.js';
import { OUTCOME_HORIZONS } from '../../data/predictions/outcome-horizons.js';
import type { TrainingConfig } from '../../data/schemas/training-config.js';
import { cohortDates } from '../../data/schemas/training-config.js';
import type { BarSlots } from '../market/bar-slots.js';
import type { FeatureTable, SymbolTable } from '../market/feature-table.js';
import { buildFeatureTable } from '../market/features/build-feature-table.js';
import type { Membership } from '../market/membership.js';
import type { Sectors } from '../market/sectors.js';
import type { CohortSplit } from '../market/splits/splits.js';
import { cohortBounds } from '../market/splits/splits.js';

/** Bars held of the returns that scores are compared with. */
export const LEAK_BARS = 5;
/** Its place among the horizons of outcomes. */
export const LEAK_HORIZON = OUTCOME_HORIZONS.indexOf(LEAK_BARS);

/** What is chosen about the experiments, as in a run. */
export type LeakConfig = Omit<TrainingConfig, 'runId' | 'from'>;

/** Bars of a universe, and the cohorts planned on them. */
export interface LeakBars {
  /** Adjusted, before the end of the data. */
  readonly series: readonly BarSeries[];
  readonly slots: BarSlots;
  readonly membership: Membership;
  readonly sectors: Sectors;
  /** Trainable windows by the id of their cohort. */
  readonly cohorts: readonly { readonly id: string; readonly symbols: readonly string[] }[];
}

export interface LeakCohort {
  readonly id: string;
  readonly split: CohortSplit;
  /** Of its windows. */
  readonly tables: readonly SymbolTable[];
}

/** Everything that an experiment needs. */
export interface LeakMarket {
  readonly config: LeakConfig;
  readonly table: FeatureTable;
  readonly series: ReadonlyMap<string, BarSeries>;
  /** In order of time. */
  readonly cohorts: readonly LeakCohort[];
}

/** The features and labels of a universe, and its cohorts with at least one window. */
export function leakMarket(bars: LeakBars, config: LeakConfig): LeakMarket {
  const table = buildFeatureTable(bars.series, config, bars);
  return {
    config,
    table,
    series: new Map(bars.series.map((series) => [series.symbol, series])),
    cohorts: bars.cohorts
      .filter(({ symbols }) => symbols.length > 0)
      .map(({ id, symbols }) => ({
        id,
        split: cohortBounds(table, cohortDates(id), config),
        tables: table.symbols.filter(({ symbol }) => symbols.includes(symbol)),
      })),
  };
}
