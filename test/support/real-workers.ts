import { availableParallelism } from 'node:os';

import { packageRoot } from '../../data/store/package-root.js';
import type { Home } from '../../data/store/home.js';
import { activitiesOf } from '../../workers/activities.js';
import { createThreadPool } from '../../workers/pool/thread-pool.js';
import { releaseWorkflows } from '../../workers/release-workflows.js';
import type { SupervisedTrainer } from '../../workers/trainer/supervisor.js';
import type { TemporalRig } from './temporal-rig.js';

/** Runs `work` while workers of every role run with the real activities of a home and one trainer. */
export async function withRealWorkers<Result>(
  rig: TemporalRig,
  home: Home,
  trainer: SupervisedTrainer,
  work: () => Promise<Result>,
): Promise<Result> {
  const pool = createThreadPool({ home: home.root, packageRoot }, availableParallelism());
  const { meta, io, cpu, train } = activitiesOf({
    home,
    packageRoot,
    trainers: [trainer],
    pool,
    shutdown: new AbortController().signal,
    pollers: () => Promise.resolve(0),
    releases: releaseWorkflows({
      connection: rig.environment.nativeConnection,
      namespace: rig.environment.namespace ?? 'default',
      dataConverter: undefined,
    }),
  });
  try {
    return await rig.withWorkers({ ...meta, ...io, ...cpu, ...train }, work, { trainers: 1 });
  } finally {
    await pool.close();
  }
}
