import { ERROR_POLICIES } from '../../data/errors.js';
import type { CohortPlan } from '../../data/schemas/plan.js';
import { windowLabel } from '../../data/schemas/plan.js';
import type { Home } from '../../data/store/home.js';
import type { LostShard } from '../../data/store/lost-shards.js';
import { writeLostShards } from '../../data/store/lost-shards.js';
import { addEndedWindows } from '../../data/telemetry/run-lines.js';
import { recordEvents } from '../../data/telemetry/telemetry.js';
import { recordWindowEnds } from '../../data/telemetry/window-events.js';
import { windowEnds, windowEvents } from './shard-windows.js';

/**
 * Records how the windows of lost shards ended, since these have no unit: in a record of their own, in
 * `teacher_runs.jsonl` and as events. Done twice it adds nothing.
 *
 * @param lost Shards of the cohort that ended without a unit in its last execution.
 */
export async function recordLostShards(
  home: Home,
  runId: string,
  cohort: CohortPlan,
  lost: readonly LostShard[],
): Promise<void> {
  await writeLostShards(home, runId, cohort.id, lost);
  for (const { shard, error, message } of lost) {
    const symbols = shard === null ? cohort.shards.flat() : (cohort.shards[shard] ?? []);
    const windows = symbols.map((symbol) => ({
      symbol,
      window: windowLabel(symbol, cohort.start, cohort.end),
      error,
      message,
    }));
    const status = ERROR_POLICIES[error].outcome === 'skip' ? 'skipped' : 'failed';
    const place = shard === null ? cohort.id : `${cohort.id}/${shard}`;
    await addEndedWindows(home.teacherRuns(runId), {
      unit: `lost/${place}`,
      note: home.lostShardLines(runId, cohort.id, shard),
      lines: windows.map((window) => ({ ...window, status })),
    });
    await recordWindowEnds(
      home,
      runId,
      { unit: `lost/${place}`, note: home.toldEvents(home.lostShardLines(runId, cohort.id, shard)) },
      windowEnds(cohort, windows),
    );
    recordEvents(home, runId, windowEvents(cohort, windows));
  }
}
