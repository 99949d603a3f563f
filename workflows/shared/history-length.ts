import { workflowInfo } from '@temporalio/workflow';

/**
 * How many events the history of one execution may have. The server suggests a fresh history from about
 * this many on, and every replay reads all of them.
 */
export const MOST_EVENTS = 4_096;

/** Events that what is in flight may still add, with as many cohorts at once as there can be. */
const FOR_WHAT_RUNS = 600;

/** Whether the rest had better be done with a fresh history; the server may suggest it earlier. */
export function isHistoryLong(): boolean {
  const { continueAsNewSuggested, historyLength } = workflowInfo();
  return continueAsNewSuggested || historyLength >= MOST_EVENTS - FOR_WHAT_RUNS;
}
