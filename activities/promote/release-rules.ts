import type { Decision, Override } from '../../data/schemas/decision.js';
import type { ReleasePolicy } from '../../data/schemas/release-policy.js';
import type { Home } from '../../data/store/home.js';
import type { BundleClaims } from './bundle-claims.js';
import type { TransitionRequest } from './transition.js';

/** What the rules of a release look at. */
interface Asked {
  readonly request: TransitionRequest;
  readonly policy: ReleasePolicy;
  readonly author: string | null;
  readonly claims: BundleClaims;
  /** The latest decision on the bundle. */
  readonly follows: Decision | undefined;
  readonly home: Home;
}

/** Every rule that forbids an approval, with what to do; and what an override goes against, if there is one. */
export function refusalsOf({ request, policy, author, claims, follows, home }: Asked): {
  readonly refusals: readonly string[];
  readonly override: Override | null;
} {
  const { runId, verdict, by, reason, override = false } = request;
  if (verdict === 'rejected') return { refusals: [], override: null };
  const refusals: string[] = [];
  if (author !== null && !policy.allowAuthorToApprove && sameName(author, by))
    refusals.push(
      `${by} made run ${runId}, and the author of a run may not approve it: somebody else has to. ` +
        `Where you work alone, say so in ${home.policy()}: {"release": {"version": 1, "allowAuthorToApprove": true}}`,
    );
  const against: Override['against'] = [];
  if (claims.recommendation !== 'promote') {
    against.push('recommendation');
    if (!override)
      refusals.push(
        `the briefing of run ${runId} ${recommends(claims)}: reject it, or approve it all the same with --override, which stays with the champion for good`,
      );
  }
  if (follows?.verdict === 'expired') {
    against.push('expiry');
    if (!override)
      refusals.push(
        `the time for a decision on run ${runId} ended on ${follows.at.slice(0, 10)}: make a new run, or approve this one all the same with --override`,
      );
  }
  return { refusals, override: against.length === 0 ? null : { reason, against } };
}

function recommends({ recommendation, gates }: BundleClaims): string {
  if (recommendation === undefined) return 'cannot be read, so nothing recommends it';
  const answers = Object.values(gates);
  const unmet = answers.filter((answer) => answer !== 'yes').length;
  return `says ${recommendation}: ${unmet} of ${answers.length} rules are not met`;
}

/** Names are typed by hand: case and spaces around them make no other person. */
function sameName(one: string, other: string): boolean {
  const plain = (name: string): string => name.normalize('NFKC').trim().replace(/\s+/g, ' ').toLowerCase();
  return plain(one) === plain(other);
}
