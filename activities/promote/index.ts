import { heartbeat } from '@temporalio/activity';

import { championOf, decisionOn, decisionStateOf } from '../../data/decisions/champion-state.js';
import { appendDecision, readDecisions } from '../../data/decisions/decisions.js';
import { policyDigest, readReleasePolicy } from '../../data/decisions/read-release-policy.js';
import { InvalidInputError } from '../../data/errors.js';
import type { Decision } from '../../data/schemas/decision.js';
import type { RunStatus } from '../../data/schemas/run-status.js';
import { runStatusSchema } from '../../data/schemas/run-status.js';
import { requireNoSecret } from '../../data/secrets/secret-texts.js';
import { signingKey } from '../../data/signing/signing.js';
import type { Home } from '../../data/store/home.js';
import { requireClosedFolders } from '../../data/store/open-folders.js';
import { readStoredJson, writeStoredJson } from '../../data/store/stored-files.js';
import { recordEvent } from '../../data/telemetry/telemetry.js';
import type { DecisionRequest, PromoteActivities } from './activities.js';
import { changeChampion } from './change-champion.js';
import { followLog } from './follow-log.js';
import { decisionExists, isRepeated } from './open-decision.js';
import type { PromoteDeps } from './promote-deps.js';
import { reviewChampion } from './review-champion.js';
import type { Transition } from './transition.js';
import { championText, planTransition, refuseBroken } from './transition.js';

/** Who closes a wait that nobody has ended. */
const NOBODY = 'nobody';

/** The activities of the step promote. */
export function createPromoteActivities(deps: PromoteDeps): PromoteActivities {
  const { home, packageRoot, workflows } = deps;
  return {
    async openPromotion({ runId, bundleDigest }) {
      const decisions = await readDecisions(home).catch(refuseBroken);
      if (decisionOn(decisions, runId, bundleDigest) !== undefined) return { opened: false };
      const { expiryDays, reminderDays } = await readReleasePolicy(home, packageRoot);
      await workflows.openPromotion({ runId, bundleDigest, expiryDays, reminderDays });
      const id = `decision_waits/${bundleDigest}`;
      recordEvent(home, runId, { event: 'decision_waits', id, bundleDigest, days: expiryDays });
      return { opened: true };
    },

    async remindDecision({ runId, bundleDigest, left }) {
      // The telemetry of a run that was removed stays away.
      if ((await readStoredJson(home, home.status(runId), runStatusSchema)) === undefined)
        return { waits: false };
      const id = `decision_reminder/${bundleDigest}/${left}`;
      recordEvent(home, runId, { event: 'decision_reminder', id, bundleDigest, left });
      return { waits: true };
    },

    async decideRun(request) {
      requireClosedFolders(home);
      requireNoSecret(home, { by: request.by, reason: request.reason });
      heartbeat('verifying the bundle');
      const transition = await planTransition(deps, request);
      const decision = transition.repeated ?? (await enter(home, request, transition));
      await followLog(home, workflows, decision);
      await announce(home, transition.status, decision);
      return decision;
    },

    async expireDecision({ runId, bundleDigest, days, at, id }) {
      const status = await readStoredJson(home, home.status(runId), runStatusSchema);
      if (status?.bundleDigest !== bundleDigest) return null;
      await readDecisions(home).catch(refuseBroken);
      const policy = policyDigest(await readReleasePolicy(home, packageRoot));
      const decision = await appendDecision(
        home,
        {
          ...{ run: runId, bundle: home.relative(home.bundle(runId)), bundleDigest, verdict: 'expired' },
          ...{ by: NOBODY, reason: `nobody decided within ${days} days`, at, id },
          ...{ version: 3, author: null, override: null, shadow: false, replaces: null, restores: null },
          ...{ comparison: null, policy, triggers: null },
        },
        await signingKey(home.signingKey()),
      );
      await announce(home, status, decision);
      return decision;
    },

    changeChampion: async (change) => changeChampion(deps, change),
    reviewChampion: async (request) => reviewChampion(deps, request),
  };
}

/**
 * The decision in the log: the requested one, or the one that was there first.
 *
 * @throws InvalidInputError when another decision, or another champion, was first.
 */
async function enter(home: Home, request: DecisionRequest, transition: Transition): Promise<Decision> {
  const { runId, verdict, by, reason, at, id, shadow = false } = request;
  const { bundle, bundleDigest, author, override, comparison, policy, champion, follows } = transition;
  const takesOver = verdict === 'approved' && !shadow;
  return appendDecision(
    home,
    {
      ...{ run: runId, bundle, bundleDigest, verdict, by, reason, at, id, version: 3, author, override },
      ...{ shadow, replaces: champion?.decision ?? null, restores: null, comparison },
      ...{ policy: transition.policyDigest, triggers: takesOver ? policy.triggers : null },
    },
    await signingKey(home.signingKey()),
    (decisions) => {
      const latest = decisionOn(decisions, runId, bundleDigest);
      if (latest !== undefined && latest.number !== follows?.number) {
        if (isRepeated(latest, request, false)) return latest;
        throw new InvalidInputError([decisionExists(latest)]);
      }
      const now = championOf(decisions);
      if (takesOver && now?.decision !== champion?.decision)
        throw new InvalidInputError([lostRace(decisions, runId)]);
      return undefined;
    },
  );
}

/** Another champion was made while this approval was being checked: who won, and what to do. */
function lostRace(decisions: readonly Decision[], runId: string): string {
  const now = championOf(decisions);
  const newest = now === undefined ? undefined : decisions[now.decision - 1];
  const who =
    now === undefined || newest === undefined
      ? 'the champion was retired'
      : `${newest.by} made ${championText(now)} the champion`;
  return `${who} while run ${runId} was being approved: nothing was recorded for it. Look at the difference with gurukul approve ${runId} --dry-run, then decide again`;
}

/** Says what was decided where people look: in the run's status and its telemetry. */
async function announce(home: Home, status: RunStatus, decision: Decision): Promise<void> {
  const { run, verdict, by, reason, at, id, bundleDigest, shadow = false, override = null } = decision;
  await writeStoredJson(home, home.status(run), { ...status, decision: decisionStateOf(decision) });
  recordEvent(home, run, {
    event: 'decision',
    id: `decision/${id}`,
    ...{ verdict, by, reason, at, bundleDigest, shadow, override },
  });
}
