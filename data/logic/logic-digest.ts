import type { Logic, LogicParts } from '../schemas/logic.js';
import { canonicalJson, sha256 } from '../store/digests.js';

/** The logic digest of an algorithm's parts. */
export function logicDigest(parts: LogicParts): string {
  return sha256(canonicalJson(parts));
}

/**
 * Whether a model counts as a new algorithm, of which somebody should read the research report: features, label, entry,
 * training code or settings differ from those of the one before. New bars, dates, symbols or seeds make no new one.
 *
 * @param previous Undefined if there was none, or an earlier version of the program made it without a logic digest.
 */
export function isNewAlgorithm(
  previous: Pick<Logic, 'digest'> | undefined,
  current: Pick<Logic, 'digest'>,
): boolean {
  return previous?.digest !== current.digest;
}
