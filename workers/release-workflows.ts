import { Client, WorkflowNotFoundError } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import type { NativeConnection } from '@temporalio/worker';

import type { ReleaseWorkflows } from '../activities/promote/follow-log.js';
import { queueOf } from '../data/schemas/worker-roles.js';
import { bundleSealedSignal, championEndedSignal, workflowIds } from '../workflows/contract/messages.js';
import type { promoteRun } from '../workflows/promote-run.js';
import type { watchChampion } from '../workflows/watch-champion.js';

/** Where the workflows of releases are started: the server that the worker itself is connected to. */
export interface ReleaseServer {
  readonly connection: NativeConnection;
  readonly namespace: string;
  /** Undefined: payloads stay readable. */
  readonly dataConverter: DataConverter | undefined;
}

/** Starts the workflows of releases through the worker's own connection; ids make a repeated start the same start. */
export function releaseWorkflows({ connection, namespace, dataConverter }: ReleaseServer): ReleaseWorkflows {
  const { workflow } = new Client({
    connection,
    namespace,
    ...(dataConverter === undefined ? {} : { dataConverter }),
  });
  const taskQueue = queueOf('meta', 'cpu');
  return {
    openPromotion: async (wait) => {
      const { runId, expiryDays } = wait;
      await workflow.signalWithStart<typeof promoteRun, [typeof wait]>('promoteRun', {
        args: [{ runId, wait }],
        signal: bundleSealedSignal,
        signalArgs: [wait],
        taskQueue,
        workflowId: workflowIds.promotion(runId),
        workflowIdConflictPolicy: 'USE_EXISTING',
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
        staticSummary: `decision about ${runId}`,
        staticDetails: `The bundle waits ${expiryDays} days for \`gurukul approve\` or \`gurukul reject\`.`,
      });
    },
    watchChampion: async ({ run, decision }) => {
      await workflow.start<typeof watchChampion>('watchChampion', {
        args: [{ runId: run, champion: decision }],
        taskQueue,
        workflowId: workflowIds.watch(decision),
        workflowIdConflictPolicy: 'USE_EXISTING',
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
        staticSummary: `champion ${decision}: ${run}`,
      });
    },
    endWatch: async (decision) => {
      try {
        await workflow.getHandle(workflowIds.watch(decision)).signal(championEndedSignal);
      } catch (error) {
        // It has ended, or was on a server that is gone.
        if (!(error instanceof WorkflowNotFoundError)) throw error;
      }
    },
  };
}
