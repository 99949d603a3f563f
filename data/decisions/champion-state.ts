import type { DecisionState } from '../schemas/decision-states.js';
import type { ChampionPointer, Decision } from '../schemas/decision.js';

/** The champion as the log has it. */
export interface Champion {
  readonly run: string;
  /** The bundle's folder, relative to the home. */
  readonly bundle: string;
  readonly bundleDigest: string;
  /** Number of the decision that made it champion: the approval, or the entry that restored it. */
  readonly decision: number;
}

/** The champion: approved last, or restored, and neither retired nor demoted since; undefined if there is none. */
export function championOf(decisions: readonly Decision[]): Champion | undefined {
  const pointer = pointerOf(decisions);
  return pointer === undefined || pointer.run === null ? undefined : pointer;
}

/** What `champion.json` has to say; undefined if there never was a champion. */
export function pointerOf(decisions: readonly Decision[]): ChampionPointer | undefined {
  const newest = decisions.findLast((one) => makesChampion(one) || endsChampion(one));
  if (newest === undefined) return undefined;
  const { run, bundle, bundleDigest, number: decision } = newest;
  return makesChampion(newest)
    ? { run, bundle, bundleDigest, decision }
    : { run: null, bundle: null, bundleDigest: null, decision };
}

/** Whether a decision makes its bundle the champion. */
export function makesChampion({ verdict, shadow }: Decision): boolean {
  return verdict === 'restored' || (verdict === 'approved' && shadow !== true);
}

function endsChampion({ verdict }: Decision): boolean {
  return verdict === 'retired' || verdict === 'demoted';
}

/** The bundle that is scored beside the champion: staged last, and not decided about since; undefined if none is. */
export function shadowIn(decisions: readonly Decision[]): Decision | undefined {
  const staged = decisions.findLast(({ verdict, shadow }) => verdict === 'approved' && shadow === true);
  if (staged === undefined) return undefined;
  return decisionOn(decisions, staged.run, staged.bundleDigest) === staged ? staged : undefined;
}

/**
 * The latest decision about a bundle, if there is one. What became of a champion later, its restoration for
 * example, is none.
 */
export function decisionOn(
  decisions: readonly Decision[],
  run: string,
  bundleDigest: string | null,
): Decision | undefined {
  return decisions.findLast(
    (one) => one.run === run && one.bundleDigest === bundleDigest && stateAfter(one) !== undefined,
  );
}

/** What is known of the decision about a bundle. */
export function decisionStateOf(decision: Decision | undefined): DecisionState {
  return (decision === undefined ? undefined : stateAfter(decision)) ?? 'pending';
}

function stateAfter({ verdict }: Decision): DecisionState | undefined {
  return verdict === 'approved' || verdict === 'rejected' || verdict === 'expired' ? verdict : undefined;
}

/** The approval behind a champion's decision: of one that was restored, that of the first time. */
export function approvalBehind(decisions: readonly Decision[], number: number): Decision | undefined {
  const found = decisions[number - 1];
  if (found?.verdict !== 'restored') return found;
  const { restores } = found;
  return restores === undefined || restores === null || restores >= number
    ? undefined
    : approvalBehind(decisions, restores);
}
