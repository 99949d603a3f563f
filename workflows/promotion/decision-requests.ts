import type { Verdict } from '../../data/schemas/decision-states.js';
import { field, refusal } from '../shared/refusal.js';

/** Most characters of a name or a reason. */
const LONGEST_TEXT = 500;
const KNOWN_VERDICTS: readonly unknown[] = ['approved', 'rejected'] satisfies Verdict[];

/** @throws ApplicationFailure InvalidInput when an update `approve` is not of its form. */
export function requireApproval(request: unknown): void {
  requireDecider(request);
  for (const name of ['override', 'stage']) {
    const value = field(request, name);
    if (value !== undefined && typeof value !== 'boolean') throw refusal(`${name}: must be true or false`);
  }
  if (field(request, 'expect') !== undefined) requireText(request, 'expect');
}

/** @throws ApplicationFailure InvalidInput when an update `decide` is not of its form. */
export function requireDecide(request: unknown): void {
  if (!KNOWN_VERDICTS.includes(field(request, 'verdict')))
    throw refusal('verdict: must be approved or rejected');
  requireDecider(request);
}

/** @throws ApplicationFailure InvalidInput when an update `reject` is not of its form. */
export function requireDecider(request: unknown): void {
  for (const name of ['by', 'reason']) requireText(request, name);
}

function requireText(request: unknown, name: string): void {
  const text = field(request, name);
  if (typeof text !== 'string' || text.trim() === '' || text.length > LONGEST_TEXT)
    throw refusal(`${name}: must be a text of 1 to ${LONGEST_TEXT} characters`);
}
