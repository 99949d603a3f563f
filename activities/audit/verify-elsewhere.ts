import type { FileEntry } from '../../data/schemas/bundle.js';
import type { KnownSigner } from '../../data/signing/known-signer.js';
import { bundleVerified } from '../../data/telemetry/bundle-verified.js';
import { askProcess, isWorthAProcess } from './own-process.js';
import { verifyBundle } from './verify.js';
import type { VerifyReport } from './verify-report.js';
import { verifyReportSchema } from './verify-report.js';

/**
 * {@link verifyBundle} for who has just written the bundle; a large one in a process of its own, which shares no memory
 * with the writer's.
 *
 * @param covered The files that it must have.
 */
export async function verifyElsewhere(
  folder: string,
  covered: readonly FileEntry[],
  known: KnownSigner,
): Promise<VerifyReport> {
  return isWorthAProcess(covered) ? verifyInProcess(folder, known) : verifyBundle(folder, known);
}

/** {@link verifyBundle} in a process of its own. */
export async function verifyInProcess(folder: string, known: KnownSigner): Promise<VerifyReport> {
  const report = await askProcess('verification-process.js', { folder, known }, verifyReportSchema);
  bundleVerified(report.ok);
  return report;
}
