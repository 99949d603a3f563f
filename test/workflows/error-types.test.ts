import { expect } from 'chai';

import type { ErrorType } from '../../data/errors.js';
import { ERROR_TYPES } from '../../data/errors.js';
import type { RunStatus } from '../../data/schemas/run-status.js';
import { workflowIds } from '../../workflows/contract/messages.js';
import { trainUniverse } from '../../workflows/train-universe.js';
import type { SimulationRecord } from '../support/simulated-activities.js';
import { simulatedActivities } from '../support/simulated-activities.js';
import type { TemporalRig } from '../support/temporal-rig.js';
import { startTemporalRig } from '../support/temporal-rig.js';

/** What happens to a shard whose first attempt fails with an error of each type. */
const EXPECTED: Readonly<Record<ErrorType, 'trained by the next attempt' | 'skipped' | 'failed'>> = {
  DataGap: 'skipped',
  RateLimited: 'trained by the next attempt',
  ProviderDown: 'trained by the next attempt',
  BadSchema: 'failed',
  WrongTicker: 'failed',
  Diverged: 'failed',
  OutOfMemory: 'trained by the next attempt',
  TrainerCrashed: 'trained by the next attempt',
  ChecksumMismatch: 'trained by the next attempt',
  StoreUnavailable: 'trained by the next attempt',
  InvalidInput: 'failed',
  Cancelled: 'failed',
  Bug: 'failed',
};
const WINDOWS = 4;

describe('an error of each type, through a real workflow', function () {
  this.timeout(300_000);
  let rig: TemporalRig;
  const record: SimulationRecord = { statuses: [], units: [] };
  let status: RunStatus;

  /** One cohort for each type: the first attempt of its only shard throws it. */
  const cohortOf = (type: ErrorType): string => {
    const year = 2000 + ERROR_TYPES.indexOf(type);
    return `${year}-01-01_to_${year}-06-30`;
  };
  const shardOf = (type: ErrorType): string => `shard/real/${cohortOf(type)}/0`;

  before(async () => {
    rig = await startTemporalRig();
    const thrown = new Set<string>();
    const activities = simulatedActivities(
      {
        cohorts: ERROR_TYPES.map((type) => ({ id: cohortOf(type), windows: WINDOWS, shards: 1 })),
        outcome: (unit) => {
          const type = ERROR_TYPES.find((one) => shardOf(one) === unit);
          if (type === undefined || thrown.has(unit)) return 'succeed';
          thrown.add(unit);
          return type;
        },
      },
      record,
    );
    status = await rig.withWorkers(activities, async () =>
      rig.client.workflow.execute(trainUniverse, {
        workflowId: workflowIds.run('every-error'),
        taskQueue: 'meta',
        args: [{ runId: 'every-error', maxFailureRate: 1, cohortConcurrency: 16 }],
      }),
    );
  });
  after(async () => {
    await rig.replayAll();
    await rig.stop();
  });

  for (const type of ERROR_TYPES)
    it(`${type}: the windows are ${EXPECTED[type]}`, () => {
      const attempts = record.units.filter((unit) => unit === shardOf(type)).length;
      expect(attempts).to.equal(EXPECTED[type] === 'trained by the next attempt' ? 2 : 1);
      expect(status.failedBy[type]).to.equal(EXPECTED[type] === 'failed' ? WINDOWS : undefined);
    });

  it('adds up', () => {
    const of = (fate: string): number =>
      WINDOWS * ERROR_TYPES.filter((type) => EXPECTED[type] === fate).length;
    expect(status.windows).to.deep.equal({
      planned: WINDOWS * ERROR_TYPES.length,
      succeeded: of('trained by the next attempt'),
      skipped: of('skipped'),
      failed: of('failed'),
    });
    expect(status.skippedBy).to.deep.equal({ insufficient_data: of('skipped') });
  });
});
