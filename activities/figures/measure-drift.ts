import { singlesOf } from '../../data/math/fill-columns.js';
import type { FeatureDrift } from '../../data/schemas/features.js';
import { dayOfMinutes } from '../../data/time/dates.js';
import type { FeatureTable } from '../market/feature-table.js';
import type { ProbedCohort } from '../market/probes/label-overlap.js';
import { windowRows } from '../market/splits/splits.js';
import { driftBetween } from './drift.js';

/** Maximum number of rows compared on each side, at equal steps: an intraday cohort has a million. */
export const MAX_DRIFT_ROWS = 20_000;

/** A cohort with fewer forward days is left out: differences over a few days are chance. */
export const MIN_FORWARD_DAYS = 20;

/** A row of the table. */
interface Place {
  readonly symbol: number;
  readonly row: number;
}

/**
 * Drift of each feature between the rows that the teachers were fitted on and the forward rows, per cohort, over
 * all its symbols together. Features of the market have one value per bar for all symbols, so they drift by
 * chance within half a year.
 *
 * @param cohorts In order of time. Those with few forward days are left out: the last one of a run has none.
 */
export function measureDrift(table: FeatureTable, cohorts: readonly ProbedCohort[]): FeatureDrift {
  const measured = cohorts.flatMap((cohort): FeatureDrift['cohorts'] => {
    const [train, forward] = rowsOf(table, cohort);
    if (train.length === 0 || daysOf(table, forward) < MIN_FORWARD_DAYS) return [];
    const some = { train: thinned(train), forward: thinned(forward) };
    const drifts = table.names.map((_, feature) =>
      driftBetween(columnOf(table, some.train, feature), columnOf(table, some.forward, feature)),
    );
    return [
      {
        cohort: cohort.id,
        trainRows: some.train.length,
        forwardRows: some.forward.length,
        psi: drifts.map(({ psi }) => psi),
        ks: drifts.map(({ ks }) => ks),
      },
    ];
  });
  return { features: [...table.names], cohorts: measured };
}

function rowsOf(table: FeatureTable, { symbols, split }: ProbedCohort): [Place[], Place[]] {
  const taught = new Set(symbols);
  const train: Place[] = [];
  const forward: Place[] = [];
  table.symbols.forEach((own, symbol) => {
    if (!taught.has(own.symbol)) return;
    const rows = windowRows(own, split);
    for (const row of rows.fit) train.push({ symbol, row });
    for (const row of rows.forward) forward.push({ symbol, row });
  });
  return [train, forward];
}

function daysOf({ symbols }: FeatureTable, places: readonly Place[]): number {
  return new Set(places.map(({ symbol, row }) => dayOfMinutes(symbols[symbol]?.time[row] ?? NaN))).size;
}

function thinned(places: Place[]): Place[] {
  const step = Math.ceil(places.length / MAX_DRIFT_ROWS);
  return step <= 1 ? places : places.filter((_, index) => index % step === 0);
}

function columnOf({ names, symbols }: FeatureTable, places: readonly Place[], feature: number): Float32Array {
  return singlesOf(
    places,
    ({ symbol, row }) => symbols[symbol]?.features[row * names.length + feature] ?? NaN,
  );
}
