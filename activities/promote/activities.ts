import type { Decision } from '../../data/schemas/decision.js';
import type { Verdict } from '../../data/schemas/decision-states.js';

/** A person's decision about a run. */
export interface DecisionRequest {
  readonly runId: string;
  readonly verdict: Verdict;
  readonly by: string;
  readonly reason: string;
  /** ISO time of the request. */
  readonly at: string;
  /** Id of the request. */
  readonly id: string;
  /** Approves against what the policy asks for; the reason says why. */
  readonly override?: boolean;
  /** Approves for scoring beside the champion alone. */
  readonly shadow?: boolean;
  /** What the approver was shown: the token of a dry run, or the run of the champion (`none`: there is none). */
  readonly expect?: string;
}

/** Activities of the step promote, on queue cpu. */
export interface PromoteActivities {
  /**
   * Starts the workflow that waits for a decision about a sealed bundle, unless one was made. `opened`: whether it
   * waits now. Idempotent.
   *
   * @throws InvalidInput when the home's release policy or its log of decisions cannot be used.
   */
  openPromotion(request: {
    readonly runId: string;
    readonly bundleDigest: string;
  }): Promise<{ readonly opened: boolean }>;
  /**
   * Records in the run's telemetry that its bundle still waits. Idempotent by `left`. `waits`: false where the run was
   * removed; no answer from earlier versions.
   */
  remindDecision(request: {
    readonly runId: string;
    readonly bundleDigest: string;
    /** Days until the wait ends. */
    readonly left: number;
  }): Promise<{ readonly waits: boolean } | undefined>;
  /**
   * Verifies a run's bundle again, adds the decision to the home's history and points the alias `champion` at
   * an approved bundle. Idempotent: a repeated request is one decision.
   *
   * @throws InvalidInput when the run does not exist, has no verified bundle, its bundle does not verify, a
   * different decision exists already, the release policy forbids it, or another champion was made meanwhile.
   */
  decideRun(request: DecisionRequest): Promise<Decision>;
  /**
   * Records that nobody decided in time. Null: there is nothing to decide about any more, or the run has another
   * bundle; a decision that was made meanwhile is returned.
   */
  expireDecision(request: {
    readonly runId: string;
    readonly bundleDigest: string;
    readonly days: number;
    readonly at: string;
    readonly id: string;
  }): Promise<Decision | null>;
  /**
   * Restores an earlier champion, whose bundle is verified again, or retires the present one. Idempotent by `id`.
   *
   * @throws InvalidInput when there is no such champion, its bundle is not the one that was approved, or the champion
   * changed meanwhile.
   */
  changeChampion(request: ChampionChange): Promise<Decision>;
  /**
   * Looks at a champion by the triggers that were written when it was promoted. A trigger that fires opens its
   * review: an event in its run's telemetry, a file that `gurukul champion show` shows, and the wait for a decision.
   * Where the release policy of that promotion says so, it is demoted. Idempotent.
   */
  reviewChampion(request: {
    /** Number of the decision that made it champion. */
    readonly champion: number;
    /** Workflow time, ISO. */
    readonly at: string;
    readonly id: string;
  }): Promise<ChampionLook>;
}

/** What is to become of the champion. */
export type ChampionChange = {
  readonly by: string;
  readonly reason: string;
  /** ISO time of the request. */
  readonly at: string;
  /** Id of the request. */
  readonly id: string;
} & (
  | { readonly change: 'retire' }
  | {
      readonly change: 'rollback';
      /** Number of a decision that made a champion, or its run; absent: the champion before. */
      readonly to?: string;
    }
);

/** What a look at a champion has found. */
export interface ChampionLook {
  /** False: it is champion no more. */
  readonly champion: boolean;
  /** Why it is under review, in words; empty if it is not. */
  readonly review: readonly string[];
  /** What could not be looked at, in words. */
  readonly note?: string;
}
