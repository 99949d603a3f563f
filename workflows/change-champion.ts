import { upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';

import type { Decision } from '../data/schemas/decision.js';
import type { ChampionOrder } from './contract/messages.js';
import { searchAttributes } from './contract/search-attributes.js';
import { artifact } from './shared/activities.js';
import { asWorkflowFailure } from './shared/failures.js';
import { summaryText } from './shared/markdown.js';

/**
 * A person's change of the champion: restores an earlier one or retires the present one.
 *
 * @throws ApplicationFailure InvalidInput when it is refused.
 */
export async function changeChampion(order: ChampionOrder): Promise<Decision> {
  const { startTime, runId: id } = workflowInfo();
  try {
    const decision = await artifact.changeChampion.executeWithOptions(
      { summary: summaryText(`${order.change} by ${order.by}`) },
      [{ ...order, at: startTime.toISOString(), id }],
    );
    upsertSearchAttributes([
      { key: searchAttributes.run, value: decision.run },
      { key: searchAttributes.outcome, value: decision.verdict },
    ]);
    return decision;
  } catch (error) {
    throw asWorkflowFailure(error);
  }
}
