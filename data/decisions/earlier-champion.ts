import { InvalidInputError } from '../errors.js';
import type { Decision } from '../schemas/decision.js';
import { approvalBehind, championOf, makesChampion } from './champion-state.js';

/**
 * The approval of the champion that a roll-back restores.
 *
 * @param to Number of a decision that made a champion, or a run that was one; absent: the champion before the present
 * one, or where there is none now, the last one.
 * @throws InvalidInputError when there is no such champion, or it is the present one.
 */
export function earlierChampion(decisions: readonly Decision[], to?: string): Decision {
  const champion = championOf(decisions);
  const present = champion === undefined ? undefined : approvalBehind(decisions, champion.decision);
  const approvals = decisions.filter((one) => one.verdict === 'approved' && makesChampion(one));
  const isPresent = ({ run, bundleDigest }: Decision): boolean =>
    champion?.run === run && champion.bundleDigest === bundleDigest;
  const found =
    to === undefined
      ? approvals.findLast((one) => !isPresent(one) && (present === undefined || one.number < present.number))
      : named(decisions, approvals, to);
  if (found !== undefined && !isPresent(found)) return found;
  if (found !== undefined) throw new InvalidInputError([`run ${found.run} is the champion already`]);
  const known = approvals.filter((one) => !isPresent(one));
  const choice =
    known.length === 0
      ? 'there is no earlier champion'
      : `earlier champions: ${known.map(({ number, run }) => `${number} (${run})`).join(', ')}`;
  throw new InvalidInputError([
    to === undefined
      ? known.length === 0
        ? 'there is no earlier champion to restore'
        : `there is no champion before the present one; name one with --to (${choice})`
      : `--to: ${to} was never the champion (${choice})`,
  ]);
}

function named(
  decisions: readonly Decision[],
  approvals: readonly Decision[],
  to: string,
): Decision | undefined {
  const byRun = approvals.findLast(({ run }) => run === to);
  if (byRun !== undefined || !/^\d{1,6}$/.test(to)) return byRun;
  const entry = decisions[Number(to) - 1];
  return entry === undefined || !makesChampion(entry) ? undefined : approvalBehind(decisions, entry.number);
}
