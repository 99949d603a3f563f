import type { ApplicationFailure } from '@temporalio/workflow';
import {
  allHandlersFinished,
  condition,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';

import { markdownText } from '../data/text/safe-text.js';
import type { Decision, Verdict } from '../data/schemas/decision.js';
import type { Decide } from './contract/messages.js';
import { decideUpdate } from './contract/messages.js';
import { searchAttributes } from './contract/search-attributes.js';
import { artifact } from './shared/activities.js';
import { asWorkflowFailure } from './shared/failures.js';
import { markdown } from './shared/markdown.js';
import { field, refusal } from './shared/refusal.js';

/** It waits this long for a decision; it can be started again later. */
const DECISION_TIMEOUT = '1 day';
/** Most characters of a name or a reason. */
const LONGEST_TEXT = 500;
const KNOWN_VERDICTS: readonly unknown[] = ['approved', 'rejected'] satisfies Verdict[];

/**
 * A person's decision about a run: waits for the update `decide`, verifies the bundle again and records the
 * decision. `gurukul approve` starts it together with the update, so that a repeated request counts once.
 *
 * @throws ApplicationFailure InvalidInput if the run has no bundle, or was decided before.
 */
export async function promoteRun({ runId }: { readonly runId: string }): Promise<Decision> {
  upsertSearchAttributes([{ key: searchAttributes.run, value: runId }]);
  setCurrentDetails(markdown([`Waiting for \`gurukul approve ${runId}\` or \`gurukul reject ${runId}\`.`]));
  let deciding = false;
  let decision: Decision | undefined;
  let failure: ApplicationFailure | undefined;

  const decide = async ({ verdict, by, reason }: Decide): Promise<Decision> => {
    deciding = true;
    const at = new Date(Date.now()).toISOString();
    const id = workflowInfo().runId;
    try {
      decision = await artifact.decideRun.executeWithOptions(
        { summary: `${verdict} by ${by}`.slice(0, 120) },
        [{ runId, verdict, by, reason, at, id }],
      );
      return decision;
    } catch (error) {
      failure = asWorkflowFailure(error);
      throw failure;
    }
  };
  setHandler(decideUpdate, decide, {
    validator: (request) => {
      if (deciding) throw refusal('a decision about this run is being recorded already');
      requireDecision(request);
    },
    description: 'approve or reject the run’s bundle',
  });

  const inTime = await condition(() => decision !== undefined || failure !== undefined, DECISION_TIMEOUT);
  await condition(allHandlersFinished);
  if (failure !== undefined) throw failure;
  if (decision === undefined)
    throw refusal(inTime ? 'nothing was decided' : `nobody decided within ${DECISION_TIMEOUT}`);
  upsertSearchAttributes([{ key: searchAttributes.outcome, value: decision.verdict }]);
  const { verdict, by, reason, bundleDigest } = decision;
  setCurrentDetails(
    markdown([`**${verdict}** by ${markdownText(by)}: ${markdownText(reason)}`, `bundle ${bundleDigest}`]),
  );
  return decision;
}

function requireDecision(request: unknown): void {
  if (!KNOWN_VERDICTS.includes(field(request, 'verdict')))
    throw refusal('verdict: must be approved or rejected');
  for (const name of ['by', 'reason']) {
    const text = field(request, name);
    if (typeof text !== 'string' || text.trim() === '' || text.length > LONGEST_TEXT)
      throw refusal(`${name}: must be a text of 1 to ${LONGEST_TEXT} characters`);
  }
}
