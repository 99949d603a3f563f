import type { FeatureDrift, FeatureFigures, FeatureImportance } from '../../data/schemas/features.js';
import { mean, standardDeviation } from '../stats/moments.js';
import { cohortOf, distinct } from './cohorts.js';

/** Importance and drift of the features, which do not follow from the predictions. */
export interface FeatureInputs {
  readonly importance: FeatureImportance;
  readonly drift: FeatureDrift;
}

/** Importance is stored in millionths of a nat. */
const MILLION = 1e6;

/** Importance and drift of every feature over all windows and cohorts, the most important first. */
export function featureFigures({ importance, drift }: FeatureInputs): FeatureFigures[] {
  const names = distinct([...importance.features, ...drift.features]);
  const figures = names.map((feature) => ({
    feature,
    importance: importanceOf(importance, importance.features.indexOf(feature)),
    drift: driftOf(drift, drift.features.indexOf(feature)),
  }));
  const rank = ({ importance: { lossRise } }: (typeof figures)[number]): number => lossRise ?? -Infinity;
  // Names are sorted, and this sort is stable.
  return figures.sort((a, b) => (rank(a) === rank(b) ? 0 : rank(b) - rank(a)));
}

function importanceOf({ windows }: FeatureImportance, place: number): FeatureFigures['importance'] {
  const byCohort = new Map<string, number[]>();
  const all: number[] = [];
  for (const { window, losses } of windows) {
    const rise = losses[place];
    if (rise === undefined) continue;
    all.push(rise);
    const cohort = cohortOf(window);
    const known = byCohort.get(cohort);
    if (known === undefined) byCohort.set(cohort, [rise]);
    else known.push(rise);
  }
  const cohorts = [...byCohort.keys()].sort().map((cohort) => mean(byCohort.get(cohort) ?? []) ?? 0);
  const spread = standardDeviation(Float64Array.from(cohorts), 1);
  const average = mean(all);
  return {
    windows: all.length,
    lossRise: average === null ? null : average / MILLION,
    standardError: spread === null ? null : spread / Math.sqrt(cohorts.length) / MILLION,
  };
}

function driftOf({ cohorts }: FeatureDrift, place: number): FeatureFigures['drift'] {
  const known = cohorts.flatMap(({ cohort, psi, ks }) => {
    const [index, distance] = [psi[place], ks[place]];
    return index === undefined || distance === undefined ? [] : [{ cohort, index, distance }];
  });
  const worst = known.reduce<(typeof known)[number] | undefined>(
    (most, one) => (most === undefined || one.index > most.index ? one : most),
    undefined,
  );
  return {
    cohorts: known.length,
    psi: mean(known.map(({ index }) => index)),
    ks: mean(known.map(({ distance }) => distance)),
    worstPsi: worst?.index ?? null,
    worstCohort: worst?.cohort ?? null,
  };
}
