import { availableParallelism } from 'node:os';

import type { DataConverter, WorkerDeploymentVersion } from '@temporalio/common';
import type { ActivityInterceptorsFactory, NativeConnection } from '@temporalio/worker';
import { Worker } from '@temporalio/worker';
import type { Logger } from 'pino';

import type { Role, WorkerAccelerator } from '../data/schemas/worker-roles.js';
import { queueOf } from '../data/schemas/worker-roles.js';
import type { Home } from '../data/store/home.js';
import type { StageClock } from '../data/telemetry/stages.js';
import { activityFailures } from './activity-failures.js';
import type { WorkerActivities } from './activities.js';
import { activitiesOf } from './activities.js';
import type { Tracing } from '../temporal-config/tracing/open-tracing.js';
import type { ProcessMetrics } from '../temporal-config/metrics/process-metrics.js';
import { firstTask } from './first-task.js';
import { activityMetrics } from './metrics/activity-metrics.js';
import { addGpuMetrics } from './metrics/gpu-metrics.js';
import { addTrainerMetrics } from './metrics/trainer-metrics.js';
import { pollersOf } from './pollers.js';
import { createThreadPool } from './pool/thread-pool.js';
import { redeliveryFault } from './redelivery-fault.js';
import { releaseWorkflows } from './release-workflows.js';
import { runTogether } from './run-together.js';
import { tracedWorker } from './traced-worker.js';
import { startTrainers } from './trainer/start-trainers.js';
import { beginDeployment, versioned } from './versioning.js';
import { workflowBundle } from './workflow-bundle.js';

/** Longer than a checkpoint takes, so that a worker loses nothing when it leaves. */
const SHUTDOWN_GRACE = '20 seconds';
const SHUTDOWN_FORCE = '40 seconds';
/** Cancellations arrive with the answers to heartbeats, so heartbeats must not be held back for long. */
const HEARTBEAT_INTERVAL = '3 seconds';

export interface WorkerProcessOptions {
  readonly roles: readonly Role[];
  readonly accelerator: WorkerAccelerator;
  /** GPU devices, one trainer process each. */
  readonly devices: readonly string[];
  /** Trainer processes of a CPU worker. @default one a core, at most {@link MOST_TRAINERS} */
  readonly trainers?: number;
  /** Threads that compute for the roles io and cpu. @default one a core */
  readonly slots?: number;
  readonly home: Home;
  readonly packageRoot: string;
  readonly connection: NativeConnection;
  readonly namespace: string;
  /** Undefined: payloads stay readable. */
  readonly dataConverter: DataConverter | undefined;
  readonly log: Logger;
  /** Aborting it makes the workers stop polling, checkpoint and leave, in that order. */
  readonly leaving: AbortController;
  /** Absent: unversioned, any worker takes any task. */
  readonly version?: WorkerDeploymentVersion;
  /** Measures the start. */
  readonly clock: StageClock;
  /** Where the process counts what it does; undefined: nobody asks. */
  readonly metrics: ProcessMetrics | undefined;
  /** Undefined: nobody asks for traces. */
  readonly tracing: Tracing | undefined;
  /** Called once all queues are polled. */
  readonly onReady: () => void;
}

/**
 * Runs one worker process until it is asked to leave, or one of its roles fails.
 *
 * @throws GurukulError InvalidInput when a GPU worker sees no device.
 * @throws RoleFailedError when a role cannot go on; the others have left then.
 */
export async function runWorker(options: WorkerProcessOptions): Promise<void> {
  const { roles, accelerator, devices, home, packageRoot, connection, namespace, log } = options;
  const { version, leaving, clock, metrics } = options;
  const cpuTrainers = options.trainers;
  const trainers = roles.includes('train')
    ? await clock.time('start the trainers', async () =>
        startTrainers({
          ...{ accelerator, devices, cpuTrainers, home, packageRoot, log },
          ...(metrics === undefined ? {} : { onFigures: addTrainerMetrics(metrics) }),
        }),
      )
    : [];
  if (metrics !== undefined && roles.includes('train') && accelerator === 'gpu')
    addGpuMetrics(metrics, devices);
  const slots = options.slots ?? availableParallelism();
  const pool = createThreadPool({ home: home.root, packageRoot }, slots);
  const counting = metrics === undefined ? [] : [activityMetrics(metrics.registry, home, log)];
  try {
    const activities = activitiesOf({
      home,
      packageRoot,
      trainers,
      pool,
      shutdown: leaving.signal,
      pollers: (queue) => pollersOf(connection, namespace, queue),
      releases: releaseWorkflows({ connection, namespace, dataConverter: options.dataConverter }),
    });
    const workers = await clock.time('create the workers', async () =>
      Promise.all(
        roles.map(
          async (role) =>
            [
              role,
              await createRole(role, activities, { trainers: trainers.length, counting }, options),
            ] as const,
        ),
      ),
    );
    await runTogether(new Map(workers), leaving, async () => {
      const queues = roles.map((role) => queueOf(role, accelerator));
      log.info({ roles, version, queues, stages: clock.stages }, 'polling');
      if (version !== undefined && roles.includes('meta'))
        await beginDeployment(connection, namespace, version, log);
      options.onReady();
    });
  } finally {
    await Promise.all([pool.close(), ...trainers.map((trainer) => trainer.close())]);
  }
}

async function createRole(
  role: Role,
  activities: WorkerActivities,
  { trainers, counting }: { readonly trainers: number; readonly counting: ActivityInterceptorsFactory[] },
  options: WorkerProcessOptions,
): Promise<Worker> {
  const { accelerator, connection, namespace, dataConverter, log, tracing } = options;
  const traced = tracing === undefined ? undefined : await tracedWorker(tracing);
  const bundleSettings = {
    versioned: options.version !== undefined,
    encodesFailures: dataConverter !== undefined,
    traced: traced !== undefined,
  };
  return Worker.create({
    connection,
    namespace,
    taskQueue: queueOf(role, accelerator),
    ...(dataConverter === undefined ? {} : { dataConverter }),
    activities: activities[role],
    interceptors: {
      activity: [
        ...(traced === undefined ? [] : [traced.activity]),
        ...[firstTask(log), ...counting, activityFailures(log), redeliveryFault],
      ],
    },
    ...(traced === undefined ? {} : { sinks: traced.sinks }),
    shutdownGraceTime: SHUTDOWN_GRACE,
    shutdownForceTime: SHUTDOWN_FORCE,
    maxHeartbeatThrottleInterval: HEARTBEAT_INTERVAL,
    ...versioned(options.version),
    ...(role === 'meta' ? { workflowBundle: await workflowBundle(bundleSettings) } : {}),
    // A trainer uses all of its device: more than one job a trainer would only share it.
    ...(role === 'train' ? { maxConcurrentActivityTaskExecutions: trainers } : {}),
  });
}
