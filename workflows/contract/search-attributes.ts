import { SearchAttributeType, defineSearchAttributeKey } from '@temporalio/common';

/**
 * Attributes to search runs by, in the Web UI and the CLI: `GurukulPhase = 'teach' AND GurukulFailed > 0`. They
 * must be registered in the namespace before a workflow sets one: see `ensureSearchAttributes` of
 * temporal-config/.
 */
export const searchAttributes = {
  /** The run's id, on the run, its ingest and its cohorts. */
  run: defineSearchAttributeKey('GurukulRun', SearchAttributeType.KEYWORD),
  /** The run's phase: plan, ingest, teach, … */
  phase: defineSearchAttributeKey('GurukulPhase', SearchAttributeType.KEYWORD),
  /** The cohort's id, on cohorts only. */
  cohort: defineSearchAttributeKey('GurukulCohort', SearchAttributeType.KEYWORD),
  /** Windows that have failed so far. */
  failed: defineSearchAttributeKey('GurukulFailed', SearchAttributeType.INT),
  /** How the run ended. */
  outcome: defineSearchAttributeKey('GurukulOutcome', SearchAttributeType.KEYWORD),
} as const;
