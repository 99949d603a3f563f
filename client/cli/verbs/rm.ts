import { InvalidInputError } from '../../../data/errors.js';
import type { Decision } from '../../../data/schemas/decision.js';
import { readDecisions } from '../../../data/decisions/decisions.js';
import type { RunPart } from '../../../data/store/remove-run.js';
import { bytesFreed, partsOfRun, removeRun } from '../../../data/store/remove-run.js';
import { workflowIds } from '../../../workflows/contract/messages.js';
import { withClient } from '../../runs/connect.js';
import { isRunning } from '../../runs/workflow-state.js';
import type { Cli } from '../cli.js';
import type { ExitCode } from '../exit.js';
import { EXIT } from '../exit.js';
import type { FoundRun } from '../find-run.js';
import { findRun } from '../find-run.js';
import { formatBytes } from '../format.js';
import { keptByDecision } from '../kept-by-decision.js';
import type { JsonFlags } from '../shared-flags.js';

export interface RemoveFlags extends JsonFlags {
  readonly bundle?: boolean;
  readonly withdraw?: boolean;
  readonly yes?: boolean;
}

/** Frees the space of a run's files; what a champion or a decision needs is kept. */
export async function remove(cli: Cli, runId: string, flags: RemoveFlags): Promise<ExitCode> {
  const { home } = cli;
  const found = await findRun(home, runId);
  const decisions = await readDecisions(home);
  const keepBundle = requireRemovable(found, decisions, flags, cli.self);
  const parts = await partsOfRun(home, runId, keepBundle);
  const bytes = bytesFreed(parts);
  const yes = flags.yes === true;
  const waits = await requireWithdrawn(found, flags, cli.self);
  if (yes) await removeRun(home, runId, parts);
  if (flags.json === true) {
    cli.out(JSON.stringify({ runId, freed: yes ? bytes : 0, withdrawn: yes && waits, ...parts }));
  } else {
    if (waits) cli.out(`${yes ? 'withdrawn' : 'would withdraw'}  its bundle, which waited for a decision`);
    for (const part of parts.removed) cli.out(`${yes ? 'removed' : 'would remove'}  ${partText(part)}`);
    for (const { why, ...part } of parts.kept) cli.out(`kept  ${partText(part)}: ${why}`);
    if (yes) cli.out(`${formatBytes(bytes)} freed`);
  }
  if (yes) return EXIT.ok;
  throw new InvalidInputError([`nothing is removed without --yes (it would free ${formatBytes(bytes)})`]);
}

/**
 * @returns Why the run's bundle is kept; undefined where it goes too.
 * @throws InvalidInputError when the run cannot be removed at all.
 */
function requireRemovable(
  { status, state }: FoundRun,
  decisions: readonly Decision[],
  { bundle = false }: RemoveFlags,
  self: string,
): string | undefined {
  const { runId } = status;
  if (state === 'running')
    throw new InvalidInputError([`run ${runId} is running: end it first with ${self} cancel ${runId}`]);
  const needed = keptByDecision(runId, decisions);
  if (needed !== undefined) throw new InvalidInputError([`run ${runId} ${needed}`]);
  const decision = decisions.findLast(({ run }) => run === runId);
  if (decision !== undefined) {
    if (bundle)
      throw new InvalidInputError([
        `--bundle: the bundle of run ${runId} was ${decision.verdict} (decision ${decision.number}), and the decision refers to it; leave the flag out`,
      ]);
    return `decision ${decision.number} refers to it`;
  }
  if (bundle || status.bundleDigest === null) return undefined;
  return 'it can be read and verified by itself; --bundle removes it too';
}

/**
 * Ends the wait for a decision where there is one, before the files go that a decision needs.
 *
 * @returns Whether the bundle waited.
 * @throws InvalidInputError when it waits, and is not to be withdrawn.
 */
async function requireWithdrawn(
  { status: { runId }, state }: FoundRun,
  { withdraw = false, yes = false }: RemoveFlags,
  self: string,
): Promise<boolean> {
  // Where no server answers, the wait ends by itself: it looks for the run when it reminds.
  if (state === 'unknown') return false;
  const promotion = workflowIds.promotion(runId);
  return withClient(undefined, async ({ client }) => {
    if (!(await isRunning(client, promotion))) return false;
    if (!withdraw)
      throw new InvalidInputError([
        `the bundle of run ${runId} waits for a decision: decide first with ${self} approve ${runId} or ${self} reject ${runId}, or end the wait without a decision with --withdraw`,
      ]);
    if (yes) await client.workflow.getHandle(promotion).cancel();
    return true;
  });
}

function partText({ path, bytes }: RunPart): string {
  return `${path} (${formatBytes(bytes)})`;
}
