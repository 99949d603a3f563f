import { MOST_EVENTS } from '../../workflows/shared/history-length.js';

/** Events of all workflows of a run together, for each planned window. */
export const EVENTS_PER_WINDOW = 0.1;

/** Most bytes of one argument or result: content travels as references. */
export const MOST_PAYLOAD_BYTES = 4_096;

/** Events that a workflow may use: `fixed + perUnit × units`, and never more than {@link MOST_EVENTS}. */
export interface EventBudget {
  /** What is counted. */
  readonly unit: 'cohort' | 'shard' | 'batch of symbols';
  readonly fixed: number;
  readonly perUnit: number;
}

/**
 * The budget of each workflow type. An activity takes six events: scheduled, started, completed, and the three
 * of the workflow task that follows.
 */
export const EVENT_BUDGETS = {
  /** A cohort takes a child workflow, an update of the search attributes, probes, a student and its figures. */
  trainUniverse: { unit: 'cohort', fixed: 100, perUnit: 24 },
  /** A shard is trained on the real bars and on the placebo. */
  trainCohort: { unit: 'shard', fixed: 40, perUnit: 12 },
  ingestUniverse: { unit: 'batch of symbols', fixed: 20, perUnit: 6 },
} as const satisfies Readonly<Record<string, EventBudget>>;

/**
 * Events that one lease of a provider's calls may use, in the ingest and in the keeper of the quota: request,
 * grant, use and return, including waits for the next minute.
 */
export const EVENTS_PER_LEASE = { ingestUniverse: 30, keepQuota: 24 } as const;

export type BudgetedWorkflow = keyof typeof EVENT_BUDGETS;

/** Most events of an execution with this many units. */
export function mostEvents(workflow: BudgetedWorkflow, units: number): number {
  const { fixed, perUnit } = EVENT_BUDGETS[workflow];
  return Math.min(MOST_EVENTS, fixed + perUnit * units);
}
