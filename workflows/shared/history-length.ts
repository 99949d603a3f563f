import { workflowInfo } from '@temporalio/workflow';

import { MOST_EVENTS } from '../contract/event-budgets.js';

/** Events that what is in flight may still add, with as many cohorts at once as there can be. */
const FOR_WHAT_RUNS = 600;

/** Whether the rest had better be done with a fresh history; the server may suggest it earlier. */
export function isHistoryLong(): boolean {
  const { continueAsNewSuggested, historyLength } = workflowInfo();
  return continueAsNewSuggested || historyLength >= MOST_EVENTS - FOR_WHAT_RUNS;
}
