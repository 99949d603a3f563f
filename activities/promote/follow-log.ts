import type { Champion } from '../../data/decisions/champion-state.js';
import { refreshChampion } from '../../data/decisions/decisions.js';
import type { Decision } from '../../data/schemas/decision.js';
import type { Home } from '../../data/store/home.js';

/** The workflows of releases, as a worker process starts them through its client. */
export interface ReleaseWorkflows {
  /** Starts the workflow that waits for a decision; tells a running one that a bundle was sealed. */
  openPromotion(request: PromotionWait): Promise<void>;
  /** Starts the workflow that watches a champion, unless it runs. */
  watchChampion(champion: Champion): Promise<void>;
  /** Ends the watch of a champion, by the decision that made it champion; no error if there is none. */
  endWatch(decision: number): Promise<void>;
}

/** How long a bundle waits for a decision. */
export interface PromotionWait {
  readonly runId: string;
  readonly bundleDigest: string;
  readonly expiryDays: number;
  readonly reminderDays: number;
}

/**
 * Makes everything that follows from the log follow it: the pointer to the champion, the workflow that watches it, and
 * the end of the one that watched the champion before. Idempotent.
 *
 * @param decision The entry after which it is done.
 */
export async function followLog(home: Home, workflows: ReleaseWorkflows, decision: Decision): Promise<void> {
  const champion = await refreshChampion(home);
  if (champion !== undefined) await workflows.watchChampion(champion);
  const { replaces = null } = decision;
  if (replaces !== null && replaces !== champion?.decision) await workflows.endWatch(replaces);
}
