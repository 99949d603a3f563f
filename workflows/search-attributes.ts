import { SearchAttributeType, defineSearchAttributeKey } from '@temporalio/common';

/**
 * What runs can be searched by, in the Web UI and the CLI:
 * `GurukulPhase = 'teach' AND GurukulFailed > 0`. The namespace must know them before a workflow sets
 * one: `ensureSearchAttributes` of temporal-config/ registers them.
 */

/** The run's id, on the universe and on all its cohorts. */
export const GURUKUL_RUN = defineSearchAttributeKey('GurukulRun', SearchAttributeType.KEYWORD);

/** Where the run is: plan, ingest, teach, distill, validate, audit, promote. */
export const GURUKUL_PHASE = defineSearchAttributeKey('GurukulPhase', SearchAttributeType.KEYWORD);

/** The cohort's id, on cohorts alone. */
export const GURUKUL_COHORT = defineSearchAttributeKey('GurukulCohort', SearchAttributeType.KEYWORD);

/** Windows failed so far. */
export const GURUKUL_FAILED = defineSearchAttributeKey('GurukulFailed', SearchAttributeType.INT);

/** How the run ended: a decision or `failed`. */
export const GURUKUL_OUTCOME = defineSearchAttributeKey('GurukulOutcome', SearchAttributeType.KEYWORD);

export const SEARCH_ATTRIBUTES = [
  GURUKUL_RUN,
  GURUKUL_PHASE,
  GURUKUL_COHORT,
  GURUKUL_FAILED,
  GURUKUL_OUTCOME,
] as const;
