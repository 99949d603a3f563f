import { championIn } from '../data/decisions/current-champion.js';
import { readReview } from '../data/decisions/champion-reviews.js';
import { readDecisions } from '../data/decisions/decisions.js';
import { policyDigest, readReleasePolicy } from '../data/decisions/read-release-policy.js';
import { errorMessage } from '../data/errors.js';
import type { SealedRun } from '../data/decisions/sealed-runs.js';
import { sealedRuns } from '../data/decisions/sealed-runs.js';
import { policyText, readPolicy } from '../data/policy/read-policy.js';
import { sha256 } from '../data/store/digests.js';
import { readIfExists } from '../data/store/files.js';
import type { Home } from '../data/store/home.js';
import type { Check } from './doctor.js';

interface ReleaseFolders {
  readonly home: Home;
  readonly packageRoot: string;
}

/** Hex digits of a digest that name it for a person. */
const DIGITS = 12;
/** Runs that are named; the others are counted. */
const NAMED = 5;

/** The policies of this home: whether they can be used, where they lie, and which gates decide. */
export async function checkPolicies({ home, packageRoot }: ReleaseFolders): Promise<Check> {
  const name = 'policy';
  try {
    const examination = await readPolicy(home, packageRoot);
    const release = await readReleasePolicy(home, packageRoot);
    const own = await readIfExists(home.policy());
    const place = own === undefined ? 'the project’s own' : `with what ${home.policy()} says otherwise`;
    const detail = [
      `version ${examination.version}, ${place}`,
      `gates ${Object.keys(examination.gates).join(', ')}, digest ${sha256(policyText(examination)).slice(0, DIGITS)}`,
      `release: a bundle waits ${release.expiryDays} days, digest ${policyDigest(release).slice(0, DIGITS)}`,
    ];
    return { name, status: 'ok', detail: detail.join('; ') };
  } catch (error) {
    return {
      ...{ name, status: 'problem', detail: errorMessage(error).replace(/\n/g, '; ') },
      remedy: `correct ${home.policy()}, or remove it: the project’s own policy then holds`,
    };
  }
}

/** Bundles that wait for a decision, those whose time has passed, and a champion under review. */
export async function checkReviews({ home }: ReleaseFolders): Promise<Check> {
  const name = 'reviews';
  try {
    const decisions = await readDecisions(home);
    const sealed = await sealedRuns(home, decisions);
    const waiting = sealed.filter(({ decision }) => decision === undefined);
    const expired = sealed.filter(({ decision }) => decision?.verdict === 'expired');
    const champion = championIn(decisions);
    const review = champion && (await readReview(home, champion.decision));
    const found = [
      ...(review === undefined
        ? []
        : [
            {
              detail: `champion ${review.run} is under review: ${review.fired.map(({ because }) => because).join(', ')}`,
              remedy: `approve ${review.run} once more, or gurukul champion rollback or retire`,
            },
          ]),
      ...(waiting.length === 0
        ? []
        : [
            {
              detail: `waiting for a decision: ${listed(waiting)}`,
              remedy: 'read gurukul report RUN, then gurukul approve RUN or gurukul reject RUN',
            },
          ]),
      ...(expired.length === 0
        ? []
        : [
            {
              detail: `nobody decided in time: ${listed(expired)}`,
              remedy:
                'make a new run, or gurukul approve RUN --override; gurukul reject RUN or rm RUN closes it',
            },
          ]),
    ];
    if (found.length === 0) return { name, status: 'ok', detail: 'nothing waits for a decision' };
    return {
      ...{ name, status: 'warning', detail: found.map(({ detail }) => detail).join('; ') },
      remedy: found.map(({ remedy }) => remedy).join('; '),
    };
  } catch {
    return {
      ...{ name, status: 'warning', detail: 'not known: the log of decisions or a review cannot be read' },
      remedy: 'see decisions',
    };
  }
}

function listed(sealed: readonly SealedRun[]): string {
  const runs = sealed.map(({ runId }) => runId);
  const more = runs.length - NAMED;
  return `${runs.slice(0, NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
