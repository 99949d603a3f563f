import { expect } from 'chai';

import type { RigOptions, TemporalRig } from './temporal-rig.js';
import { startTemporalRig } from './temporal-rig.js';

/**
 * A Temporal server for the tests of a suite. When they have run, all their workflows are replayed.
 *
 * @param replayed The number of executions that there must be more of, so that it is no replay of nothing.
 * @returns Gives the server, once the suite has begun.
 */
export function suiteRig(options: RigOptions, replayed: number): () => TemporalRig {
  let rig: TemporalRig | undefined;
  const started = (): TemporalRig => {
    if (rig === undefined) throw new Error('the suite has not begun');
    return rig;
  };
  before(async () => {
    rig = await startTemporalRig(options);
  });
  after(async () => {
    expect(await started().replayAll(), 'replayed workflows').to.be.greaterThan(replayed);
    await started().stop();
  });
  return started;
}
