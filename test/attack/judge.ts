import { readdir } from 'node:fs/promises';

import type { Decision } from '../../data/schemas/decision.js';
import { GurukulError } from '../../data/errors.js';
import { createPromoteActivities } from '../../activities/promote/index.js';
import type { DecisionRequest } from '../../activities/promote/activities.js';
import type { VerifyReport } from '../../activities/audit/verify-report.js';
import { verifyBundle } from '../../activities/audit/verify.js';
import type { KnownSigner } from '../../data/signing/known-signer.js';
import type { Home } from '../../data/store/home.js';
import { inActivity } from '../activities/validate/in-activity.js';
import { RUN } from './rig.js';
import { askedWorkflows } from '../support/asked-workflows.js';
import { packageRoot } from '../../data/store/package-root.js';

/** The approval that an attacker hopes for. */
export const APPROVAL: DecisionRequest = {
  ...{ runId: RUN, verdict: 'approved', by: 'Asha', reason: 'skill above its placebo' },
  ...{ at: '2025-01-02T03:04:05.000Z', id: 'request', override: true },
};

/** The report of a verification, or the message of an orderly refusal to read the bundle. */
export async function verify(bundle: string, known?: KnownSigner): Promise<VerifyReport | string> {
  try {
    return await verifyBundle(bundle, known);
  } catch (error) {
    if (error instanceof GurukulError) return error.message;
    throw error;
  }
}

/** What got through: undefined if the verification fails. */
export async function verified(bundle: string, known?: KnownSigner): Promise<string | undefined> {
  const report = await verify(bundle, known);
  return typeof report === 'string' || report.result === 'failed'
    ? undefined
    : `the bundle is ${report.result}`;
}

/** A decision, through the activity. */
export async function decide(home: Home, change: Partial<DecisionRequest> = {}): Promise<Decision> {
  return inActivity(async () =>
    createPromoteActivities({ home, packageRoot, workflows: askedWorkflows() }).decideRun({
      ...APPROVAL,
      ...change,
    }),
  );
}

/** What got through: undefined if an approval of the run is refused and leaves no decision. */
export async function approved(
  home: Home,
  change: Partial<DecisionRequest> = {},
): Promise<string | undefined> {
  const decision = await decide(home, change).catch((error: unknown) => {
    if (error instanceof GurukulError) return undefined;
    throw error;
  });
  if (decision !== undefined) return `the run was approved, as decision ${decision.number}`;
  const left = await decisionFiles(home);
  return left.length === 0 ? undefined : `the refused approval left ${left.join(', ')}`;
}

/** Names of the files of the log. */
export async function decisionFiles(home: Home): Promise<string[]> {
  return readdir(home.champions()).catch(() => []);
}

/** What got through: undefined if work fails as it does for wrong input. @param what It would have done. */
export async function refused(what: string, work: () => unknown): Promise<string | undefined> {
  try {
    await work();
    return what;
  } catch (error) {
    if (error instanceof GurukulError) return undefined;
    throw error;
  }
}
