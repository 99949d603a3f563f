import { createNoticeActivities } from '../activities/audit/write-failure-notice.js';
import { createDistillActivities } from '../activities/distill/index.js';
import { createFetchActivities } from '../activities/ingest/fetch/index.js';
import { pooledActivities } from '../activities/pool/pooled-activities.js';
import { createPlanActivities } from '../activities/plan/index.js';
import type { ReleaseWorkflows } from '../activities/promote/follow-log.js';
import { createPromoteActivities } from '../activities/promote/index.js';
import type { Trainer } from '../activities/model/jobs.js';
import { createStressActivities } from '../activities/stress/index.js';
import { createTeachActivities } from '../activities/teach/index.js';
import { createTeachIndexActivities } from '../activities/teach/index-run.js';
import type { Role } from '../data/schemas/worker-roles.js';
import { providerSettings } from '../data/sources/provider-settings.js';
import type { Home } from '../data/store/home.js';
import type { ThreadPool } from './pool/thread-pool.js';
import { trainerPool } from './trainer/pool.js';

export interface ActivityDeps {
  readonly home: Home;
  readonly packageRoot: string;
  /** One a device; none where the process has no role train. */
  readonly trainers: readonly Trainer[];
  /** Where what computes for long is done. */
  readonly pool: ThreadPool;
  readonly shutdown: AbortSignal;
  readonly pollers: (queue: string) => Promise<number>;
  readonly releases: ReleaseWorkflows;
}

/** The activities of a worker process, by role: each is registered on the queue where its profile sends it. */
export type WorkerActivities = Readonly<Record<Role, object>>;

/** Wires the activities to what they need. */
export function activitiesOf({
  home,
  packageRoot,
  trainers,
  pool,
  shutdown,
  pollers,
  releases,
}: ActivityDeps): WorkerActivities {
  const trainer = trainerPool(trainers);
  const pooled = pooledActivities(pool.run);
  return {
    meta: {
      ...createPlanActivities({ home, packageRoot, pollers, now: Date.now }),
      ...createTeachIndexActivities({ home }),
    },
    io: {
      ...pooled.io,
      ...createFetchActivities({ home, packageRoot, settings: () => providerSettings(home), now: Date.now }),
    },
    cpu: {
      ...pooled.cpu,
      ...createNoticeActivities({ home }),
      ...createPromoteActivities({ home, packageRoot, workflows: releases, bundles: pooled.bundles }),
    },
    train: {
      ...createTeachActivities({ home, trainer, shutdown }),
      ...createDistillActivities({ home, trainer, shutdown }),
      ...createStressActivities({ home, trainer, shutdown }),
    },
  };
}
