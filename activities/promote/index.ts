import { heartbeat } from '@temporalio/activity';

import { InvalidInputError } from '../../data/errors.js';
import type { Decision, DecisionFile } from '../../data/schemas/decision.js';
import type { RunStatus } from '../../data/schemas/run-status.js';
import { runStatusSchema } from '../../data/schemas/run-status.js';
import { appendDecision, decisionOn, readDecisions, refreshChampion } from '../../data/store/decisions.js';
import { canonicalJson } from '../../data/store/digests.js';
import { readJson, writeJson } from '../../data/store/files.js';
import type { Home } from '../../data/store/home.js';
import { recordEvent } from '../../data/telemetry/telemetry.js';
import { publicKeyPem, signStatement, signingKey } from '../../data/signing/signing.js';
import { verifyBundle } from '../audit/verify.js';
import type { DecisionRequest, PromoteActivities } from './activities.js';

/** The activities of the step promote. */
export function createPromoteActivities({ home }: { readonly home: Home }): PromoteActivities {
  return {
    async decideRun(request) {
      const { runId } = request;
      const { status, bundleDigest } = await auditedRun(home, runId);
      const before = decisionOn(await readDecisions(home), runId, bundleDigest);
      if (before !== undefined && !isSameDecision(before, request))
        throw new InvalidInputError([decisionExists(before)]);
      const decision = before ?? (await enter(home, request, bundleDigest));
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

/** The same verdict, name and reason for the same bundle is a repeated request. */
function isSameDecision({ verdict, by, reason }: Decision, request: DecisionRequest): boolean {
  return verdict === request.verdict && by === request.by && reason === request.reason;
}

/** @throws InvalidInputError when the run has no bundle to decide about. */
async function auditedRun(
  home: Home,
  runId: string,
): Promise<{ readonly status: RunStatus; readonly bundleDigest: string }> {
  const status = await readJson(home.status(runId), runStatusSchema);
  if (status === undefined) throw new InvalidInputError([`there is no run ${runId}`]);
  const { phase, bundleDigest } = status;
  if (phase !== 'done' || bundleDigest === null)
    throw new InvalidInputError([
      `run ${runId} has no verified bundle yet (phase ${phase}): a run can be approved or rejected when it is done`,
    ]);
  return { status, bundleDigest };
}

async function enter(home: Home, request: DecisionRequest, bundleDigest: string): Promise<Decision> {
  const { runId, verdict, by, reason, at, id } = request;
  const bundle = home.bundle(runId);
  heartbeat('verifying the bundle');
  const report = await verifyBundle(bundle);
  if (!report.ok)
    throw new InvalidInputError([
      `the bundle of run ${runId} was changed after the run sealed it: ${report.difference}`,
    ]);
  if (report.digest !== bundleDigest)
    throw new InvalidInputError([
      `the bundle of run ${runId} is not the one that the run sealed: its digest differs`,
    ]);
  const key = await signingKey(home.signingKey());
  return appendDecision(
    home,
    { run: runId, bundle: home.relative(bundle), bundleDigest, verdict, by, reason, at, id },
    (decision): DecisionFile => ({
      decision,
      envelope: signStatement(statementOn(decision), key),
      publicKey: publicKeyPem(key),
    }),
  );
}

/** An in-toto statement of the decision, with the bundle's digest as its subject. */
function statementOn(decision: Decision): Uint8Array {
  return Buffer.from(
    canonicalJson({
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name: 'bundle', digest: { sha256: decision.bundleDigest } }],
      predicateType: 'urn:gurukul:decision:v1',
      predicate: decision,
    }),
  );
}

function decisionExists({ run, verdict, by, at, reason }: Decision): string {
  return `run ${run} was already ${verdict} by ${by} on ${at.slice(0, 10)} (${reason}); a decision about a bundle is final`;
}
