import {
  allHandlersFinished,
  condition,
  currentUpdateInfo,
  isCancellation,
  setCurrentDetails,
  setHandler,
  setWorkflowOptions,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';

import type { DecisionRequest } from '../activities/promote/activities.js';
import type { Decision } from '../data/schemas/decision.js';
import { markdownText } from '../data/text/safe-text.js';
import type { Approval, Decider, PromotionRequest } from './contract/messages.js';
import { approveUpdate, bundleSealedSignal, decideUpdate, rejectUpdate } from './contract/messages.js';
import { searchAttributes } from './contract/search-attributes.js';
import { requireApproval, requireDecide, requireDecider } from './promotion/decision-requests.js';
import { waitForDecision } from './promotion/wait-for-decision.js';
import { artifact } from './shared/activities.js';
import { asWorkflowFailure } from './shared/failures.js';
import { markdown } from './shared/markdown.js';
import { refusal } from './shared/refusal.js';
import { onUpgrade } from './shared/versioning.js';

/** It waits this long for a decision that a client has announced; it can be started again later. */
const DECISION_TIMEOUT = '1 day';

/**
 * A person's decision about a run: waits for the update `approve` or `reject`, verifies the bundle again and records
 * the decision. A run that has sealed its bundle starts it, and it waits for as long as the release policy says. Where
 * none is open, `gurukul approve` starts it together with the update; a repeated request counts once.
 *
 * @returns The decision, which is `expired` if nobody decided; null if the bundle is gone by then.
 * @throws ApplicationFailure InvalidInput if a client started it and the decision is refused.
 */
export async function promoteRun({ runId, wait }: PromotionRequest): Promise<Decision | null> {
  upsertSearchAttributes([{ key: searchAttributes.run, value: runId }]);
  setCurrentDetails(markdown([`Waiting for \`gurukul approve ${runId}\` or \`gurukul reject ${runId}\`.`]));
  /** A decision that is being recorded, one that was recorded, or the failure of a client's. */
  let deciding = false;
  let decision: Decision | undefined;
  let failure: Error | undefined;
  let newest = wait;

  type Asked = Omit<DecisionRequest, 'runId' | 'at' | 'id'>;
  const decide = async (asked: Asked): Promise<Decision> => {
    deciding = true;
    const at = new Date(Date.now()).toISOString();
    // One that waits may refuse several requests before it takes one.
    const { id } = (wait === undefined ? undefined : currentUpdateInfo()) ?? { id: workflowInfo().runId };
    try {
      decision = await artifact.decideRun.executeWithOptions(
        { summary: `${asked.verdict} by ${asked.by}`.slice(0, 120) },
        [{ ...asked, runId, at, id }],
      );
      return decision;
    } catch (error) {
      const refused = asWorkflowFailure(error);
      // Who waits goes on waiting: a refused request can be repeated in other words.
      if (wait === undefined) failure = refused;
      else deciding = false;
      throw refused;
    }
  };
  const requireFree = (): void => {
    if (deciding) throw refusal('a decision about this run is being recorded already');
  };
  setHandler(decideUpdate, decide, {
    validator: (request) => {
      requireFree();
      requireDecide(request);
    },
    description: 'approve or reject the run’s bundle, as clients of earlier versions do',
  });
  setHandler(approveUpdate, async (request: Approval) => decide(approvalOf(request)), {
    validator: (request) => {
      requireFree();
      requireApproval(request);
    },
    description: 'approve the run’s bundle',
  });
  setHandler(rejectUpdate, async ({ by, reason }: Decider) => decide({ verdict: 'rejected', by, reason }), {
    validator: (request) => {
      requireFree();
      requireDecider(request);
    },
    description: 'reject the run’s bundle',
  });
  setHandler(bundleSealedSignal, (next) => {
    if (newest !== undefined && next.bundleDigest !== newest.bundleDigest) newest = next;
  });

  let result: Decision | null | undefined;
  if (wait === undefined) {
    const inTime = await condition(() => decision !== undefined || failure !== undefined, DECISION_TIMEOUT);
    await condition(allHandlersFinished);
    if (failure !== undefined) throw failure;
    if (decision === undefined)
      throw refusal(inTime ? 'nothing was decided' : `nobody decided within ${DECISION_TIMEOUT}`);
    result = decision;
  } else {
    try {
      result = await waitForDecision({
        sealed: () => newest ?? wait,
        decided: () => decision,
        busy: () => deciding,
        close: () => (deciding = true),
      });
    } catch (error) {
      if (isCancellation(error))
        setCurrentDetails(markdown(['Withdrawn: the run was removed, and nobody decided.']));
      throw error;
    }
    await condition(allHandlersFinished);
  }
  if (result === null) {
    setCurrentDetails(markdown(['Nobody decided, and there is nothing to decide about any more.']));
    return null;
  }
  upsertSearchAttributes([{ key: searchAttributes.outcome, value: result.verdict }]);
  const { verdict, by, reason, bundleDigest } = result;
  setCurrentDetails(
    markdown([`**${verdict}** by ${markdownText(by)}: ${markdownText(reason)}`, `bundle ${bundleDigest}`]),
  );
  return result;
}

// It waits for weeks, so a new build takes it over.
setWorkflowOptions(onUpgrade('AUTO_UPGRADE'), promoteRun);

function approvalOf({
  by,
  reason,
  override,
  stage,
  expect,
}: Approval): Omit<DecisionRequest, 'runId' | 'at' | 'id'> {
  return {
    ...{ verdict: 'approved', by, reason },
    ...(override === true ? { override } : {}),
    ...(stage === true ? { shadow: true } : {}),
    ...(expect === undefined ? {} : { expect }),
  };
}
