import type { Decision, Verdict } from '../../data/schemas/decision.js';

/** What a person decides about a run. */
export interface DecisionRequest {
  readonly runId: string;
  readonly verdict: Verdict;
  readonly by: string;
  readonly reason: string;
  /** ISO time of the request. */
  readonly at: string;
  /** Identity of the request. */
  readonly id: string;
}

/** Activities of the step promote, on queue cpu. */
export interface PromoteActivities {
  /**
   * Verifies a run's bundle once more, enters the decision in the home's history and points the alias
   * `champion` at an approved bundle. The same request told twice is one decision.
   *
   * @throws InvalidInput when there is no such run, it has no verified bundle, its bundle does not verify,
   * or was decided already.
   */
  decideRun(request: DecisionRequest): Promise<Decision>;
}
