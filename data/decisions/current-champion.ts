import type { Decision } from '../schemas/decision.js';
import type { Home } from '../store/home.js';
import type { Champion } from './champion-state.js';
import { approvalBehind, championOf, shadowIn } from './champion-state.js';
import { readDecisions } from './decisions.js';

/** The champion with the decision behind it. */
export interface CurrentChampion extends Champion {
  /** ISO: since when it is champion. */
  readonly since: string;
  /** Who made it champion, and why. */
  readonly by: string;
  readonly reason: string;
  /** True if an earlier champion was restored. */
  readonly restored: boolean;
  /** Who made the run, as it was declared; null: nobody said so. */
  readonly author: string | null;
  /** Set where its approval went against the policy. */
  readonly override: NonNullable<Decision['override']> | null;
  /** What it was compared with when it was made champion; null: nothing, in entries of earlier versions. */
  readonly comparison: Decision['comparison'] | null;
  /** What is watched of it; null: nothing, since an earlier version made it champion. */
  readonly triggers: Decision['triggers'] | null;
}

/**
 * The champion of a home, from its verified log; undefined if there is none.
 *
 * @throws GurukulError ChecksumMismatch when the log is broken.
 */
export async function currentChampion(home: Home): Promise<CurrentChampion | undefined> {
  return championIn(await readDecisions(home));
}

/** The same of a log that was read. */
export function championIn(decisions: readonly Decision[]): CurrentChampion | undefined {
  const champion = championOf(decisions);
  const entry = champion === undefined ? undefined : decisions[champion.decision - 1];
  if (champion === undefined || entry === undefined) return undefined;
  const { at, by, reason, verdict, comparison = null, triggers = null } = entry;
  const { author = null, override = null } = approvalBehind(decisions, champion.decision) ?? entry;
  return {
    ...{ ...champion, since: at, by, reason, restored: verdict === 'restored' },
    ...{ author, override, comparison, triggers },
  };
}

/** A bundle that is scored beside the champion. */
export interface Shadow {
  readonly run: string;
  /** The bundle's folder, relative to the home. */
  readonly bundle: string;
  readonly bundleDigest: string;
  /** Number of the decision that staged it. */
  readonly decision: number;
  /** ISO. */
  readonly since: string;
  readonly by: string;
}

/**
 * The bundle that was approved with `--stage`, until it is approved without, rejected, or another is staged.
 *
 * @throws GurukulError ChecksumMismatch when the log is broken.
 */
export async function shadowOf(home: Home): Promise<Shadow | undefined> {
  const staged = shadowIn(await readDecisions(home));
  if (staged === undefined) return undefined;
  const { run, bundle, bundleDigest, number: decision, at: since, by } = staged;
  return { run, bundle, bundleDigest, decision, since, by };
}
