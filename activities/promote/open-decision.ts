import { InvalidInputError } from '../../data/errors.js';
import type { Decision } from '../../data/schemas/decision.js';
import type { TransitionRequest } from './transition.js';

/**
 * Whether a request is the decision that is there already: the same verdict, name and reason for the same bundle.
 *
 * @param follows The latest decision on the bundle.
 * @param underReview Whether the bundle's championship is under review, so that it can be approved once more.
 */
export function isRepeated(
  follows: Decision | undefined,
  { verdict, by, reason, shadow = false }: TransitionRequest,
  underReview: boolean,
): boolean {
  return (
    follows !== undefined &&
    !underReview &&
    verdict === follows.verdict &&
    by === follows.by &&
    reason === follows.reason &&
    shadow === (follows.shadow ?? false)
  );
}

/** @throws InvalidInputError when the decision about the bundle is final. */
export function requireOpen(
  follows: Decision | undefined,
  { verdict, shadow = false }: TransitionRequest,
  underReview: boolean,
): void {
  if (follows === undefined || follows.verdict === 'expired') return;
  // A shadow has been watched: now it is approved for use, or rejected.
  if (follows.verdict === 'approved' && follows.shadow === true && !shadow) return;
  if (underReview) {
    if (verdict === 'approved' && !shadow) return;
    throw new InvalidInputError([
      `run ${follows.run} is the champion, under review: approve it once more, or end its championship with gurukul champion rollback or retire`,
    ]);
  }
  throw new InvalidInputError([decisionExists(follows)]);
}

/** Why another decision is refused. */
export function decisionExists({ run, verdict, by, at, reason }: Decision): string {
  return `run ${run} was already ${verdict} by ${by} on ${at.slice(0, 10)} (${reason}); a decision about a bundle is final`;
}
