import fc from 'fast-check';

import type { CohortHead } from '../../activities/plan/activities.js';
import type { Outcome } from './simulated-activities.js';

/** Something that happens to a run from outside, once a shard of a cohort has started. */
export interface Disturbance {
  readonly kind: 'none' | 'cancel' | 'terminate cohort' | 'terminate ingest' | 'pause';
  /** Index of the cohort, modulo their number. */
  readonly cohort: number;
}

/** The outcome of every part of a run. */
export interface RunPattern {
  readonly cohorts: readonly CohortHead[];
  readonly skipped: number;
  readonly refused: number;
  readonly maxFailureRate: number;
  readonly cohortConcurrency: number;
  /** Outcomes of the units that do not succeed. */
  readonly outcomes: ReadonlyMap<string, Outcome>;
  readonly disturbance: Disturbance;
}

const ARMS = ['real', 'placebo'] as const;

/** Skip, immediate failure, failure after retries, timeout. */
const BAD_OUTCOMES: readonly Outcome[] = ['DataGap', 'Diverged', 'TrainerCrashed', 'silent'];

/** Any run of up to four cohorts, in which any part may fail in any way. */
export function anyRun(): fc.Arbitrary<RunPattern> {
  return anyCohorts().chain((cohorts) =>
    fc.record({
      cohorts: fc.constant(cohorts),
      skipped: fc.nat(3),
      refused: fc.nat(2),
      maxFailureRate: fc.constantFrom(0, 0.5, 1),
      cohortConcurrency: fc.integer({ min: 1, max: 3 }),
      outcomes: anyOutcomes(unitsOf(cohorts)),
      disturbance: fc.record({
        kind: fc.constantFrom<Disturbance['kind'][]>(
          'none',
          'none',
          'cancel',
          'terminate cohort',
          'terminate ingest',
          'pause',
        ),
        cohort: fc.nat(3),
      }),
    }),
  );
}

function anyCohorts(): fc.Arbitrary<CohortHead[]> {
  const size = fc.record({ shards: fc.integer({ min: 1, max: 3 }), more: fc.nat(4) });
  return fc.array(size, { minLength: 1, maxLength: 4 }).map((sizes) =>
    sizes.map(({ shards, more }, at) => ({
      id: `20${10 + at}-01-01_to_20${10 + at}-06-30`,
      windows: shards + more,
      shards,
    })),
  );
}

/** Failures of some of the units; most succeed. */
function anyOutcomes(units: readonly string[]): fc.Arbitrary<ReadonlyMap<string, Outcome>> {
  const bad = fc.tuple(fc.constantFrom(...units), fc.constantFrom(...BAD_OUTCOMES));
  return fc.array(bad, { maxLength: 3 }).map((list) => new Map(list));
}

function unitsOf(cohorts: readonly CohortHead[]): string[] {
  return cohorts.flatMap(({ id, shards }) => [
    ...ARMS.flatMap((arm) => [
      `prior/${arm}/${id}`,
      ...Array.from({ length: shards }, (_, shard) => `shard/${arm}/${id}/${shard}`),
    ]),
    `student/${id}`,
  ]);
}

/** The unit at whose start the disturbance happens; undefined if there is none. */
export function disturbedUnit({ cohorts, disturbance }: RunPattern): string | undefined {
  if (disturbance.kind === 'none') return undefined;
  if (disturbance.kind === 'terminate ingest') return 'ingest/0';
  return `shard/real/${disturbedCohort(cohorts, disturbance)}/0`;
}

/** Id of the cohort that is disturbed. */
export function disturbedCohort(cohorts: readonly CohortHead[], { cohort }: Disturbance): string {
  return cohorts[cohort % cohorts.length]?.id ?? '';
}

/** Windows that are trained in the end, unless the step teach is interrupted. */
export function windowsTrained(pattern: RunPattern): number {
  return pattern.cohorts.reduce((sum, cohort) => sum + trainedIn(pattern, cohort), 0);
}

function trainedIn(
  { cohorts, outcomes, disturbance }: RunPattern,
  { id, windows, shards }: CohortHead,
): number {
  if (outcomes.has(`prior/real/${id}`)) return 0;
  if (disturbance.kind === 'terminate cohort' && disturbedCohort(cohorts, disturbance) === id) return 0;
  const indices = Array.from({ length: shards }, (_, shard) => shard);
  // Without its complete placebo a cohort's figures are not valid.
  const placebo = [`prior/placebo/${id}`, ...indices.map((shard) => `shard/placebo/${id}/${shard}`)];
  if (placebo.some((unit) => outcomes.has(unit))) return 0;
  const at = (shard: number): number => Math.floor((shard * windows) / shards);
  return indices
    .filter((shard) => !outcomes.has(`shard/real/${id}/${shard}`))
    .reduce((sum, shard) => sum + at(shard + 1) - at(shard), 0);
}

/** All windows of the plan, including those that are not trained. */
export function windowsPlanned({ cohorts, skipped, refused }: RunPattern): number {
  return cohorts.reduce((sum, { windows }) => sum + windows, skipped + refused);
}
