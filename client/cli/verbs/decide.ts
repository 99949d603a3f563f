import { WithStartWorkflowOperation } from '@temporalio/client';

import { InvalidInputError } from '../../../data/errors.js';
import type { Decision } from '../../../data/schemas/decision.js';
import { RUN_ID_PATTERN } from '../../../data/schemas/run-choices.js';
import { bundleFolder } from '../../../data/store/stored-files.js';
import { ensureSearchAttributes } from '../../../temporal-config/search-attributes.js';
import { approveUpdate, rejectUpdate, workflowIds } from '../../../workflows/contract/messages.js';
import type { promoteRun } from '../../../workflows/promote-run.js';
import type { Connected } from '../../runs/connect.js';
import { withClient } from '../../runs/connect.js';
import { WORKFLOW_QUEUE } from '../../runs/start-run.js';
import { askFor } from '../ask-run.js';
import type { Cli } from '../cli.js';
import { comparisonLines } from '../describe-comparison.js';
import type { ExitCode } from '../exit.js';
import { EXIT } from '../exit.js';
import { bundleRecommendation, recommendationLines } from '../recommendation.js';
import { typedSecretProblems } from '../typed-secrets.js';
import { unusedFlags } from '../unused-flags.js';

export interface DecisionFlags {
  readonly by?: string;
  readonly reason?: string;
  readonly json?: boolean;
}

export interface ApprovalFlags extends DecisionFlags {
  readonly override?: boolean;
  readonly stage?: boolean;
  readonly dryRun?: boolean;
  readonly expect?: string;
}

/** Hands a person's approval of a run's bundle to its promotion, or shows what it would change. */
export async function approve(cli: Cli, runId: string, flags: ApprovalFlags): Promise<ExitCode> {
  const unused = unusedFlags('approve', { ...flags });
  if (flags.dryRun === true) {
    await requireWords(cli, runId, flags, unused);
    const { showTransition } = await import('../show-transition.js');
    return showTransition(cli, runId, flags);
  }
  const { by, reason } = await requireWords(cli, runId, flags, [...wordProblems(flags), ...unused]);
  const { override, stage, expect } = flags;
  const approval = {
    ...{ by, reason },
    ...(override === true ? { override } : {}),
    ...(stage === true ? { stage } : {}),
    ...(expect === undefined ? {} : { expect }),
  };
  const decision = await ask(cli, runId, async ({ client }, startWorkflowOperation) =>
    client.workflow.executeUpdateWithStart(approveUpdate, { args: [approval], startWorkflowOperation }),
  );
  print(cli, flags, decision);
  await noteAdvice(cli, decision);
  return EXIT.ok;
}

/** Hands a person's rejection of a run's bundle to its promotion. */
export async function reject(cli: Cli, runId: string, flags: DecisionFlags): Promise<ExitCode> {
  const words = await requireWords(cli, runId, flags, wordProblems(flags));
  const decision = await ask(cli, runId, async ({ client }, startWorkflowOperation) =>
    client.workflow.executeUpdateWithStart(rejectUpdate, { args: [words], startWorkflowOperation }),
  );
  print(cli, flags, decision);
  return EXIT.ok;
}

function wordProblems({ by = '', reason = '' }: DecisionFlags): string[] {
  return [
    ...(by.trim() === '' ? ['--by: say who decides'] : []),
    ...(reason.trim() === '' ? ['--reason: say why'] : []),
  ];
}

async function requireWords(
  cli: Cli,
  runId: string,
  { by = '', reason = '' }: DecisionFlags,
  others: readonly string[],
): Promise<{ readonly by: string; readonly reason: string }> {
  const problems = [
    ...(RUN_ID_PATTERN.test(runId) ? [] : [`${runId} is not a run id`]),
    ...others,
    ...(await typedSecretProblems(cli.home, { '--by': by, '--reason': reason })),
  ];
  if (problems.length > 0) throw new InvalidInputError(problems);
  return { by, reason };
}

type PromotionStart = WithStartWorkflowOperation<typeof promoteRun>;

/** Asks the workflow that waits for the decision; starts it where none is open. */
async function ask(
  cli: Cli,
  runId: string,
  update: (connected: Connected, start: PromotionStart) => Promise<Decision>,
): Promise<Decision> {
  return withClient(undefined, async (connected) => {
    const { connection, namespace } = connected;
    await ensureSearchAttributes(connection, namespace);
    return askFor(cli, connected, `the decision on run ${runId}`, async () =>
      update(
        connected,
        new WithStartWorkflowOperation<typeof promoteRun>('promoteRun', {
          workflowId: workflowIds.promotion(runId),
          taskQueue: WORKFLOW_QUEUE,
          args: [{ runId }],
          workflowIdConflictPolicy: 'USE_EXISTING',
          workflowIdReusePolicy: 'ALLOW_DUPLICATE',
          staticSummary: `decision about ${runId}`,
        }),
      ),
    );
  });
}

/** Says when an approval goes against what the briefing recommends. */
async function noteAdvice(cli: Cli, { run, override = null }: Decision): Promise<void> {
  if (override === null) return;
  const recommendation = await bundleRecommendation(await bundleFolder(cli.home, run));
  cli.note([
    `note: this was approved against ${override.against.map((one) => OVERRULED[one]).join(' and ')}, which every page about this champion says`,
    ...(recommendation === undefined ? [] : recommendationLines(recommendation)).map((line) => `  ${line}`),
  ]);
}

const OVERRULED: Readonly<Record<NonNullable<Decision['override']>['against'][number], string>> = {
  recommendation: 'the recommendation of its briefing',
  expiry: 'the end of the time for a decision',
};

function print({ home, out }: Cli, { json }: DecisionFlags, decision: Decision): void {
  if (json === true) {
    out(JSON.stringify(decision));
    return;
  }
  const { run, verdict, by, bundleDigest, number, shadow = false, comparison = null } = decision;
  out([
    `run ${run}: ${verdict} by ${by}${shadow ? ', as a shadow of the champion' : ''}`,
    `bundle ${bundleDigest}`,
    ...(verdict === 'approved' && !shadow ? [`champion ${home.champion()}`] : []),
    `decision ${home.decision(number)}`,
    ...(verdict === 'approved' && comparison !== null ? comparisonLines(comparison) : []),
  ]);
}
