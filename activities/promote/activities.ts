import type { Decision, Verdict } from '../../data/schemas/decision.js';

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
}

/** Activities of the step promote, on queue cpu. */
export interface PromoteActivities {
  /**
   * Verifies a run's bundle again, adds the decision to the home's history and points the alias `champion` at
   * an approved bundle. Idempotent: a repeated request is one decision.
   *
   * @throws InvalidInput when the run does not exist, has no verified bundle, its bundle does not verify, or a
   * different decision exists already.
   */
  decideRun(request: DecisionRequest): Promise<Decision>;
}
