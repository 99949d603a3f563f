import { ERROR_POLICIES, isErrorType } from '../../data/errors.js';
import type { TeacherLine } from '../../data/schemas/bundle.js';
import type { PlanItem, SkipReason } from '../../data/schemas/plan.js';

/** How a planned window ended. */
export interface WindowOutcome {
  readonly status: 'succeeded' | 'skipped' | 'failed';
  /** Why it was skipped, or the error type; `not finished` where its shard has no result, and nothing says why. */
  readonly reason: string;
}

/** Skip reason of windows that were planned but had no rows to train on. */
const NO_ROWS: SkipReason = 'insufficient_data';

/** @param line The window's line in teachers.jsonl. */
export function windowOutcome(
  { status, reason }: Pick<PlanItem, 'status'> & { readonly reason: string | null },
  line: TeacherLine | undefined,
): WindowOutcome {
  if (status !== 'trainable') return { status, reason: reason ?? 'unknown' };
  if (line === undefined) return { status: 'failed', reason: 'not finished' };
  if (isSkip(line.error)) return { status: 'skipped', reason: NO_ROWS };
  if (line.status === 'failed' || line.error)
    return { status: 'failed', reason: line.error ?? 'not finished' };
  return { status: 'succeeded', reason: '' };
}

/** True for an error that counts as a skip. */
export function isSkip(error: string | null | undefined): boolean {
  return isErrorType(error) && ERROR_POLICIES[error].outcome === 'skip';
}
