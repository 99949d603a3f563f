import { readFile, stat } from 'node:fs/promises';

import type { CohortHead } from '../../activities/plan/activities.js';
import { runInputSchema } from '../../data/schemas/run-input.js';
import type { RunStatus } from '../../data/schemas/run-status.js';
import type { Home } from '../../data/store/home.js';
import { packageRoot } from '../../data/store/package-root.js';
import { addDays } from '../../data/time/dates.js';
import { connectClient, connectWorker } from '../../temporal-config/connection.js';
import { startDevServer } from '../../temporal-config/dev-server.js';
import { workflowBundle } from '../../workers/workflow-bundle.js';
import { workflowIds } from '../../workflows/contract/messages.js';
import { trainUniverse } from '../../workflows/train-universe.js';
import { quietRuntime } from '../support/quiet-runtime.js';
import { simulatedActivities } from '../support/simulated-activities.js';
import { runWithWorkers } from '../support/temporal-rig.js';
import type { HistoryFigures } from './scale-histories.js';
import { readHistories } from './scale-histories.js';

export interface ScaleSize {
  readonly symbols: number;
  /** Windows per symbol: cohorts of the run. */
  readonly windows: number;
}

export interface ScaleFigures extends ScaleSize, HistoryFigures {
  readonly status: RunStatus;
  /** From the start of the workflow to its result. */
  readonly minutes: number;
  /** Number of shards. */
  readonly shards: number;
  /** Size of the server's database. */
  readonly databaseBytes: number;
  /** Peak memory of the server. */
  readonly serverBytes: number;
  /** Peak memory of this process, which contains the workers and the client. */
  readonly workerBytes: number;
}

const FROM = '2000-01-01';
const WINDOW_DAYS = 90;
/** Cohorts in flight at once, as with about 16 training workers. */
const COHORTS_AT_ONCE = 16;

/**
 * A run of that size through to the audit step: the workflows and the server are real, the activities
 * return at once.
 */
export async function runAtScale(home: Home, size: ScaleSize): Promise<ScaleFigures> {
  const cohorts = cohortsOf(size);
  const planned = size.symbols * size.windows;
  const record = { statuses: [], units: [] };
  const activities = simulatedActivities({ cohorts, symbols: size.symbols }, record);
  quietRuntime();
  const server = await startDevServer({ home, packageRoot });
  try {
    const { connection, namespace } = await connectWorker({ address: server.address });
    const { client, connection: asking } = await connectClient({ address: server.address, namespace });
    try {
      const started = performance.now();
      const status = await runWithWorkers(
        connection,
        { workflowBundle: await workflowBundle() },
        activities,
        () =>
          client.workflow.execute(trainUniverse, {
            workflowId: workflowIds.run('scale'),
            taskQueue: 'meta',
            args: [{ runId: 'scale', windowDays: WINDOW_DAYS, cohortConcurrency: COHORTS_AT_ONCE }],
          }),
      );
      const minutes = (performance.now() - started) / 60_000;
      if (status.windows.succeeded !== planned)
        throw new Error(`${status.windows.succeeded} of ${planned} windows succeeded`);
      const memory = {
        workerBytes: process.resourceUsage().maxRSS * 1024,
        serverBytes: await peakMemory(server.pid),
        databaseBytes: await databaseBytes(home),
      };
      const shards = cohorts.reduce((sum, cohort) => sum + cohort.shards, 0);
      return { ...size, status, minutes, shards, ...memory, ...(await readHistories(client)) };
    } finally {
      await asking.close();
      await connection.close();
    }
  } finally {
    await server.stop();
  }
}

function cohortsOf({ symbols, windows }: ScaleSize): CohortHead[] {
  const { shardWindows } = runInputSchema.parse({});
  return Array.from({ length: windows }, (_, tile) => {
    const [start, end] = [tile, tile + 1].map((at) => addDays(FROM, at * WINDOW_DAYS));
    return { id: `${start}_to_${end}`, windows: symbols, shards: Math.ceil(symbols / shardWindows) };
  });
}

/** Database with its write-ahead log. */
async function databaseBytes(home: Home): Promise<number> {
  const sizes = await Promise.all(
    ['', '-wal'].map(
      async (suffix) => (await stat(`${home.temporalDatabase()}${suffix}`).catch(() => undefined))?.size ?? 0,
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Peak resident memory of a process, from the Linux kernel; 0 on other systems. */
async function peakMemory(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return 1024 * Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0);
}
