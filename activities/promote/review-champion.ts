import { championOf } from '../../data/decisions/champion-state.js';
import { openReview, readReview } from '../../data/decisions/champion-reviews.js';
import type { CurrentChampion } from '../../data/decisions/current-champion.js';
import { championIn } from '../../data/decisions/current-champion.js';
import { appendDecision, readDecisions } from '../../data/decisions/decisions.js';
import { policyDigest, readReleasePolicy } from '../../data/decisions/read-release-policy.js';
import { InvalidInputError } from '../../data/errors.js';
import type { ChampionReview } from '../../data/schemas/champion-review.js';
import type { Triggers } from '../../data/schemas/release-policy.js';
import { signingKey } from '../../data/signing/signing.js';
import type { Home } from '../../data/store/home.js';
import { recordEvent } from '../../data/telemetry/telemetry.js';
import type { ChampionLook, PromoteActivities } from './activities.js';
import type { ChampionFigures } from './champion-figures.js';
import { championFigures } from './champion-figures.js';
import { firedTriggers } from './fired-triggers.js';
import { followLog } from './follow-log.js';
import type { PromoteDeps } from './promote-deps.js';
import { refuseBroken } from './transition.js';

const DAY_MS = 86_400_000;
/** Who demotes a champion where the policy says so. */
const BY_POLICY = 'release policy';

type LookRequest = Parameters<PromoteActivities['reviewChampion']>[0];

/** Looks at a champion by its triggers; see {@link PromoteActivities.reviewChampion}. */
export async function reviewChampion(deps: PromoteDeps, request: LookRequest): Promise<ChampionLook> {
  const { home, packageRoot, workflows } = deps;
  const champion = championIn(await readDecisions(home).catch(refuseBroken));
  if (champion?.decision !== request.champion) return { champion: false, review: [] };
  const policy = await readReleasePolicy(home, packageRoot);
  const triggers = champion.triggers ?? policy.triggers;
  const figures = await championFigures(home, champion.decision);
  const review = await reviewOf(home, champion, triggers, figures, request.at);
  const note = figures.damaged === undefined ? {} : { note: figures.damaged };
  if (review === undefined) return { champion: true, review: [], ...note };
  const because = review.fired.map((one) => one.because);
  if (triggers.demote) {
    await demote(deps, champion, because, request);
    return { champion: false, review: because };
  }
  const { run: runId, bundleDigest } = champion;
  const { expiryDays, reminderDays } = policy;
  await workflows.openPromotion({ runId, bundleDigest, expiryDays, reminderDays });
  return { champion: true, review: because, ...note };
}

/** The review that is open, or is opened now; undefined if no trigger fires. */
async function reviewOf(
  home: Home,
  { decision, run, since }: CurrentChampion,
  triggers: Triggers,
  figures: ChampionFigures,
  at: string,
): Promise<ChampionReview | undefined> {
  const open = await readReview(home, decision);
  if (open !== undefined) return open;
  const ageDays = (Date.parse(at) - Date.parse(since)) / DAY_MS;
  const fired = firedTriggers(triggers, ageDays, figures);
  if (fired.length === 0) return undefined;
  const review = { champion: decision, run, opened: at, fired };
  await openReview(home, review);
  recordEvent(home, run, { event: 'champion_review', id: `champion_review/${decision}`, ...review });
  return review;
}

async function demote(
  { home, packageRoot, workflows }: PromoteDeps,
  champion: CurrentChampion,
  because: readonly string[],
  { at, id }: LookRequest,
): Promise<void> {
  const { run, bundle, bundleDigest, author, override } = champion;
  const decision = await appendDecision(
    home,
    {
      ...{ run, bundle, bundleDigest, verdict: 'demoted', by: BY_POLICY, reason: because.join('; '), at, id },
      ...{ version: 3, author, override, shadow: false, replaces: champion.decision, restores: null },
      ...{ comparison: null, triggers: null },
      policy: policyDigest(await readReleasePolicy(home, packageRoot)),
    },
    await signingKey(home.signingKey()),
    (decisions) => {
      const sent = decisions.find((one) => one.id === id);
      if (sent !== undefined) return sent;
      if (championOf(decisions)?.decision !== champion.decision)
        throw new InvalidInputError([`run ${run} is champion no more`]);
      return undefined;
    },
  );
  await followLog(home, workflows, decision);
  recordEvent(home, run, {
    event: 'champion_ended',
    id: `champion_ended/${champion.decision}`,
    ...{ verdict: decision.verdict, by: decision.by, reason: decision.reason, at },
  });
}
