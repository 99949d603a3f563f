import type { RetryRequest } from '../../data/schemas/retry-request.js';
import type { FileRef } from '../../data/schemas/file-ref.js';
import type { Plan } from '../../data/schemas/plan.js';
import { planSchema } from '../../data/schemas/plan.js';
import { canonicalJson } from '../../data/store/digests.js';
import { writeRef } from '../../data/store/file-refs.js';
import type { Home } from '../../data/store/home.js';
import { forgetFailures } from '../../data/store/forget-failures.js';
import { forgetLostShards } from '../../data/store/lost-shards.js';
import { readStoredJson } from '../../data/store/stored-files.js';

/**
 * Prepares a run to be resumed: clears its failed windows, so that they are trained again, and lists the
 * symbols whose bars are read again, when only some are. Idempotent.
 *
 * @returns The list; undefined when all bars are read again.
 */
export async function prepareResume(
  home: Home,
  runId: string,
  { only, symbols }: RetryRequest,
): Promise<FileRef | undefined> {
  await forgetLostShards(home, runId);
  // Quarantined windows are retried only on request, not by every resume.
  const keepQuarantine = only === undefined && symbols === undefined;
  if (only !== 'skipped')
    await forgetFailures(home, runId, { keepQuarantine, ...(symbols === undefined ? {} : { symbols }) });
  if (only === undefined && symbols === undefined) return undefined;
  const plan = await readStoredJson(home, home.plan(runId), planSchema);
  // A run that failed before its plan has nothing to keep.
  if (plan === undefined) return undefined;
  const reread = symbolsIn(plan, only).filter((symbol) => symbols?.includes(symbol) ?? true);
  return writeRef(home, home.reread(runId), canonicalJson(reread), reread.length);
}

/** Symbols with a window that failed at planning or was skipped, sorted; all of the plan where neither is asked for. */
function symbolsIn({ items }: Plan, only: RetryRequest['only']): string[] {
  const concerned = items.filter(({ status }) => only === undefined || status === only);
  return [...new Set(concerned.map(({ symbol }) => symbol))].sort();
}
