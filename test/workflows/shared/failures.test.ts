import type { TimeoutType } from '@temporalio/common';
import { ActivityFailure, ChildWorkflowFailure, TimeoutFailure } from '@temporalio/common';
import { expect } from 'chai';

import type { ErrorType } from '../../../data/errors.js';
import { errorTypeOf, messageOf } from '../../../workflows/shared/failures.js';

/** How a workflow sees an activity that timed out. */
function timedOut(activity: string, how: TimeoutType): ActivityFailure {
  const cause = new TimeoutFailure('activity timeout', undefined, how);
  return new ActivityFailure('Activity task failed', activity, '1', 'TIMEOUT', 'a worker', cause);
}

/** What a timeout of each activity is, in the union of errors. */
const EXPECTED: readonly (readonly [activity: string, type: ErrorType])[] = [
  ['fitPrior', 'TrainerCrashed'],
  ['teachShard', 'TrainerCrashed'],
  ['distillStudent', 'TrainerCrashed'],
  ['reproduceCohort', 'TrainerCrashed'],
  ['stressStudent', 'TrainerCrashed'],
  ['fetchSymbols', 'ProviderDown'],
  // All other activities read and write the store.
  ['settleRun', 'StoreUnavailable'],
  ['planRun', 'StoreUnavailable'],
  ['recordStatus', 'StoreUnavailable'],
  ['sealCohort', 'StoreUnavailable'],
  ['forgetFailures', 'StoreUnavailable'],
  ['planFetch', 'StoreUnavailable'],
  ['ingestSymbols', 'StoreUnavailable'],
  ['sealIngest', 'StoreUnavailable'],
  ['probeLeakage', 'StoreUnavailable'],
  ['gatherPredictions', 'StoreUnavailable'],
  ['validateRun', 'StoreUnavailable'],
  ['auditBundle', 'StoreUnavailable'],
  ['decideRun', 'StoreUnavailable'],
];

describe('a timeout that reaches a workflow', () => {
  for (const [activity, type] of EXPECTED)
    it(`of ${activity} is ${type}, however it timed out`, () => {
      for (const how of ['HEARTBEAT', 'START_TO_CLOSE', 'SCHEDULE_TO_START', 'SCHEDULE_TO_CLOSE'] as const) {
        expect(errorTypeOf(timedOut(activity, how)), how).to.equal(type);
        expect(messageOf(timedOut(activity, how)), how).to.contain(activity);
      }
    });

  it('of a whole child workflow is a Bug, since none of them has a time limit', () => {
    const cause = new TimeoutFailure('workflow timeout', undefined, 'START_TO_CLOSE');
    const ids = { workflowId: 'teach/r/c', runId: '1' };
    const failure = new ChildWorkflowFailure('default', ids, 'trainCohort', 'TIMEOUT', cause);
    expect(errorTypeOf(failure)).to.equal('Bug');
    expect(messageOf(failure)).to.match(/^the workflow took longer/);
  });
});
