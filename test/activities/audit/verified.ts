import type { VerifyReport } from '../../../activities/audit/verify-report.js';
import { verifyBundle } from '../../../activities/audit/verify.js';

type Result = VerifyReport['result'];
type ReportOf<R extends Result> = Extract<VerifyReport, { readonly result: R }>;

/** The report on a bundle, which must have this result. */
export async function verified<R extends Result>(bundle: string, result: R): Promise<ReportOf<R>> {
  const report = await verifyBundle(bundle);
  const isExpected = (given: VerifyReport): given is ReportOf<R> => given.result === result;
  if (!isExpected(report)) throw new Error(`the bundle was ${report.result}`);
  return report;
}
