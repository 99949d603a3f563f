import { SearchAttributeType, defineSearchAttributeKey } from '@temporalio/common';

/**
 * What runs can be searched by, in the Web UI and the CLI:
 * `GurukulPhase = 'teach' AND GurukulFailed > 0`. The namespace must know them before a workflow sets
 * one: `ensureSearchAttributes` of temporal-config/ registers them.
 */
export const searchAttributes = {
  /** The run's id, on the universe and on all its cohorts. */
  run: defineSearchAttributeKey('GurukulRun', SearchAttributeType.KEYWORD),
  /** Where the run is: plan, ingest, teach, … */
  phase: defineSearchAttributeKey('GurukulPhase', SearchAttributeType.KEYWORD),
  /** The cohort's id, on cohorts alone. */
  cohort: defineSearchAttributeKey('GurukulCohort', SearchAttributeType.KEYWORD),
  /** Windows failed so far. */
  failed: defineSearchAttributeKey('GurukulFailed', SearchAttributeType.INT),
  /** How the run ended. */
  outcome: defineSearchAttributeKey('GurukulOutcome', SearchAttributeType.KEYWORD),
} as const;
