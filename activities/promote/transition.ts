import type { Champion } from '../../data/decisions/champion-state.js';
import { championOf, decisionOn } from '../../data/decisions/champion-state.js';
import { readReview } from '../../data/decisions/champion-reviews.js';
import { readDecisions } from '../../data/decisions/decisions.js';
import { policyDigest, readReleasePolicy } from '../../data/decisions/read-release-policy.js';
import { GurukulError, InvalidInputError } from '../../data/errors.js';
import type { Comparison, Decision, Override } from '../../data/schemas/decision.js';
import type { ReleasePolicy } from '../../data/schemas/release-policy.js';
import { canonicalJson, sha256 } from '../../data/store/digests.js';
import type { Home } from '../../data/store/home.js';
import { bundleFolder } from '../../data/store/stored-files.js';
import type { DecisionRequest } from './activities.js';
import type { BundleClaims } from './bundle-claims.js';
import type { BundleWork } from './bundle-work.js';
import { HERE } from './bundle-work.js';
import { authorOf, bundleClaims } from './bundle-claims.js';
import { compareWithHome } from './compare.js';
import type { ExaminedRun } from './examined-bundle.js';
import { examinedRun } from './examined-bundle.js';
import { isRepeated, requireOpen } from './open-decision.js';
import { refusalsOf } from './release-rules.js';

/** Where a transition is made. */
export interface ReleaseHome {
  readonly home: Home;
  /** Folder of package.json; the project's own release policy lies below it. */
  readonly packageRoot: string;
  /** @default this thread */
  readonly bundles?: BundleWork;
}

/** What a decision would do: everything that it depends on, as it is now. */
export interface Transition extends ExaminedRun {
  readonly runId: string;
  /** The bundle's folder, relative to the home. */
  readonly bundle: string;
  /** The decision that is there already, if the request repeats it. */
  readonly repeated: Decision | undefined;
  /** The latest decision on the bundle, which this one follows. */
  readonly follows: Decision | undefined;
  readonly champion: Champion | undefined;
  readonly championClaims: BundleClaims | undefined;
  readonly claims: BundleClaims;
  readonly author: string | null;
  readonly override: Override | null;
  readonly comparison: Comparison;
  readonly policy: ReleasePolicy;
  readonly policyDigest: string;
  /** Names all of this: another token means that something differs. */
  readonly token: string;
}

/** What a person asks for; who asks, and when, changes nothing in the transition. */
export type TransitionRequest = Omit<DecisionRequest, 'at' | 'id'>;

/**
 * Works out what a decision would do. Writes nothing.
 *
 * @throws InvalidInputError when the run was not examined, the decision about its bundle is final, the release policy
 * forbids it, or the home is not as the request expects it.
 */
export async function planTransition(
  { home, packageRoot, bundles = HERE }: ReleaseHome,
  request: TransitionRequest,
): Promise<Transition> {
  const { runId } = request;
  const decisions = await readDecisions(home).catch(refuseBroken);
  const policy = await readReleasePolicy(home, packageRoot);
  const examined = await examinedRun(home, runId, bundles);
  const folder = await bundleFolder(home, runId);
  const champion = championOf(decisions);
  const follows = decisionOn(decisions, runId, examined.bundleDigest);
  const isChampion = champion?.run === runId && champion.bundleDigest === examined.bundleDigest;
  const underReview = isChampion && (await readReview(home, champion.decision)) !== undefined;
  // Under review, the same words may approve the champion once more; delivered twice, they are one decision.
  const repeated = isRepeated(follows, request, underReview) ? follows : undefined;
  if (repeated === undefined) requireOpen(follows, request, underReview);

  const author = await authorOf(folder);
  const claims = await bundleClaims(folder);
  const { refusals, override } = refusalsOf({ request, policy, author, claims, follows, home });
  if (repeated === undefined && refusals.length > 0) throw new InvalidInputError(refusals);
  const comparison = await compareWithHome(home, folder, champion, bundles);
  const token = tokenOf({ request, examined, champion, follows, comparison, author, policy });
  if (repeated === undefined) requireExpected(request, token, champion);
  return {
    ...examined,
    ...{
      runId,
      bundle: home.relative(home.bundle(runId)),
      repeated,
      follows,
      champion,
      claims,
      author,
      override,
    },
    championClaims:
      champion === undefined ? undefined : await bundleClaims(await home.store.localFolder(champion.bundle)),
    ...{ comparison, policy, policyDigest: policyDigest(policy), token },
  };
}

/** Another attempt finds the same log: a person has to restore it. */
export function refuseBroken(error: unknown): never {
  if (error instanceof GurukulError && error.type === 'ChecksumMismatch')
    throw new InvalidInputError([error.message]);
  throw error;
}

interface Shown {
  readonly request: TransitionRequest;
  readonly examined: ExaminedRun;
  readonly champion: Champion | undefined;
  readonly follows: Decision | undefined;
  readonly comparison: Comparison;
  readonly author: string | null;
  readonly policy: ReleasePolicy;
}

/** Sixteen hex digits; who decides and why is left out, since it is typed with the command that follows. */
function tokenOf({ request, examined, champion, follows, comparison, author, policy }: Shown): string {
  const { runId, verdict, override = false, shadow = false } = request;
  const shown = {
    ...{ runId, verdict, override, shadow, author, comparison, policy },
    bundleDigest: examined.bundleDigest,
    champion: champion?.decision ?? null,
    follows: follows?.number ?? null,
  };
  return sha256(canonicalJson(shown)).slice(0, TOKEN_DIGITS);
}

const TOKEN_DIGITS = 16;
const NO_CHAMPION = 'none';

function requireExpected(
  { expect, runId }: TransitionRequest,
  token: string,
  champion: Champion | undefined,
): void {
  if (expect === undefined || expect === token || expect === (champion?.run ?? NO_CHAMPION)) return;
  const now = champion === undefined ? 'there is no champion' : `the champion is ${championText(champion)}`;
  throw new InvalidInputError([
    `something differs from what was shown (${expect}): ${now} now. Look again with: gurukul approve ${runId} --dry-run`,
  ]);
}

/** A champion, for a message. */
export function championText({ run, decision }: Champion): string {
  return `run ${run} (decision ${decision})`;
}
