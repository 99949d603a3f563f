import type { Again } from '../../data/schemas/again.js';
import type { FileRef } from '../../data/schemas/file-ref.js';
import type { Plan } from '../../data/schemas/plan.js';
import { planSchema } from '../../data/schemas/plan.js';
import { canonicalJson, readJson, writeRef } from '../../data/store/files.js';
import type { Home } from '../../data/store/home.js';
import { forgetFailures } from '../../data/store/forget-failures.js';
import { forgetLostShards } from '../../data/store/lost-shards.js';

/**
 * Gets a run ready to be started again: its failed windows are forgotten, so that they are trained once
 * more, and where only a part is wanted, the symbols whose bars are to be read again are listed. Done twice
 * it does no more.
 *
 * @returns The list; undefined when all bars are read again.
 */
export async function startAgain(
  home: Home,
  runId: string,
  { only, symbols }: Again,
): Promise<FileRef | undefined> {
  await forgetLostShards(home, runId);
  // Windows in quarantine are tried again when they are asked for, not by every resume.
  const keepQuarantine = only === undefined && symbols === undefined;
  if (only !== 'skipped')
    await forgetFailures(home, runId, { keepQuarantine, ...(symbols === undefined ? {} : { symbols }) });
  if (only === undefined && symbols === undefined) return undefined;
  const plan = await readJson(home.plan(runId), planSchema);
  // A run that never came to its plan has nothing to keep.
  if (plan === undefined) return undefined;
  const wanted = symbolsIn(plan, only).filter((symbol) => symbols?.includes(symbol) ?? true);
  return writeRef(home, home.reread(runId), canonicalJson(wanted), wanted.length);
}

/** Symbols with a window that failed at planning or was skipped, sorted; all of the plan where neither is asked for. */
function symbolsIn({ items }: Plan, only: Again['only']): string[] {
  const concerned = items.filter(({ status }) => only === undefined || status === only);
  return [...new Set(concerned.map(({ symbol }) => symbol))].sort();
}
