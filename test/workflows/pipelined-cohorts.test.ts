import { expect } from 'chai';

import { suiteRig } from '../support/suite-rig.js';
import { withSimulatedRun } from '../support/simulated-run.js';
import { until } from '../support/until.js';

const FIRST = '2020-01-01_to_2020-06-30';
const SECOND = '2020-06-30_to_2020-12-27';
const THIRD = '2020-12-27_to_2021-06-25';
const COHORTS = [FIRST, SECOND, THIRD].map((id) => ({ id, windows: 4, shards: 1 }));

describe('students and figures of cohorts that have ended, with simulated training', function () {
  this.timeout(60_000);
  const rig = suiteRig({}, 2);

  it('begin while other cohorts are taught, and are done once', async () => {
    const held = `shard/real/${THIRD}/0`;
    await withSimulatedRun(
      rig(),
      'pipelined',
      { cohorts: COHORTS, held: [held] },
      async (run) => {
        await until(() => run.times(`figures/${FIRST}`) === 1 && run.times(`figures/${SECOND}`) === 1);
        expect(run.times(`seal/${THIRD}`)).to.equal(0);
        expect(run.record.statuses.at(-1)?.status.phase).to.equal('teach');
        run.letGo(held);
        expect(await run.handle.result()).to.deep.include({ phase: 'done', students: 3 });
        for (const cohort of [FIRST, SECOND, THIRD])
          for (const unit of ['student', 'figures'])
            expect(run.times(`${unit}/${cohort}`), `${unit}/${cohort}`).to.equal(1);
      },
      { maxFailureRate: 0 },
    );
  });

  it('wait for the teachers of the cohort before, whose predictions a student learns from', async () => {
    const held = `shard/real/${FIRST}/0`;
    await withSimulatedRun(
      rig(),
      'waits-for-earlier',
      { cohorts: COHORTS, held: [held] },
      async (run) => {
        await until(() => run.times(`figures/${THIRD}`) === 1);
        run.letGo(held);
        await run.handle.result();
        const order = run.record.units;
        expect(order.indexOf(`student/${THIRD}`)).to.be.lessThan(order.indexOf(`seal/${FIRST}`));
        expect(order.indexOf(`student/${SECOND}`)).to.be.greaterThan(order.indexOf(`seal/${FIRST}`));
      },
      { maxFailureRate: 0 },
    );
  });
});
