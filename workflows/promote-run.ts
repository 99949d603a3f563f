import type { ApplicationFailure } from '@temporalio/workflow';
import {
  allHandlersFinished,
  condition,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';

import type { Decision, Verdict } from '../data/schemas/decision.js';
import type { Decide } from './contract/messages.js';
import { decideUpdate } from './contract/messages.js';
import { searchAttributes } from './contract/search-attributes.js';
import { artifact } from './shared/activities.js';
import { asWorkflowFailure } from './shared/failures.js';
import { markdown } from './shared/markdown.js';
import { field, refusal } from './shared/refusal.js';

/** A decision that nobody brings within this time is asked for no longer; it can be started again. */
const PATIENCE = '1 day';
/** Characters of a name or a reason. */
const LONGEST_TEXT = 500;
const KNOWN_VERDICTS: readonly unknown[] = ['approved', 'rejected'] satisfies Verdict[];

/**
 * A person's decision about a run: waits for the update `decide`, verifies the bundle again and enters the
 * decision. `gurukul approve` starts it together with the update, so that a request told twice is one.
 *
 * @throws ApplicationFailure InvalidInput when the run has nothing to decide about, or was decided before.
 */
export async function promoteRun({ runId }: { readonly runId: string }): Promise<Decision> {
  upsertSearchAttributes([{ key: searchAttributes.run, value: runId }]);
  setCurrentDetails(markdown([`Waits for \`gurukul approve ${runId}\` or \`gurukul reject ${runId}\`.`]));
  let taking = false;
  let decision: Decision | undefined;
  let failure: ApplicationFailure | undefined;

  const decide = async ({ verdict, by, reason }: Decide): Promise<Decision> => {
    taking = true;
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
      if (taking) throw refusal('a decision about this run is being entered already');
      requireDecision(request);
    },
    description: 'approve or reject the run’s bundle',
  });

  const inTime = await condition(() => decision !== undefined || failure !== undefined, PATIENCE);
  await condition(allHandlersFinished);
  if (failure !== undefined) throw failure;
  if (decision === undefined)
    throw refusal(inTime ? 'nothing was decided' : `nobody decided within ${PATIENCE}`);
  upsertSearchAttributes([{ key: searchAttributes.outcome, value: decision.verdict }]);
  const { verdict, by, reason, bundleDigest } = decision;
  setCurrentDetails(markdown([`**${verdict}** by ${by}: ${reason}`, `bundle ${bundleDigest}`]));
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
