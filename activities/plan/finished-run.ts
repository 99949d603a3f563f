import path from 'node:path';

import { statementSchema } from '../../data/schemas/bundle.js';
import type { FileRef } from '../../data/schemas/file-ref.js';
import type { IngestManifest } from '../../data/schemas/ingest.js';
import { ingestManifestSchema } from '../../data/schemas/ingest.js';
import { planSchema } from '../../data/schemas/plan.js';
import { runStatusSchema } from '../../data/schemas/run-status.js';
import { codeVersion } from '../../data/store/code-version.js';
import { sha256 } from '../../data/store/digests.js';
import type { Home } from '../../data/store/home.js';
import { readStored, readStoredJson } from '../../data/store/stored-files.js';
import type { FinishedRun } from './activities.js';

/**
 * The finished state of a run before it is resumed, if all of its failed windows were refused at planning: then only
 * other bars or another program can change its bundle.
 *
 * @returns Undefined for any other run, or if one of its files is missing or damaged.
 */
export async function finishedRun(home: Home, runId: string): Promise<FinishedRun | undefined> {
  const status = await readStoredJson(home, home.status(runId), runStatusSchema).catch(() => undefined);
  if (status?.phase !== 'done' || status.bundle === null) return undefined;
  const planText = await readStored(home, home.plan(runId));
  const plan = await readStoredJson(home, home.plan(runId), planSchema).catch(() => undefined);
  const ingest = await readStoredJson(home, home.ingest(runId), ingestManifestSchema).catch(() => undefined);
  const statement = await readStoredJson(
    home,
    path.join(home.bundle(runId), 'provenance', 'statement.json'),
    statementSchema,
  ).catch(() => undefined);
  if (planText === undefined || plan === undefined || ingest === undefined || statement === undefined)
    return undefined;
  const refused = plan.items.filter((item) => item.status === 'failed').length;
  if (refused !== status.windows.failed) return undefined;
  return {
    status,
    plan: sha256(planText),
    bars: ingest.digest,
    code: statement.predicate.buildDefinition.internalParameters.codeVersion,
  };
}

/** Whether a resumed run has the same inputs as before. */
export async function isUnchanged(
  finished: FinishedRun,
  plan: FileRef,
  { digest }: IngestManifest,
): Promise<boolean> {
  return finished.plan === plan.sha256 && finished.bars === digest && finished.code === (await codeVersion());
}
