import { createAuditActivities } from '../activities/audit/index.js';
import { createDistillActivities } from '../activities/distill/index.js';
import { createFetchActivities } from '../activities/ingest/fetch/index.js';
import { createIngestActivities } from '../activities/ingest/index.js';
import { createPlanActivities } from '../activities/plan/index.js';
import type { ReleaseWorkflows } from '../activities/promote/follow-log.js';
import { createPromoteActivities } from '../activities/promote/index.js';
import type { Trainer } from '../activities/model/jobs.js';
import { createScoreActivities } from '../activities/score/index.js';
import { createStressActivities } from '../activities/stress/index.js';
import { createTeachActivities } from '../activities/teach/index.js';
import { createTeachIndexActivities } from '../activities/teach/index-run.js';
import { createValidateActivities } from '../activities/validate/index.js';
import type { Role } from '../data/schemas/worker-roles.js';
import { providerSettings } from '../data/sources/provider-settings.js';
import type { Home } from '../data/store/home.js';
import { scoreInThread } from './score/score-in-thread.js';
import { trainerPool } from './trainer/pool.js';

export interface ActivityDeps {
  readonly home: Home;
  readonly packageRoot: string;
  /** One a device; none where the process has no role train. */
  readonly trainers: readonly Trainer[];
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
  shutdown,
  pollers,
  releases,
}: ActivityDeps): WorkerActivities {
  const trainer = trainerPool(trainers);
  return {
    meta: {
      ...createPlanActivities({ home, packageRoot, pollers, now: Date.now }),
      ...createTeachIndexActivities({ home }),
    },
    io: {
      ...createIngestActivities({ home, packageRoot }),
      ...createFetchActivities({ home, packageRoot, settings: () => providerSettings(home), now: Date.now }),
    },
    cpu: {
      ...createValidateActivities({ home }),
      ...createAuditActivities({ home, packageRoot }),
      ...createPromoteActivities({ home, packageRoot, workflows: releases }),
      ...createScoreActivities({ score: scoreInThread({ home: home.root, packageRoot }) }),
    },
    train: {
      ...createTeachActivities({ home, trainer, shutdown }),
      ...createDistillActivities({ home, trainer, shutdown }),
      ...createStressActivities({ home, trainer, shutdown }),
    },
  };
}
