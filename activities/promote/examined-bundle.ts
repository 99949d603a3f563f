import { InvalidInputError } from '../../data/errors.js';
import type { RunStatus } from '../../data/schemas/run-status.js';
import { runStatusSchema } from '../../data/schemas/run-status.js';
import { homeSigner } from '../../data/signing/known-signer.js';
import type { Home } from '../../data/store/home.js';
import { bundleFolder, readStoredJson } from '../../data/store/stored-files.js';
import { problemOf } from '../audit/verify-report.js';
import type { BundleWork } from './bundle-work.js';

/** A run that is done, with the digest of its bundle, recomputed from its files. */
export interface ExaminedRun {
  readonly status: RunStatus;
  readonly bundleDigest: string;
}

/**
 * The run and its bundle, verified again. The bundle must be signed with this home's key: the status file is signed
 * by nobody and is only compared with it.
 *
 * @throws InvalidInputError when there is no bundle to decide about, or it is not the one that this home sealed for
 * the run.
 */
export async function examinedRun(home: Home, runId: string, bundles: BundleWork): Promise<ExaminedRun> {
  const status = await auditedRun(home, runId);
  return { status, bundleDigest: await verifiedDigest(home, status, bundles) };
}

/** @throws InvalidInputError when the run has no bundle to decide about. */
async function auditedRun(home: Home, runId: string): Promise<RunStatus> {
  const status = await readStoredJson(home, home.status(runId), runStatusSchema);
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

async function verifiedDigest(
  home: Home,
  { runId, bundleDigest }: RunStatus,
  bundles: BundleWork,
): Promise<string> {
  const digest = await sealedDigest(home, await bundleFolder(home, runId), runId, bundles);
  if (digest !== bundleDigest)
    throw new InvalidInputError([
      `the bundle of run ${runId} is not the one that the run sealed: its digest differs`,
    ]);
  return digest;
}

/**
 * The digest of a bundle that this home sealed, recomputed.
 *
 * @param folder Its absolute path.
 * @throws InvalidInputError when it does not verify whole, or is of another run.
 */
export async function sealedDigest(
  home: Home,
  folder: string,
  runId: string,
  { verifyBundle }: Pick<BundleWork, 'verifyBundle'>,
): Promise<string> {
  const refuse = (why: string): never => {
    throw new InvalidInputError([`the bundle of run ${runId} ${why}`]);
  };
  const known = homeSigner(home.signingKey());
  if (known === undefined)
    return refuse(`cannot be attributed: this home's key ${home.signingKey()} is missing; restore it`);
  const report = await verifyBundle(folder, known);
  if (report.result === 'failed') return refuse(`does not verify: ${report.difference}`);
  if (report.result === 'partly checked')
    return refuse(
      `cannot be checked whole: ${problemOf(report)}. Make it again with: gurukul resume ${runId}`,
    );
  if (report.runId !== runId) return refuse(`is the bundle of another run, ${report.runId}`);
  return report.digest;
}
