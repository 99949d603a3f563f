import { heartbeat } from '@temporalio/activity';

import { GurukulError, InvalidInputError } from '../../data/errors.js';
import type { Decision } from '../../data/schemas/decision.js';
import type { RunStatus } from '../../data/schemas/run-status.js';
import { runStatusSchema } from '../../data/schemas/run-status.js';
import { homeSigner } from '../../data/signing/known-signer.js';
import { signingKey } from '../../data/signing/signing.js';
import { appendDecision, readDecisions, refreshChampion } from '../../data/decisions/decisions.js';
import { readJson, writeJson } from '../../data/store/files.js';
import { requireClosedFolders } from '../../data/store/open-folders.js';
import { requireNoSecret } from '../../data/secrets/secret-texts.js';
import type { Home } from '../../data/store/home.js';
import { recordEvent } from '../../data/telemetry/telemetry.js';
import { problemOf, verifyBundle } from '../audit/verify.js';
import type { DecisionRequest, PromoteActivities } from './activities.js';

/** The activities of the step promote. */
export function createPromoteActivities({ home }: { readonly home: Home }): PromoteActivities {
  return {
    async decideRun(request) {
      const { runId } = request;
      requireClosedFolders(home);
      requireNoSecret(home, { by: request.by, reason: request.reason });
      await readDecisions(home).catch(refuseBroken);
      const status = await auditedRun(home, runId);
      const bundleDigest = await verifiedDigest(home, status);
      const decision = await enter(home, request, bundleDigest);
      if (!isSameDecision(decision, request)) throw new InvalidInputError([decisionExists(decision)]);
      const { verdict, by, reason, at, id } = decision;
      await refreshChampion(home);
      await writeJson(home.status(runId), { ...status, decision: verdict });
      recordEvent(home, runId, {
        event: 'decision',
        id: `decision/${id}`,
        verdict,
        by,
        reason,
        at,
        bundleDigest,
      });
      return decision;
    },
  };
}

/** Another attempt finds the same log: a person has to restore it. */
function refuseBroken(error: unknown): never {
  if (error instanceof GurukulError && error.type === 'ChecksumMismatch')
    throw new InvalidInputError([error.message]);
  throw error;
}

/** The same verdict, name and reason for the same bundle is a repeated request. */
function isSameDecision({ verdict, by, reason }: Decision, request: DecisionRequest): boolean {
  return verdict === request.verdict && by === request.by && reason === request.reason;
}

/** @throws InvalidInputError when the run has no bundle to decide about. */
async function auditedRun(home: Home, runId: string): Promise<RunStatus> {
  const status = await readJson(home.status(runId), runStatusSchema);
  if (status === undefined) throw new InvalidInputError([`there is no run ${runId}`]);
  const { phase, bundleDigest } = status;
  if (phase !== 'done' || bundleDigest === null)
    throw new InvalidInputError([
      `run ${runId} has no verified bundle yet (phase ${phase}): a run can be approved or rejected when it is done`,
    ]);
  // The file of one run, copied to another's folder.
  if (status.runId !== runId)
    throw new InvalidInputError([`${home.status(runId)} is the status of run ${status.runId}`]);
  return status;
}

/**
 * The digest of a run's bundle, recomputed from its files. The bundle must be signed with this home's key: the
 * status file is signed by nobody and is only compared with it.
 *
 * @throws InvalidInputError when the bundle is not the one that this home sealed for the run.
 */
async function verifiedDigest(home: Home, { runId, bundleDigest }: RunStatus): Promise<string> {
  const refuse = (why: string): never => {
    throw new InvalidInputError([`the bundle of run ${runId} ${why}`]);
  };
  const known = homeSigner(home.signingKey());
  if (known === undefined)
    return refuse(`cannot be attributed: this home's key ${home.signingKey()} is missing; restore it`);
  heartbeat('verifying the bundle');
  const report = await verifyBundle(home.bundle(runId), known);
  if (report.result === 'failed') return refuse(`does not verify: ${report.difference}`);
  if (report.result === 'partly checked')
    return refuse(
      `cannot be checked whole: ${problemOf(report)}. Make it again with: gurukul resume ${runId}`,
    );
  if (report.runId !== runId) return refuse(`is the bundle of another run, ${report.runId}`);
  if (report.digest !== bundleDigest) return refuse('is not the one that the run sealed: its digest differs');
  return report.digest;
}

/** The decision in the log: the requested one, or the one that was there first. */
async function enter(home: Home, request: DecisionRequest, bundleDigest: string): Promise<Decision> {
  const { runId, verdict, by, reason, at, id } = request;
  const bundle = home.relative(home.bundle(runId));
  return appendDecision(
    home,
    { run: runId, bundle, bundleDigest, verdict, by, reason, at, id },
    await signingKey(home.signingKey()),
  );
}

function decisionExists({ run, verdict, by, at, reason }: Decision): string {
  return `run ${run} was already ${verdict} by ${by} on ${at.slice(0, 10)} (${reason}); a decision about a bundle is final`;
}
