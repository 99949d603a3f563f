import { isCancellation, patched } from '@temporalio/workflow';

import { opening } from '../shared/activities.js';
import { messageOf } from '../shared/failures.js';

/**
 * Has a workflow wait for the decision about a sealed bundle. The run is done with or without it: `gurukul approve`
 * needs none.
 *
 * @returns What to add to the run's last message.
 */
export async function openPromotion(runId: string, bundleDigest: string): Promise<string> {
  // Runs of earlier versions ended with their bundle.
  if (!patched('open-promotion')) return '';
  try {
    await opening.openPromotion.executeWithOptions({ summary: 'waits for a decision' }, [
      { runId, bundleDigest },
    ]);
    return '';
  } catch (error) {
    if (isCancellation(error)) throw error;
    return `; no workflow waits for a decision about it: ${messageOf(error)}`;
  }
}
