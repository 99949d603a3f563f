import { workflowInfo } from '@temporalio/workflow';

/**
 * Most events in the history of one execution. From about this many on the server suggests a continue-as-new,
 * and every replay reads all of them.
 */
export const MOST_EVENTS = 4_096;

/** Events that the work in flight may still add, with the most cohorts at once. */
const RESERVED_EVENTS = 600;

/** Whether the rest should be done in a new execution with a fresh history; the server may suggest it earlier. */
export function isHistoryLong(): boolean {
  const { continueAsNewSuggested, historyLength } = workflowInfo();
  return continueAsNewSuggested || historyLength >= MOST_EVENTS - RESERVED_EVENTS;
}
