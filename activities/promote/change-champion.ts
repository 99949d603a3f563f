import { heartbeat } from '@temporalio/activity';

import { championOf } from '../../data/decisions/champion-state.js';
import { championIn } from '../../data/decisions/current-champion.js';
import { earlierChampion } from '../../data/decisions/earlier-champion.js';
import type { DecisionDraft } from '../../data/decisions/decisions.js';
import { appendDecision, readDecisions } from '../../data/decisions/decisions.js';
import { policyDigest, readReleasePolicy } from '../../data/decisions/read-release-policy.js';
import { InvalidInputError } from '../../data/errors.js';
import type { Decision } from '../../data/schemas/decision.js';
import { requireNoSecret } from '../../data/secrets/secret-texts.js';
import { homeSigner } from '../../data/signing/known-signer.js';
import { signingKey } from '../../data/signing/signing.js';
import type { Home } from '../../data/store/home.js';
import { requireClosedFolders } from '../../data/store/open-folders.js';
import { recordEvent } from '../../data/telemetry/telemetry.js';
import type { ChampionChange } from './activities.js';
import type { BundleWork } from './bundle-work.js';
import { HERE } from './bundle-work.js';
import { compareWithHome } from './compare.js';
import { followLog } from './follow-log.js';
import type { PromoteDeps } from './promote-deps.js';
import { championText, refuseBroken } from './transition.js';

/** Restores an earlier champion or retires the present one, as a new entry of the log. */
export async function changeChampion(deps: PromoteDeps, change: ChampionChange): Promise<Decision> {
  const { home, workflows } = deps;
  requireClosedFolders(home);
  requireNoSecret(home, { by: change.by, reason: change.reason });
  const decisions = await readDecisions(home).catch(refuseBroken);
  const sent = decisions.find(({ id }) => id === change.id);
  const decision = sent ?? (await enter(deps, decisions, change));
  await followLog(home, workflows, decision);
  const { run, number, verdict, by, reason, at } = decision;
  const id = `champion_changed/${number}`;
  recordEvent(home, run, { event: 'champion_changed', id, verdict, by, reason, at });
  return decision;
}

/** What an entry says of the champion that it restores or retires. */
type Subject = Pick<
  DecisionDraft,
  'run' | 'bundle' | 'bundleDigest' | 'verdict' | 'author' | 'override' | 'restores' | 'comparison'
>;

async function enter(
  { home, packageRoot, bundles = HERE }: PromoteDeps,
  decisions: readonly Decision[],
  change: ChampionChange,
): Promise<Decision> {
  const { by, reason, at, id } = change;
  const policy = await readReleasePolicy(home, packageRoot);
  const champion = championOf(decisions);
  const subject =
    change.change === 'retire'
      ? retirement(decisions)
      : await restoration(home, decisions, change.to, bundles);
  return appendDecision(
    home,
    {
      ...subject,
      ...{ by, reason, at, id, version: 3, shadow: false, replaces: champion?.decision ?? null },
      policy: policyDigest(policy),
      triggers: subject.verdict === 'restored' ? policy.triggers : null,
    },
    await signingKey(home.signingKey()),
    (log) => {
      const there = log.find((one) => one.id === id);
      if (there !== undefined) return there;
      const now = championOf(log);
      if (now?.decision !== champion?.decision)
        throw new InvalidInputError([
          `${now === undefined ? 'the champion was retired' : `${championText(now)} became the champion`} meanwhile: nothing was recorded. Look with gurukul champion show, then decide again`,
        ]);
      return undefined;
    },
  );
}

/** @throws InvalidInputError when there is no champion. */
function retirement(decisions: readonly Decision[]): Subject {
  const champion = championIn(decisions);
  if (champion === undefined) throw new InvalidInputError(['there is no champion to retire']);
  const { run, bundle, bundleDigest, author, override } = champion;
  return {
    ...{ run, bundle, bundleDigest, verdict: 'retired', author, override, restores: null, comparison: null },
  };
}

/** @throws InvalidInputError when there is no such champion, or its bundle is not the one that was approved. */
async function restoration(
  home: Home,
  decisions: readonly Decision[],
  to: string | undefined,
  bundles: BundleWork,
): Promise<Subject> {
  const approval = earlierChampion(decisions, to);
  const { run, bundle, bundleDigest, author = null, override = null, number: restores } = approval;
  const folder = await home.store.localFolder(bundle);
  heartbeat('verifying the bundle');
  await requireUnchanged(home, folder, approval, bundles);
  heartbeat('comparing with the champion');
  const comparison = await compareWithHome(home, folder, championOf(decisions), bundles);
  return { run, bundle, bundleDigest, verdict: 'restored', author, override, restores, comparison };
}

/**
 * A bundle of an earlier version of the program can be checked in part only. It was checked whole when it was
 * approved, and its digest is signed in the log.
 */
async function requireUnchanged(
  home: Home,
  folder: string,
  { run, bundleDigest }: Decision,
  { verifyBundle }: BundleWork,
): Promise<void> {
  const refuse = (why: string): never => {
    throw new InvalidInputError([`the bundle of run ${run} ${why}, so it cannot be champion again`]);
  };
  const known = homeSigner(home.signingKey());
  if (known === undefined) return refuse(`cannot be attributed: ${home.signingKey()} is missing`);
  const report = await verifyBundle(folder, known);
  if (report.result === 'failed') return refuse(`does not verify: ${report.difference}`);
  if (report.digest !== bundleDigest || report.runId !== run)
    refuse('is not the one that was approved: its digest differs');
}
