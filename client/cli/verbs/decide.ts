import { WithStartWorkflowOperation } from '@temporalio/client';

import { InvalidInputError } from '../../../data/errors.js';
import { RUN_ID_PATTERN } from '../../../data/schemas/run-choices.js';
import type { Decision, Verdict } from '../../../data/schemas/decision.js';
import { ensureSearchAttributes } from '../../../temporal-config/search-attributes.js';
import { decideUpdate, workflowIds } from '../../../workflows/contract/messages.js';
import type { promoteRun } from '../../../workflows/promote-run.js';
import type { Cli } from '../cli.js';
import { withClient } from '../../runs/connect.js';
import type { ExitCode } from '../exit.js';
import { EXIT } from '../exit.js';
import { WORKFLOW_QUEUE } from '../../runs/start-run.js';
import { askFor } from '../ask-run.js';
import { bundleRecommendation, recommendationLines } from '../recommendation.js';
import { typedSecretProblems } from '../typed-secrets.js';

export interface DecisionFlags {
  readonly by?: string;
  readonly reason?: string;
  readonly json?: boolean;
}

/** Hands a person's decision about a run's bundle to its promotion. */
export async function decide(
  cli: Cli,
  runId: string,
  verdict: Verdict,
  flags: DecisionFlags,
): Promise<ExitCode> {
  const { by = '', reason = '' } = flags;
  const problems = [
    ...(RUN_ID_PATTERN.test(runId) ? [] : [`${runId} is not a run id`]),
    ...(by.trim() === '' ? ['--by: say who decides'] : []),
    ...(reason.trim() === '' ? ['--reason: say why'] : []),
    ...(await typedSecretProblems(cli.home, { '--by': by, '--reason': reason })),
  ];
  if (problems.length > 0) throw new InvalidInputError(problems);
  const decision = await withClient(undefined, async (connected) => {
    const { client, connection, namespace } = connected;
    await ensureSearchAttributes(connection, namespace);
    return askFor(cli, connected, `the decision on run ${runId}`, async () =>
      client.workflow.executeUpdateWithStart(decideUpdate, {
        args: [{ verdict, by, reason }],
        startWorkflowOperation: new WithStartWorkflowOperation<typeof promoteRun>('promoteRun', {
          workflowId: workflowIds.promotion(runId),
          taskQueue: WORKFLOW_QUEUE,
          args: [{ runId }],
          workflowIdConflictPolicy: 'USE_EXISTING',
          workflowIdReusePolicy: 'ALLOW_DUPLICATE',
          staticSummary: `promotion of ${runId}`,
        }),
      }),
    );
  });
  cli.out(flags.json === true ? JSON.stringify(decision) : describe(cli, decision));
  if (verdict === 'approved') await noteAdvice(cli, runId);
  return EXIT.ok;
}

/** Says when an approval goes against what the briefing recommends. */
async function noteAdvice(cli: Cli, runId: string): Promise<void> {
  const recommendation = await bundleRecommendation(cli.home.bundle(runId));
  if (recommendation?.recommendation !== 'do not promote') return;
  cli.note([
    'note: this was approved against the recommendation of its briefing',
    ...recommendationLines(recommendation).map((line) => `  ${line}`),
  ]);
}

function describe({ home }: Cli, { run, verdict, by, bundleDigest, number }: Decision): string[] {
  return [
    `run ${run}: ${verdict} by ${by}`,
    `bundle ${bundleDigest}`,
    ...(verdict === 'approved' ? [`champion ${home.champion()}`] : []),
    `decision ${home.decision(number)}`,
  ];
}
