import { condition, isCancellation, setCurrentDetails, workflowInfo } from '@temporalio/workflow';

import type { PromotionWait } from '../../activities/promote/follow-log.js';
import type { Decision } from '../../data/schemas/decision.js';
import { standing } from '../shared/activities.js';
import { asWorkflowFailure } from '../shared/failures.js';
import { markdown } from '../shared/markdown.js';

const DAY_MS = 86_400_000;

/** What the wait sees of its workflow. */
interface Waiting {
  /** The bundle that waits, the newest of its run. */
  sealed(): PromotionWait;
  decided(): Decision | undefined;
  /** Whether a decision is being recorded. */
  busy(): boolean;
  /** Called before the wait ends by itself: no decision is taken from then on. */
  close(): void;
}

/**
 * Waits until somebody decides about the run's newest bundle, with a reminder in the telemetry from time to time, and
 * records that nobody did when the time has passed. A bundle that is sealed meanwhile waits as long as the first.
 *
 * @returns Null if there is nothing to decide about any more.
 */
export async function waitForDecision(waiting: Waiting): Promise<Decision | null> {
  for (;;) {
    const sealed = waiting.sealed();
    await waitFor(sealed, waiting);
    // A decision that is being recorded comes first.
    await condition(() => !waiting.busy() || waiting.decided() !== undefined);
    const decision = waiting.decided();
    if (decision !== undefined) return decision;
    if (waiting.sealed() !== sealed) continue;
    waiting.close();
    return expire(sealed);
  }
}

/** Until somebody has decided, another bundle is sealed, the run is gone, or the time has passed. */
async function waitFor(sealed: PromotionWait, waiting: Waiting): Promise<void> {
  const since = Date.now();
  const end = since + sealed.expiryDays * DAY_MS;
  const interval = sealed.reminderDays * DAY_MS;
  const isOver = (): boolean => waiting.decided() !== undefined || waiting.sealed() !== sealed;
  show(sealed, end);
  for (let reminder = 1; ;) {
    const due = Math.min(since + reminder * interval, end);
    const summary = due < end ? 'reminder' : 'time for a decision ends';
    // temporal-deterministic: workflow time decides here, which is the same on replay.
    if (await condition(isOver, Math.max(1, due - Date.now()), { summary })) return;
    // temporal-deterministic: as above.
    if (due === end) return;
    // The run was removed while no server answered: nobody can decide about it.
    if (!(await remind(sealed, Math.ceil((end - due) / DAY_MS)))) return;
    // The server may have been off when reminders were due: those that were missed are one.
    reminder = Math.max(reminder + 1, Math.floor((Date.now() - since) / interval) + 1);
  }
}

function show({ runId, bundleDigest }: PromotionWait, end: number): void {
  setCurrentDetails(
    markdown([
      `**Waiting for a decision** until ${new Date(end).toISOString().slice(0, 10)}.`,
      `Read the briefing (\`gurukul report ${runId}\`), then \`gurukul approve ${runId}\` or \`gurukul reject ${runId}\`, each with \`--by\` and \`--reason\`.`,
      `bundle ${bundleDigest}`,
    ]),
  );
}

/** A reminder that cannot be recorded ends no wait. @returns False if there is nothing to decide about any more. */
async function remind({ runId, bundleDigest }: PromotionWait, left: number): Promise<boolean> {
  try {
    const answer = await standing.remindDecision.executeWithOptions({ summary: `${left} days left` }, [
      { runId, bundleDigest, left },
    ]);
    // Workers of earlier versions give no answer.
    return answer?.waits !== false;
  } catch (error) {
    if (isCancellation(error)) throw error;
    return true;
  }
}

async function expire({ runId, bundleDigest, expiryDays: days }: PromotionWait): Promise<Decision | null> {
  const at = new Date(Date.now()).toISOString();
  try {
    return await standing.expireDecision.executeWithOptions({ summary: 'nobody decided in time' }, [
      { runId, bundleDigest, days, at, id: workflowInfo().runId },
    ]);
  } catch (error) {
    throw asWorkflowFailure(error);
  }
}
